import { Refusal } from '#kernel';
import { idTextOf } from '../make/document.ts';
import { packUuid } from '../wire/ids.ts';
import type { Asking } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { WriteDeps } from './deps.ts';
import { mustBeSystem } from './write.ts';

interface Identifier {
  system?: string;
  value?: string;
}
interface Entity {
  what?: { identifier?: Identifier; type?: string; reference?: string };
  type?: { code?: string };
  role?: { code?: string };
}
/** The parts of an AuditEvent that say a reading. */
interface ReadingSaid {
  resourceType?: string;
  action?: string;
  outcome?: string;
  agent?: { requestor?: boolean; who?: { identifier?: Identifier } }[];
  entity?: Entity[];
}

const RPPS: ReadonlySet<string> = new Set(['urn:oid:1.2.250.1.71.4.2.1', 'https://rpps.esante.gouv.fr']);
/** National identities of patients (INS-NIR, INS-NIA, those of tests, INS-C), with or without `urn:oid:`. */
const INS = /^(?:urn:oid:)?1\.2\.250\.1\.213\.1\.4\.\d+$/;
/** AuditEvent.outcome (R4): of these, `0` alone is a success. */
const OUTCOMES: ReadonlySet<unknown> = new Set(['0', '4', '8', '12']);

/**
 * `POST /fhir/AuditEvent`: the software of a place says that somebody read there a document that it was given, or tried to and failed. As a reading of IHE BALP is
 * recorded (ITI-20, FHIR feed): action R, the agent that asked for it by its RPPS, the document by its identifier. Nothing else of the event is kept.
 * @returns the address of the event, for who may read the trail of this patient
 * @throws Refusal `request.invalid` when it says no such reading; those of `receiveReading`
 */
export async function hearReading(deps: WriteDeps, asking: Asking, given: JsonObject): Promise<string> {
  mustBeSystem(asking.who);
  const { resourceType, action, outcome = '0', agent, entity } = given as ReadingSaid;
  if (resourceType !== 'AuditEvent') throw new Refusal('request.invalid', 'the body is not an AuditEvent', { at: 'resourceType' });
  if (!OUTCOMES.has(outcome))
    throw new Refusal('request.invalid', 'an outcome is 0 (success), 4, 8 or 12 (failures)', { at: 'AuditEvent.outcome' });
  const reader = listOf(agent)
    .filter(({ requestor }) => requestor === true)
    .flatMap(({ who }) => (RPPS.has(String(who?.identifier?.system)) ? [numberOf(who?.identifier)] : []))
    .find((number) => number !== undefined);
  const about = documentNamed(listOf(entity));
  if (action !== 'R' || reader === undefined || about === undefined)
    throw new Refusal(
      'request.invalid',
      'a reading is action R, the RPPS of the agent that is requestor, and the identifier of the document in entity.what',
      { at: 'AuditEvent' },
    );
  const { who: sender, now: receivedAt, base } = asking;
  const heard = await deps.hearReading({ about, reader, hasFailed: outcome !== '0', sender, via: 'fhir', receivedAt });
  // Without a version: what it says depends on who reads it.
  return `${base}/AuditEvent/${packUuid(heard.patientId)}.${heard.place}`;
}

const listOf = <T extends object>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value.filter((one): one is T => typeof one === 'object' && one !== null) : [];

/** The national identifier: `8` and the eleven digits of the RPPS, which some write alone. */
function numberOf(identifier: Identifier | undefined): string | undefined {
  const [, rpps] = /^8?(\d{11})$/.exec(identifier?.value ?? '') ?? [];
  return rpps === undefined ? undefined : `8${rpps}`;
}

/** The document among what a BALP event names: the patient and the number of the request (X-Request-Id) are named in the same way. */
function documentNamed(entities: readonly Entity[]): string | undefined {
  const others = entities.filter((one) => !isPatient(one) && one.type?.code !== 'XrequestId');
  const [document] = [...others.filter(isData), ...others].flatMap(({ what }) => nameOf(what?.identifier) ?? []);
  return document;
}

/** Person, or in the role of Patient, or known by what names it, when its sender classes nothing. */
const isPatient = ({ what, type, role }: Entity): boolean =>
  type?.code === '1' ||
  role?.code === '1' ||
  what?.type === 'Patient' ||
  /(?:^|\/)Patient\//.test(what?.reference ?? '') ||
  INS.test(what?.identifier?.system ?? '');

/** In the role of Report or of Domain Resource, as BALP wants what was read. */
const isData = ({ what, role }: Entity): boolean => what?.type === 'DocumentReference' || role?.code === '3' || role?.code === '4';

const nameOf = (identifier: Identifier | undefined): string | undefined =>
  identifier?.value ? idTextOf(`${identifier.system ?? ''}|${identifier.value}`) : undefined;
