import { placeOf, type toldEvents } from '#access';
import { documentId, packUuid } from '../wire/ids.ts';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';

/** One event of a trail, as IHE BALP 1.1 writes it (PatientRead, PatientQuery, PatientCreate, PatientUpdate). */

const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const ENTITY = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';

type AccessEvent = Awaited<ReturnType<typeof toldEvents>>[number];
type Kind = 'read' | 'query' | 'create' | 'update';

const PROFILES: Record<Kind, string> = { read: 'Read', query: 'Query', create: 'Create', update: 'Update' };
const INTERACTIONS: Record<Kind, string> = { read: 'read', query: 'search-type', create: 'create', update: 'update' };
const LETTERS: Record<Kind, string> = { read: 'R', query: 'E', create: 'C', update: 'U' };
const RECIPIENT = { code: 'IRCP', display: 'information recipient' };
const AUTHOR = { code: 'AUT', display: 'author' };
const USERS: Record<Kind, { code: string; display: string }> = { read: RECIPIENT, query: RECIPIENT, create: AUTHOR, update: AUTHOR };

const INTERACTION = 'http://hl7.org/fhir/restful-interaction';
/** `fhir`, and the software. */
const BY_FHIR = /^fhir(?: |$)/;

/** What BALP counts as a reading, said more exactly: a version, a history, an operation. */
function interactionOf(object: string | null): string | undefined {
  if (object === null) return undefined;
  if (object.includes('$')) return 'operation';
  if (/\/_history\/.+$/.test(object)) return 'vread';
  if (object === '_history') return 'history-system';
  if (/^[A-Za-z]+\/_history$/.test(object)) return 'history-type';
  return object.endsWith('/_history') ? 'history-instance' : undefined;
}

/** A search asks for a type, of one patient, without saying which of its resources. */
const SEARCHED = /^[A-Z][A-Za-z]+(?:\/\$lastn)?$/;

/** What an action does, by the last word of its name; what is in none of these reads. */
const VERBS: Readonly<Record<Exclude<Kind, 'read'>, ReadonlySet<string>>> = {
  query: new Set(['search', 'list', 'mine']),
  create: new Set(['send', 'feed', 'declare', 'write', 'note', 'set', 'ask', 'answer', 'mail']),
  update: new Set(
    ['mask', 'status', 'end', 'withdraw', 'decide', 'attach', 'tie', 'delegate', 'sign', 'seen', 'tell'].concat([
      'remind',
      'recall',
      'replay',
      'expect',
      'authorise',
      'act',
    ]),
  ),
};

function kindOf({ action, object, via }: Pick<AccessEvent, 'action' | 'object' | 'via'>): Kind {
  if (action === 'record.software' || (BY_FHIR.test(via) && /^[a-z-]+\.read$/.test(action)))
    return object !== null && SEARCHED.test(object) ? 'query' : 'read';
  // Read in another software, which tells that it was.
  if (action === 'reading.tell') return 'read';
  const verb = action.slice(action.lastIndexOf('.') + 1);
  return (['query', 'create', 'update'] as const).find((kind) => VERBS[kind].has(verb)) ?? 'read';
}

/**
 * The direction trap of BALP: in a reading the client is the destination of the data and this server their source; in a search, and in a writing, the
 * reverse. From where on the network is not kept, and is said not to be. The profiles are of what succeeded: what was refused claims none.
 * @param event with of its object what its reader may be told (`sayable`)
 */
export function auditEvent(event: AccessEvent & { told: string | null }, patientId: string, base: string): Resource {
  const { at, actor, actorName, role, organisationName, action, via, allowed, mode, rule, isUnanswered } = event;
  const kind = kindOf(event);
  const interaction = interactionOf(event.object);
  const isDone = allowed && !isUnanswered;
  const [client, server] = kind === 'read' ? ['110152', '110153'] : ['110153', '110152'];
  const recorded = at.toISOString();
  const resource = compact<Resource>({
    resourceType: 'AuditEvent',
    id: `${packUuid(patientId)}.${placeOf(event)}`,
    meta: compact({
      versionId: '',
      lastUpdated: recorded,
      profile: isDone ? [`https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Patient${PROFILES[kind]}`] : [],
    }),
    type: { system: 'http://terminology.hl7.org/CodeSystem/audit-event-type', code: 'rest', display: 'Restful Operation' },
    subtype: [
      { system: INTERACTION, code: INTERACTIONS[kind] },
      ...(interaction === undefined ? [] : [{ system: INTERACTION, code: interaction }]),
      { system: 'urn:cigogne:action', code: action },
    ],
    action: LETTERS[kind],
    recorded,
    outcome: isDone ? '0' : '4',
    outcomeDesc: isUnanswered ? 'not-answered' : rule,
    purposeOfEvent:
      mode === 'break-glass' ? [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'BTG' }] }] : [],
    agent: [
      { type: { coding: [{ system: DICOM, code: client }] }, who: { display: via }, requestor: false, network: NOT_KEPT },
      {
        type: { coding: [{ system: DICOM, code: server }] },
        who: { display: 'Cigogne' },
        requestor: false,
        network: { address: base, type: '5' },
      },
      compact({
        type: { coding: [{ system: PARTICIPATION, ...USERS[kind] }] },
        role: [{ text: role }],
        who: compact({
          identifier: actor.startsWith('rpps:') ? { system: 'urn:oid:1.2.250.1.71.4.2.1', value: actor.slice('rpps:'.length) } : undefined,
          display: organisationName === null ? actorName : `${actorName}, ${organisationName}`,
        }),
        requestor: true,
      }),
    ],
    source: {
      site: base,
      observer: { display: 'Cigogne' },
      type: [{ system: 'http://terminology.hl7.org/CodeSystem/security-source-type', code: '4' }],
    },
    entity: [
      {
        what: { reference: `Patient/${patientId}` },
        type: { system: ENTITY, code: '1', display: 'Person' },
        role: { system: ROLE, code: '1', display: 'Patient' },
      },
      kind === 'query' ? queryEntity(event, patientId) : dataEntity(event, patientId),
    ],
  });
  // What it was about is told or not with what is hidden from this reader.
  return versionedByContent(resource);
}

const NOT_KEPT = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };
const SYSTEM_OBJECT = { system: ENTITY, code: '2', display: 'System Object' };

/** What was asked for, and of whom: the values that were typed are not kept. */
function queryEntity({ told, action }: Pick<AccessEvent, 'action'> & { told: string | null }, patientId: string) {
  const type = told ?? (action.startsWith('document.') ? 'DocumentReference' : 'Patient');
  return {
    type: SYSTEM_OBJECT,
    role: { system: ROLE, code: '24', display: 'Query' },
    description: type,
    query: Buffer.from(`${type}?patient=${patientId}`).toString('base64'),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A document or a resource by its reference; what this reader is not told of by its kind; the record, when nothing narrower is said. */
function dataEntity({ told }: { told: string | null }, patientId: string) {
  return compact({
    what: whatOf(told, patientId),
    type: SYSTEM_OBJECT,
    role: { system: ROLE, code: '4', display: 'Domain Resource' },
    description: told?.split('/')[0],
  });
}

function whatOf(told: string | null, patientId: string) {
  if (told === null) return { reference: `Patient/${patientId}` };
  if (UUID.test(told)) return { reference: `DocumentReference/${documentId(patientId, told)}` };
  return told.includes('/') ? { reference: told } : { display: told };
}
