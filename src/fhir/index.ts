/** The record by FHIR R4: what a reader may see, and laboratory reports as FHIR clients send them. */
export { patientIdOfNumber } from './find-patient.ts';
export { callHooks } from './call-hooks.ts';
export { noteForSubscribers } from './notify.ts';
export { documentAt, fichesAt, publishAt } from './sharing-client.ts';
export { fhirRoutes, type FhirRoutesDeps } from './routes.ts';
