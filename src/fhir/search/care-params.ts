import { STATED } from '../wire/resource.ts';
import { AUTHORS, date, type Param, PATIENT, reference, string, token } from './param.ts';

/** Of whom, where R4 calls the element `patient`. */
const OF_PATIENT = reference('patient', ['Patient'], 'patient');
/** What is searched by R4 and nothing here has: answered, nothing has it. */
const ENCOUNTER = reference('encounter', ['Encounter']);

/** What can be searched of stays, and of what documents say in coded entries: treatments, vaccinations, allergies, problems, procedures, family. */
export const CARE_PARAMS: Readonly<Record<string, readonly Param[]>> = {
  Encounter: [
    ...PATIENT,
    token('identifier'),
    token('status'),
    token('class'),
    date('date', 'period'),
    reference('service-provider', ['Organization'], 'serviceProvider'),
    reference('location', ['Location'], 'location.location'),
  ],
  Location: [
    token('identifier'),
    string('name'),
    token('status'),
    string('address', 'address.line', 'address.postalCode', 'address.city'),
    string('address-city', 'address.city'),
    string('address-postalcode', 'address.postalCode'),
    reference('organization', ['Organization'], 'managingOrganization'),
  ],
  MedicationStatement: [
    ...PATIENT,
    token('identifier'),
    token('status'),
    token('code', 'medicationCodeableConcept'),
    date('effective', 'effectivePeriod'),
    reference('source', AUTHORS, 'informationSource'),
    reference('context', ['Encounter'], 'context'),
  ],
  MedicationRequest: [
    ...PATIENT,
    token('identifier'),
    token('status'),
    token('intent'),
    token('code', 'medicationCodeableConcept'),
    date('authoredon', 'authoredOn'),
    reference('requester', AUTHORS),
    ENCOUNTER,
  ],
  Immunization: [
    OF_PATIENT,
    token('identifier'),
    token('status'),
    token('vaccine-code', 'vaccineCode'),
    date('date', 'occurrenceDateTime'),
    string('lot-number', 'lotNumber'),
  ],
  AllergyIntolerance: [
    OF_PATIENT,
    token('identifier'),
    token('clinical-status', 'clinicalStatus'),
    token('verification-status', 'verificationStatus'),
    token('code', 'code', 'reaction.substance'),
    token('category'),
    token('type'),
    date('date', 'recordedDate'),
    date('onset', 'reaction.onset'),
    token('manifestation', 'reaction.manifestation'),
    token('severity', 'reaction.severity'),
  ],
  Condition: [
    ...PATIENT,
    token('identifier'),
    token('clinical-status', 'clinicalStatus'),
    token('verification-status', 'verificationStatus'),
    token('code'),
    token('category'),
    date('onset-date', 'onsetDateTime'),
    date('abatement-date', 'abatementDateTime'),
    date('recorded-date', 'recordedDate'),
    ENCOUNTER,
  ],
  Procedure: [
    ...PATIENT,
    token('identifier'),
    token('status'),
    token('code'),
    date('date', 'performedDateTime', 'performedPeriod'),
    ENCOUNTER,
  ],
  Provenance: [
    reference('patient', ['Patient'], 'target'),
    reference('target', ['DiagnosticReport', 'Observation', 'DocumentReference', ...STATED]),
    reference('agent', AUTHORS, 'agent.who'),
    reference('entity', ['DocumentReference'], 'entity.what'),
    token('agent-type', 'agent.type'),
    date('recorded'),
  ],
  FamilyMemberHistory: [
    OF_PATIENT,
    token('identifier'),
    token('status'),
    token('relationship'),
    token('code', 'condition.code'),
    date('date'),
  ],
};
