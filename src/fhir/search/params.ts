import type { Resource } from '../wire/resource.ts';
import { CARE_PARAMS } from './care-params.ts';
import { ANY_DATE, AUTHORS, composite, date, param, type Param, PATIENT, quantity, reference, string, token } from './param.ts';

export type { Param, ParamType } from './param.ts';

/**
 * What can be searched, type by type: the one table from which requests are read, resources matched and the CapabilityStatement made.
 * Source: FHIR R4 search parameters of each resource; IHE MHD ITI-67 for DocumentReference.
 */

/** PDSm: archived or not; most documents do not say. */
const IS_ARCHIVED: Param = { ...token('isArchived', 'extension.valueBoolean'), whenAbsent: false };

const COMMON = [
  token('_id', 'id'),
  { ...date('_lastUpdated', 'meta.lastUpdated'), whenAbsent: ANY_DATE },
  param('uri')('_profile', 'meta.profile'),
  param('uri')('_source', 'meta.source'),
  token('_tag', 'meta.tag'),
  token('_security', 'meta.security'),
];

const OF_TYPE: Readonly<Record<string, readonly Param[]>> = {
  Patient: [
    token('identifier'),
    string('family', 'name.family'),
    string('given', 'name.given'),
    string('name', 'name.family', 'name.given'),
    date('birthdate', 'birthDate'),
    token('gender'),
    token('active'),
    date('death-date', 'deceasedDateTime'),
    { ...token('deceased', 'deceasedBoolean', 'deceasedDateTime'), isPresence: true },
    reference('link', ['Patient'], 'link.other'),
  ],
  Observation: [
    ...PATIENT,
    token('code'),
    token('category'),
    token('status'),
    date('date', 'effectiveDateTime'),
    quantity('value-quantity', 'valueQuantity'),
    string('value-string', 'valueString', 'valueCodeableConcept.text'),
    token('value-concept', 'valueCodeableConcept'),
    token('combo-value-concept', 'valueCodeableConcept', 'component.valueCodeableConcept'),
    composite('code-value-concept', 'code', 'value-concept'),
    composite('combo-code-value-concept', 'combo-code', 'combo-value-concept'),
    token('interpretation'),
    token('data-absent-reason', 'dataAbsentReason'),
    token('method'),
    reference('specimen', ['Specimen']),
    reference('performer', ['Organization', 'Practitioner']),
    token('combo-code', 'code'),
    quantity('combo-value-quantity', 'valueQuantity'),
    composite('code-value-quantity', 'code', 'value-quantity'),
    composite('combo-code-value-quantity', 'combo-code', 'combo-value-quantity'),
    composite('code-value-string', 'code', 'value-string'),
    composite('code-date', 'code', 'date'),
    token('combo-data-absent-reason', 'dataAbsentReason', 'component.dataAbsentReason'),
    // Nothing here has these yet, and what is asked by them is answered: nothing has it.
    token('identifier'),
    date('value-date', 'valueDateTime', 'valuePeriod'),
    reference('encounter', ['Encounter']),
    reference('based-on', ['ServiceRequest'], 'basedOn'),
    reference('part-of', ['Procedure'], 'partOf'),
    reference('has-member', ['Observation'], 'hasMember'),
    reference('derived-from', ['Observation', 'DocumentReference'], 'derivedFrom'),
    reference('focus', ['Patient']),
    reference('device', ['Device']),
    token('component-code', 'component.code'),
    quantity('component-value-quantity', 'component.valueQuantity'),
    token('component-data-absent-reason', 'component.dataAbsentReason'),
    token('component-value-concept', 'component.valueCodeableConcept'),
    composite('component-code-value-concept', 'component-code', 'component-value-concept', 'component'),
    composite('component-code-value-quantity', 'component-code', 'component-value-quantity', 'component'),
  ],
  DiagnosticReport: [
    ...PATIENT,
    token('identifier'),
    token('code'),
    token('category'),
    token('status'),
    date('date', 'effectiveDateTime'),
    date('issued'),
    reference('result', ['Observation']),
    reference('specimen', ['Specimen']),
    reference('performer', ['Organization', 'Practitioner']),
    composite('code-date', 'code', 'date'),
    reference('results-interpreter', AUTHORS, 'resultsInterpreter'),
    token('conclusion', 'conclusionCode'),
    reference('encounter', ['Encounter']),
    reference('based-on', ['ServiceRequest'], 'basedOn'),
    reference('media', ['Media'], 'media.link'),
  ],
  Specimen: [
    ...PATIENT,
    token('type'),
    date('collected', 'collection.collectedDateTime'),
    token('identifier'),
    token('accession', 'accessionIdentifier'),
    token('status'),
    token('bodysite', 'collection.bodySite'),
    reference('collector', AUTHORS, 'collection.collector'),
    reference('parent', ['Specimen']),
  ],
  DocumentReference: [
    ...PATIENT,
    token('identifier', 'identifier', 'masterIdentifier'),
    token('status'),
    token('type'),
    token('category'),
    date('date'),
    date('creation', 'content.attachment.creation'),
    date('period', 'context.period'),
    date('period-start', 'context.period.start'),
    date('period-end', 'context.period.end'),
    token('facility', 'context.facilityType'),
    token('setting', 'context.practiceSetting'),
    token('event', 'context.event'),
    token('format', 'content.format'),
    token('security-label', 'securityLabel'),
    token('contenttype', 'content.attachment.contentType'),
    token('language', 'content.attachment.language'),
    string('description'),
    param('uri')('location', 'content.attachment.url'),
    reference('author', AUTHORS),
    reference('authenticator', AUTHORS),
    reference('encounter', ['Encounter'], 'context.encounter'),
    string('author.family', 'author.display'),
    string('author.given', 'author.display'),
    // Who wrote it is within it, and is found by the number that the reference bears.
    token('author.identifier', 'author.identifier'),
    token('authenticator.identifier', 'authenticator.identifier'),
    reference('custodian', ['Organization']),
    reference('relatesto', ['DocumentReference'], 'relatesTo.target'),
    token('relation', 'relatesTo.code'),
    composite('relationship', 'relatesto', 'relation', 'relatesTo'),
    reference('related', [], 'context.related'),
    IS_ARCHIVED,
  ],
  Organization: [
    token('identifier'),
    string('name'),
    token('active'),
    token('type'),
    reference('partof', ['Organization'], 'partOf'),
    string('address', 'address.line', 'address.postalCode', 'address.city'),
    string('address-city', 'address.city'),
    string('address-postalcode', 'address.postalCode'),
    string('mailbox-mss', 'telecom.value'),
  ],
  Practitioner: [
    token('identifier'),
    string('family', 'name.family'),
    string('given', 'name.given'),
    string('name', 'name.family', 'name.given'),
    token('active'),
    token('qualification-code', 'qualification.code'),
    token('telecom', 'telecom.value'),
    string('mailbox-mss', 'telecom.value'),
  ],
  PractitionerRole: [
    reference('practitioner', ['Practitioner']),
    reference('organization', ['Organization']),
    token('specialty'),
    token('role', 'code'),
    token('active'),
    token('telecom', 'telecom.value'),
    string('mailbox-mss', 'telecom.value'),
  ],
  List: [
    ...PATIENT,
    token('identifier'),
    token('code'),
    token('status'),
    date('date'),
    string('title'),
    reference('source', AUTHORS, 'source', 'contained.practitioner'),
    string('source.family', 'source.display', 'contained.name.family', 'contained.practitioner.display'),
    string('source.given', 'source.display', 'contained.name.given', 'contained.practitioner.display'),
    reference('authorOrg', ['Organization'], 'extension.valueReference'),
    IS_ARCHIVED,
    token('designationType', 'extension.valueCodeableConcept'),
    token('sourceId', 'extension.valueIdentifier'),
    reference('item', ['DocumentReference'], 'entry.item'),
  ],
  Group: [
    token('type'),
    token('actual'),
    token('code'),
    reference('managing-entity', ['Practitioner', 'Organization'], 'managingEntity'),
    reference('member', ['Patient'], 'member.entity'),
  ],
  CareTeam: [
    ...PATIENT,
    token('status'),
    token('category'),
    date('date', 'period'),
    reference('encounter', ['Encounter']),
    token('identifier'),
    reference('participant', ['Practitioner', 'Organization'], 'participant.member'),
  ],
  Consent: [
    reference('patient', ['Patient']),
    token('status'),
    token('category'),
    token('scope'),
    date('date', 'dateTime'),
    date('period', 'provision.period'),
    token('action', 'provision.action'),
    token('purpose', 'provision.purpose'),
    reference('actor', ['Practitioner', 'Organization'], 'provision.actor.reference'),
    token('identifier'),
  ],
  Subscription: [],
  AuditEvent: [
    reference('patient', ['Patient'], 'entity.what'),
    date('date', 'recorded'),
    token('action'),
    token('outcome'),
    token('type'),
    token('subtype'),
    string('agent-name', 'agent.who.display'),
    reference('agent', AUTHORS, 'agent.who'),
    token('agent-role', 'agent.role'),
    token('altid', 'agent.altId'),
    string('address', 'agent.network.address'),
    param('uri')('policy', 'agent.policy'),
    reference('source', ['Device'], 'source.observer'),
    token('site', 'source.site'),
    reference('entity', ['Patient', 'DocumentReference'], 'entity.what'),
    string('entity-name', 'entity.name'),
    token('entity-type', 'entity.type'),
    token('entity-role', 'entity.role'),
  ],
  Binary: [],
  ValueSet: [
    param('uri')('url'),
    string('name'),
    string('title'),
    string('description'),
    string('publisher'),
    token('status'),
    token('version'),
    date('date'),
    token('code', 'compose.include.concept.code'),
    param('uri')('reference', 'compose.include.system'),
  ],
  ...CARE_PARAMS,
};

const TABLE: ReadonlyMap<string, ReadonlyMap<string, Param>> = new Map(
  Object.entries(OF_TYPE).map(([type, own]) => [type, new Map([...COMMON, ...own].map((one) => [one.name, one]))]),
);

export const TYPES: readonly string[] = Object.keys(OF_TYPE);
export const isType = (type: string): boolean => TABLE.has(type);
export const paramsOf = (type: string): readonly Param[] => [...(TABLE.get(type)?.values() ?? [])];
export const paramOf = (type: string, name: string): Param | undefined => TABLE.get(type)?.get(name);

const KEYS = new Map<string, readonly string[]>();

function keysOf(path: string): readonly string[] {
  let keys = KEYS.get(path);
  if (!keys) KEYS.set(path, (keys = path.split('.')));
  return keys;
}

/** Every value at a path of the table, lists opened on the way. */
export function valuesAt(resource: Resource, path: string): unknown[] {
  let values: unknown[] = [resource];
  for (const key of keysOf(path)) {
    const next: unknown[] = [];
    for (const value of values) {
      const inner = (value as Record<string, unknown>)[key];
      if (Array.isArray(inner)) next.push(...inner);
      else if (inner !== undefined && inner !== null) next.push(inner);
    }
    values = next;
    if (values.length === 0) break;
  }
  return values;
}

export function valuesOf(resource: Resource, { paths, whenAbsent, isPresence }: Param): unknown[] {
  const values = paths.flatMap((path) => valuesAt(resource, path));
  if (isPresence) return [values.length > 0];
  return values.length === 0 && whenAbsent !== undefined ? [whenAbsent] : values;
}

/** Where the references of a resource lead, by one parameter: `Observation/…`. */
export function targetsOf(resource: Resource, one: Param): string[] {
  return valuesOf(resource, one).flatMap((value) => (value as { reference?: string }).reference ?? []);
}
