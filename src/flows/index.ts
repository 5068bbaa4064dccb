/** What happens, one file a flow: read these first. */
export { afterIdentityDecision } from './decided-identity.ts';
export { type Arrival, type Deposited, type LabReportDeps, receiveLabReport } from './lab-report.ts';
export { normaliseResults } from './normalise-results.ts';
export { RefusedDeposit } from './refused-deposit.ts';
