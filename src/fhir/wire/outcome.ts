import { type Refusal, REFUSALS, type RefusalCode } from '#kernel';

/** IssueType of FHIR for each family of refusals. */
const ISSUES: Partial<Record<RefusalCode, string>> = {
  'request.invalid': 'invalid',
  'request.not-found': 'not-found',
  'request.gone': 'deleted',
  'request.not-allowed': 'not-supported',
  'request.not-acceptable': 'not-supported',
  'request.precondition': 'conflict',
  'access.unauthenticated': 'login',
  'access.denied': 'forbidden',
  'access.too-many': 'throttled',
  'deposit.busy': 'throttled',
  'deposit.too-large': 'too-long',
  'deposit.unsupported-format': 'not-supported',
  'deposit.conflicting-bytes': 'duplicate',
  'deposit.kept-out': 'business-rule',
  'deposit.patient-opposes': 'forbidden',
  'report.unreadable': 'structure',
  'report.out-of-turn': 'conflict',
  'report.other-patient': 'conflict',
  'report.hostile': 'too-costly',
  'patient.ambiguous': 'multiple-matches',
  'patient.unknown-domain': 'code-invalid',
  'patient.unknown-target': 'code-invalid',
  'patient.unknown-number': 'not-found',
  'store.unavailable': 'transient',
};

/** Where our codes of refusal are told; the same codes as the other doors answer. */
export const REFUSAL_SYSTEM = 'urn:cigogne:refusal';

export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: Record<string, unknown>[];
}

/** Refusals whose words IHE fixes, and looks for in `diagnostics`. */
const SPOKEN: ReadonlySet<RefusalCode> = new Set(['patient.unknown-domain', 'patient.unknown-target', 'patient.unknown-number']);

/** A refusal as FHIR tells it: our code, what is wrong, where, what to do. */
export function outcomeOf(refusal: Refusal): OperationOutcome {
  const { code, at, message } = refusal;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: ISSUES[code] ?? 'processing',
        details: { coding: [{ system: REFUSAL_SYSTEM, code }], text: message },
        diagnostics: SPOKEN.has(code) ? message : remedyOf(refusal),
        ...(at !== undefined && { expression: [at] }),
      },
    ],
  };
}

/** FHIR has no new identifier for a version of a report, as documents have: it has states. */
function remedyOf({ code, at }: Refusal): string {
  if (code !== 'deposit.conflicting-bytes' || at !== 'DiagnosticReport.identifier') return REFUSALS[code].remedy;
  return 'A report of this number, state and time came with another content. Send what changed as another state of it: status amended, corrected, appended or entered-in-error, and issued later.';
}

/** What was left out of a search, for a client that did not ask for strictness. */
export function warningsOf(messages: readonly string[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: messages.map((text) => ({ severity: 'warning', code: 'not-supported', details: { text } })),
  };
}

/** That it is done, for a client that wants no more. */
export function doneOutcome(): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: 'done' } }] };
}
