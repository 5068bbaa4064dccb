import type { Principal } from '#access';
import { readFhirPatient } from '#formats';
import { forgetNumbers, hearOfDeath, type Mode, noteSourceIdentity, type SourceMessage } from '#identity';
import type { Sql } from '#kernel';
import type { JsonObject } from '../wire/json.ts';
import { cutNumber, domainsOf } from './numbers.ts';
import { sourcePatientsByNumber } from './store.ts';

/** What a sender says of its own patients by FHIR (IHE PIXm, ITI-104) goes where what it says by ADT goes: into the module that decides whose a number is. */

/** A structure that speaks of its own patients; a system of several structures does not say which speaks. */
function speakerOf({ structures = [] }: Principal): string | undefined {
  const [finess, ...others] = structures;
  return others.length === 0 ? finess : undefined;
}

export interface Said {
  given: JsonObject;
  sourceId: string;
  versionId: string;
  isNew: boolean;
  /** Said now, and not only sent again. */
  isSaidNow: boolean;
}

/**
 * A Patient added or revised: traits that contradict those of a link break it. One that its sender joined to another of its own (`active: false`,
 * `link` of type `replaced-by`): its numbers follow the rules of such a merge (A40), and no record of the region is merged by it. A death is heard.
 */
export async function hearPatient(tx: Sql, { who, mode, now }: { who: Principal; mode: Mode; now: Date }, said: Said): Promise<void> {
  const senderFiness = speakerOf(who);
  if (senderFiness === undefined) return;
  const patient = readFhirPatient(said.given);
  await hearOfDeath(tx, { patient, senderFiness, mode, now });
  if (!said.isSaidNow) return;
  const about = { header: { controlId: `fhir:${said.sourceId}/${said.versionId}` }, patient, identifiers: patient.ids, merges: [] };
  const message: SourceMessage = { ...about, event: said.isNew ? 'A04' : 'A08' };
  await noteSourceIdentity(tx, { message, senderFiness, receivedAt: now });
  const survivor = survivorOf(said.given);
  if (survivor === undefined) return;
  const identifiers = idsOf([survivor]);
  // What survives keeps its own traits: those of the number given up may be the wrong ones.
  const [known] = await sourcePatientsByNumber(tx, who.id, [survivor]);
  const kept = known?.resource ? readFhirPatient(JSON.parse(known.resource) as JsonObject) : patient;
  const merge = { patient: kept, identifiers, prior: patient.ids };
  const joins: SourceMessage = {
    ...about,
    header: { controlId: `${about.header.controlId}/a40` },
    event: 'A40',
    identifiers,
    merges: [merge],
  };
  await noteSourceIdentity(tx, { message: joins, senderFiness, receivedAt: now });
}

/** A Patient that its sender removed: its numbers name nobody any more. */
export async function forgetPatient(tx: Sql, who: Principal, numbers: readonly string[]): Promise<void> {
  const senderFiness = speakerOf(who);
  if (senderFiness !== undefined && numbers.length > 0) await forgetNumbers(tx, senderFiness, idsOf(numbers));
}

const idsOf = (numbers: readonly string[]) =>
  numbers.map((text) => {
    const { system = '', number } = cutNumber(text);
    return { root: domainsOf(system)[0]!, extension: number };
  });

/** The number that a Patient which is not used any more gives way to, `system|value`. */
export function survivorOf({ active, link }: JsonObject): string | undefined {
  if (active !== false || !Array.isArray(link)) return undefined;
  const links = link as ({ type?: unknown; other?: { identifier?: { system?: unknown; value?: unknown }; reference?: unknown } } | null)[];
  const other = links.find((one) => one?.type === 'replaced-by')?.other;
  const { system, value } = other?.identifier ?? {};
  if (typeof system === 'string' && typeof value === 'string') return `${system}|${value}`;
  return typeof other?.reference === 'string'
    ? (new URLSearchParams(other.reference.split('?')[1]).get('identifier') ?? undefined)
    : undefined;
}
