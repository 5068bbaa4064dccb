/** The record by FHIR R4: what a reader may see, and laboratory reports as FHIR clients send them. */
export { patientIdOfNumber } from './people/numbers.ts';
export { isScopeServed } from './world/software.ts';
export { callHooks } from './subscriptions/call-hooks.ts';
export { noteForSubscribers } from './subscriptions/notify.ts';
export {
  changeAt,
  type ChangeThere,
  documentAt,
  fichesAt,
  goneAt,
  handAt,
  publicationOf,
  publishAt,
  publishedIn,
  recordAt,
  type SharingRequest,
  withdrawalOf,
  withdrawAt,
} from './documents/sharing-client.ts';
export { resultsTransaction } from './documents/results-transaction.ts';
export { fhirRoutes, type FhirRoutesDeps } from './routes.ts';
export type { TogetherDeps as FhirWriting } from './rest/entry.ts';
export { sharedRecordAt } from './documents/shared-record.ts';
