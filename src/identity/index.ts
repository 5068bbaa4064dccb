/** Who is it: a printed patient is only ever joined to a record of the region here. */
export type { Patient, Traits } from './contract.ts';
export { confirmLink, createFromArrival, identify, type Identification, type Identified, type ToCreate, type Waits } from './identify.ts';
export { findPatients, minimalTraits, type NameScope } from './find-patients.ts';
export { type Ins, INS_OIDS, insKey, type Mode } from './ins.ts';
export { insiClient, type InsiSettings } from './insi/client.ts';
export { startInsiDouble } from './insi/double.ts';
export type { NationalIdentity } from './insi/messages.ts';
export { startInsi } from './insi/worker.ts';
export { mergePatients, type MergeRequest, splitPatient } from './merge.ts';
export { crossReference, matchPatient, queryDemographics } from './people-queries.ts';
export { registerPatients } from './register-patients.ts';
export type { IdentityDeps } from './route-deps.ts';
export { identityRoutes } from './routes.ts';
export { noteSourceIdentity } from './source-feed.ts';
export { countDoubtful } from './store-worklist.ts';
export { isLivePatient, patientById, patientsByIds, patientsByNumber, personOf, survivorsOf } from './store.ts';
export { permits } from './status.ts';
export { type AfterDecision, keepWaiting, noteFiledByLink } from './worklist.ts';
