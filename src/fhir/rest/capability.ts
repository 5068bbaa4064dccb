import { STATED } from '../wire/resource.ts';
import { isType, paramsOf, TYPES } from '../search/params.ts';
import { isReached } from '../search/reach.ts';
import { referencesOf, SPECIAL } from '../search/query.ts';
import { TOPICS } from '../subscriptions/subscription.ts';

/** What a type can be asked: the routes look here before they answer, and the CapabilityStatement says the same. */
export interface Offer {
  interactions: readonly Interaction[];
  operations?: readonly { name: string; definition: string }[];
  conditionalCreate?: boolean;
  conditionalUpdate?: boolean;
  conditionalDelete?: boolean;
  /** Its history is its present version: what it said before is not kept as versions. */
  keepsPresentOnly?: boolean;
}
export type Interaction = 'read' | 'vread' | 'history-instance' | 'history-type' | 'search-type' | 'create' | 'update' | 'patch' | 'delete';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport';
const READ: readonly Interaction[] = ['read', 'vread', 'history-instance', 'search-type'];
/** Of what is of patients, the history of those whom the reader follows. */
const OF_PATIENTS: readonly Interaction[] = [...READ, 'history-type'];

export const OFFERS: Readonly<Record<string, Offer>> = {
  Patient: {
    interactions: [...OF_PATIENTS, 'create', 'update', 'delete'],
    conditionalCreate: true,
    conditionalUpdate: true,
    conditionalDelete: true,
    operations: [
      { name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' },
      { name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export' },
      { name: 'match', definition: 'https://profiles.ihe.net/ITI/PDQm/OperationDefinition/PDQmMatch' },
      { name: 'ihe-pix', definition: 'https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix' },
    ],
  },
  Observation: {
    interactions: OF_PATIENTS,
    operations: [{ name: 'lastn', definition: 'http://hl7.org/fhir/OperationDefinition/Observation-lastn' }],
  },
  DiagnosticReport: { interactions: OF_PATIENTS },
  Specimen: { interactions: OF_PATIENTS },
  DocumentReference: { interactions: [...OF_PATIENTS, 'create', 'patch'], keepsPresentOnly: true },
  List: { interactions: OF_PATIENTS, keepsPresentOnly: true },
  CareTeam: { interactions: READ, keepsPresentOnly: true },
  Consent: { interactions: READ, keepsPresentOnly: true },
  Group: {
    interactions: ['read', 'search-type'],
    operations: [{ name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export' }],
  },
  Subscription: {
    interactions: ['read', 'search-type', 'create', 'delete'],
    operations: [
      { name: 'status', definition: `${BACKPORT}/OperationDefinition/backport-subscription-status` },
      { name: 'events', definition: `${BACKPORT}/OperationDefinition/backport-subscription-events` },
      { name: 'get-ws-binding-token', definition: `${BACKPORT}/OperationDefinition/backport-subscription-get-ws-binding-token` },
    ],
  },
  AuditEvent: { interactions: [...READ, 'create'], keepsPresentOnly: true },
  Binary: { interactions: ['read'] },
  ValueSet: {
    interactions: ['read', 'search-type'],
    operations: [
      { name: 'expand', definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand' },
      { name: 'validate-code', definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code' },
    ],
  },
  Encounter: { interactions: OF_PATIENTS, keepsPresentOnly: true },
  ...Object.fromEntries([...STATED].map((type) => [type, { interactions: OF_PATIENTS, keepsPresentOnly: true }])),
  Provenance: { interactions: READ, keepsPresentOnly: true },
  Location: { interactions: READ, keepsPresentOnly: true },
  Organization: { interactions: [...READ, 'create'], conditionalCreate: true, keepsPresentOnly: true },
  Practitioner: { interactions: READ, keepsPresentOnly: true },
  PractitionerRole: { interactions: READ, keepsPresentOnly: true },
};

export const offers = (type: string, interaction: Interaction): boolean => OFFERS[type]?.interactions.includes(interaction) ?? false;

/** The methods that an address takes, for who used another (RFC 9110 §15.5.6). @param path under the FHIR server: `Observation/[id]` */
export function allowedAt(path: string): string[] {
  const [type = '', id, ...rest] = path.split('?')[0]!.split('/');
  if (path.split('?')[0]!.endsWith('/_search')) return ['POST'];
  const may = (methods: readonly string[], isOffered: boolean) => (isOffered ? methods : []);
  const READING = ['GET', 'HEAD'];
  if (rest.length > 0) return [...may(READING, offers(type, rest.length > 1 ? 'vread' : 'history-instance'))];
  const { conditionalUpdate, conditionalDelete } = OFFERS[type] ?? {};
  return [
    ...may(READING, offers(type, id === undefined ? 'search-type' : id === '_history' ? 'history-type' : 'read')),
    ...may(['POST'], id === undefined && offers(type, 'create')),
    ...may(['PUT'], id === undefined ? conditionalUpdate === true : offers(type, 'update')),
    ...may(['PATCH'], offers(type, 'patch')),
    ...may(['DELETE'], id === undefined ? conditionalDelete === true : offers(type, 'delete')),
  ];
}

/** What is served changes with the program, and the program when it starts. */
const STARTED = new Date().toISOString();

/** `GET /fhir/metadata`. */
export function capabilityStatement(base: string): Record<string, unknown> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: STARTED,
    kind: 'instance',
    software: { name: 'Cigogne', version: '0.1.0' },
    implementation: { description: 'Cigogne', url: base },
    fhirVersion: '4.0.1',
    format: ['json', 'xml', 'application/fhir+json', 'application/fhir+xml'],
    patchFormat: ['application/fhir+json', 'application/json-patch+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Answers are JSON or XML. Identities, laboratory reports, documents and their submissions, patches and subscriptions are taken in both.',
        security: {
          cors: true,
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
          description: 'Every reading passes the rights of the person and is written in the trail that the patient reads.',
        },
        resource: TYPES.map(resourceOf),
        interaction: [
          { code: 'transaction' },
          { code: 'batch' },
          { code: 'history-system', documentation: 'of whom the reader follows, or of one (patient)' },
          { code: 'search-system', documentation: 'of one type (_type)' },
        ],
        operation: [{ name: 'export', definition: 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export' }],
        compartment: ['http://hl7.org/fhir/CompartmentDefinition/patient'],
      },
    ],
  };
}

function resourceOf(type: string): Record<string, unknown> {
  const { interactions, operations, conditionalCreate, conditionalUpdate, conditionalDelete, keepsPresentOnly } = OFFERS[type]!;
  const isSearched = interactions.includes('search-type');
  const referring = TYPES.filter((other) => isReached(type, other)).flatMap((other) =>
    referencesOf(other)
      .filter(({ targets }) => targets!.includes(type))
      .map(({ name }) => `${other}:${name}`),
  );
  return {
    type,
    interaction: interactions.map((code) => ({ code })),
    versioning: interactions.includes('vread') ? 'versioned' : 'no-version',
    ...(interactions.includes('vread') && { readHistory: !keepsPresentOnly }),
    ...(conditionalCreate && { conditionalCreate }),
    ...(interactions.includes('vread') && { conditionalRead: STATED.has(type) ? 'full-support' : 'not-match' }),
    ...(conditionalUpdate && { conditionalUpdate }),
    ...(conditionalDelete && { conditionalDelete: 'single' }),
    ...(isSearched && {
      searchInclude: [
        '*',
        ...referencesOf(type)
          .filter(({ targets }) => targets!.some((target) => isType(target) && isReached(type, target)))
          .map(({ name }) => `${type}:${name}`),
      ],
      ...(referring.length > 0 && { searchRevInclude: referring }),
      searchParam: [
        ...paramsOf(type).map(({ name, type: kind, expression }) => ({ name, type: kind, documentation: expression })),
        { name: '_filter', type: 'special', documentation: 'conditions joined by and, or, not' },
        ...(SPECIAL[type] ?? []).map((name) => ({ name, type: name === '_content' ? 'string' : 'special' })),
      ],
    }),
    ...(operations && { operation: operations }),
    ...(type === 'Subscription' && {
      extension: Object.keys(TOPICS).map((topic) => ({
        url: `${BACKPORT}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical`,
        valueCanonical: topic,
      })),
    }),
  };
}
