import { Refusal } from '#kernel';
import type { Asking } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { WriteDeps } from './deps.ts';
import { mustBeSystem } from './write.ts';

interface Identifier {
  system?: string;
  value?: string;
}
/** The parts of an AuditEvent that say a reading. */
interface ReadingSaid {
  action?: string;
  agent?: { requestor?: boolean; who?: { identifier?: Identifier } }[];
  entity?: { what?: { identifier?: Identifier; type?: string } }[];
}

const RPPS: ReadonlySet<string> = new Set(['urn:oid:1.2.250.1.71.4.2.1', 'https://rpps.esante.gouv.fr']);
const URI = 'urn:ietf:rfc:3986';

/**
 * `POST /fhir/AuditEvent`: the software of a place says that somebody read there a document that it was given. As a reading of IHE BALP is recorded (ITI-20, FHIR feed):
 * action R, the agent that asked for it by its RPPS, the document by its identifier. Nothing else of the event is kept.
 * @throws Refusal `request.invalid` when it says no such reading; those of `receiveReading`
 */
export async function hearReading(deps: WriteDeps, asking: Asking, given: JsonObject): Promise<void> {
  mustBeSystem(asking.who);
  const { action, agent = [], entity = [] } = given as ReadingSaid;
  const reader = listOf(agent)
    .filter(({ requestor }) => requestor === true)
    .flatMap(({ who }) => (RPPS.has(String(who?.identifier?.system)) ? [numberOf(who?.identifier)] : []))
    .find((number) => number !== undefined);
  const about = listOf(entity)
    .flatMap(({ what }) => (what?.type === 'Patient' ? [] : [nameOf(what?.identifier)]))
    .find((name) => name !== undefined);
  if (action !== 'R' || reader === undefined || about === undefined)
    throw new Refusal(
      'request.invalid',
      'a reading is action R, the RPPS of the agent that is requestor, and the identifier of the document in entity.what',
      { at: 'AuditEvent' },
    );
  const { who: sender, now: receivedAt } = asking;
  await deps.hearReading({ about, reader, sender, via: 'fhir', receivedAt });
}

const listOf = <T>(value: readonly T[]): readonly T[] => (Array.isArray(value) ? value : []);

/** The national identifier: `8` and the eleven digits of the RPPS, which some write alone. */
function numberOf(identifier: Identifier | undefined): string | undefined {
  const [, rpps] = /^8?(\d{11})$/.exec(identifier?.value ?? '') ?? [];
  return rpps === undefined ? undefined : `8${rpps}`;
}

/** As documents are known here: `root` of a URI, else `root^extension`. */
function nameOf(identifier: Identifier | undefined): string | undefined {
  const [root, value] = [oidOf(identifier?.system), identifier?.value];
  if (value === undefined) return undefined;
  return identifier?.system === URI ? (oidOf(value) ?? value) : root === undefined ? undefined : `${root}^${value}`;
}

const oidOf = (uri: string | undefined): string | undefined => /^urn:oid:([\d.]+)$/.exec(uri ?? '')?.[1];
