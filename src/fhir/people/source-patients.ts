import { Refusal, type Sql, uuidv7 } from '#kernel';
import type { Resource } from '../wire/resource.ts';
import { namesVersion } from '../wire/etag.ts';
import type { Query } from '../search/query.ts';
import {
  keepSourcePatient,
  keepSourceRevision,
  type SourcePatient,
  sourcePatientById,
  sourcePatientsByNumber,
  sourceVersions,
} from './store.ts';
import { Shelf } from '../world/world.ts';

/** Patients as the systems that write by FHIR know them: identities of their sender's, seen by nobody else. */

const MOST_NUMBERS = 20;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A Patient has no picture here, nor a life story. */
const MOST_CHARACTERS = 100_000;

/** @returns undefined when its sender removed it */
function resourceOf({ sourceId, resource, version, createdAt }: SourcePatient): Resource | undefined {
  if (resource === null) return undefined;
  const meta = { versionId: String(version), lastUpdated: createdAt.toISOString() };
  return { ...(JSON.parse(resource) as Resource), resourceType: 'Patient', id: sourceId, meta };
}

export async function readSourcePatients(sql: Sql, senderId: string, { filters }: Query): Promise<Shelf> {
  const shelf = new Shelf();
  const numbers = filters.filter(({ param }) => param.name === 'identifier').flatMap(({ values }) => values);
  const ids = filters.filter(({ param }) => param.name === '_id').flatMap(({ values }) => values);
  if (numbers.length === 0 && ids.length === 0)
    throw new Refusal('request.invalid', 'a system finds the patients that it wrote by their numbers: identifier=system|value', {
      at: 'identifier',
    });
  const found = (await sourcePatientsByNumber(sql, senderId, numbers)).map(resourceOf);
  for (const id of ids) found.push(await readSourcePatient(sql, senderId, id));
  for (const one of found) if (one) shelf.put(one);
  return shelf;
}

export async function readSourcePatient(sql: Sql, senderId: string, id: string): Promise<Resource | undefined> {
  if (!UUID.test(id)) return undefined;
  const found = await sourcePatientById(sql, senderId, id);
  return found && resourceOf(found);
}

/** One patient of the sender's, with all that the sender said of it; `removedAt`: since when it says nothing. */
export async function readSourceVersions(sql: Sql, senderId: string, id: string): Promise<{ shelf: Shelf; removed?: Removed }> {
  const shelf = new Shelf();
  const versions = UUID.test(id) ? await sourceVersions(sql, senderId, id) : [];
  for (const version of versions) {
    const said = resourceOf(version);
    if (said) shelf.put(said);
  }
  const last = versions.at(-1);
  return last?.resource === null ? { shelf, removed: { versionId: String(last.version), at: last.createdAt } } : { shelf };
}

export interface Removed {
  versionId: string;
  at: Date;
}

/** The numbers of a Patient resource, `system|value`. */
export function numbersOf(patient: Readonly<Record<string, unknown>>): string[] {
  const { identifier } = patient as { identifier?: ({ system?: unknown; value?: unknown } | null)[] };
  const all = Array.isArray(identifier) ? identifier : [];
  return all.flatMap((one) => (typeof one?.system === 'string' && typeof one.value === 'string' ? [`${one.system}|${one.value}`] : []));
}

/** Whom a Patient that a system writes is, when it was written before. @throws Refusal when it may not be written, or is several */
export async function findSourcePatient(
  sql: Sql,
  senderId: string,
  patient: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const same = await samePatient(sql, senderId, checked(patient).numbers);
  return same?.resource === null ? undefined : same?.sourceId;
}

async function samePatient(sql: Sql, senderId: string, numbers: readonly string[]): Promise<SourcePatient | undefined> {
  const [same, another] = await sourcePatientsByNumber(sql, senderId, numbers);
  if (!another) return same;
  throw new Refusal('request.precondition', 'these numbers are of several patients of this sender', { at: 'Patient.identifier' });
}

/**
 * Keeps a Patient that a system writes. The same number again is the same identity: what was written first stays, and its id is answered.
 * @returns its id, and whether it is new
 */
export async function writeSourcePatient(
  sql: Sql,
  senderId: string,
  patient: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<{ id: string; isNew: boolean }> {
  const { numbers, text } = checked(patient);
  const same = await samePatient(sql, senderId, numbers);
  if (same) {
    // One that was removed comes back as its next version.
    const isBack = same.resource === null && (await keepSourceRevision(sql, { ...next(senderId, same, now), numbers, resource: text }));
    return { id: same.sourceId, isNew: isBack };
  }
  const sourceId = uuidv7(now.getTime());
  await keepSourcePatient(sql, { senderId, sourceId, numbers, resource: text, now });
  // Another request of this sender may have written it at the same instant: the number says who came first.
  const [kept] = await sourcePatientsByNumber(sql, senderId, numbers);
  return { id: kept?.sourceId ?? sourceId, isNew: kept?.sourceId === sourceId };
}

/** @throws Refusal when it has no number, too many, or is too long */
function checked(patient: Readonly<Record<string, unknown>>): { numbers: string[]; text: string } {
  const numbers = numbersOf(patient);
  if (numbers.length === 0 || numbers.length > MOST_NUMBERS)
    throw new Refusal('request.invalid', 'a Patient has a number of its sender (identifier.system and identifier.value)', {
      at: 'Patient.identifier',
    });
  const { id: _id, meta: _meta, ...resource } = patient;
  const text = JSON.stringify(resource);
  if (text.length > MOST_CHARACTERS) throw new Refusal('deposit.too-large', 'a Patient of more than 100,000 characters', { at: 'Patient' });
  return { numbers, text };
}

/** What is updated: one of the sender's patients by its id, or whoever has this number (`system|value`), made when nobody has. */
export type SourceToUpdate = { id: string } | { number: string };

/**
 * Keeps what a system says now of one of its patients. What it said before stays; which record the patient joins does not follow from it.
 * @param ifMatch the version that the sender changes
 * @returns its id, and whether it is new
 */
export async function updateSourcePatient(
  sql: Sql,
  { senderId, target, ifMatch, now }: { senderId: string; target: SourceToUpdate; ifMatch: string | undefined; now: Date },
  patient: Readonly<Record<string, unknown>>,
): Promise<{ id: string; isNew: boolean }> {
  const { numbers, text } = checked(patient);
  if ('number' in target && !numbers.includes(target.number))
    throw new Refusal('request.precondition', 'the condition names an identifier of the Patient itself', { at: 'identifier' });
  const own = 'id' in target ? await ownPatient(sql, senderId, target.id) : undefined;
  const known = await sourcePatientsByNumber(sql, senderId, numbers);
  const [found = own] = known;
  if (known.length > 1 || (own && found && found.sourceId !== own.sourceId))
    throw new Refusal('request.precondition', 'these numbers are of several patients of this sender', { at: 'Patient.identifier' });
  const isExpected = ifMatch === undefined || (found !== undefined && namesVersion(ifMatch, String(found.version)));
  const moved = new Refusal('request.precondition', 'this patient has changed since this version', { at: 'If-Match' });
  if (!isExpected) throw moved;
  if (!found) return writeSourcePatient(sql, senderId, patient, now);
  if (text !== found.resource) {
    if (!(await keepSourceRevision(sql, { ...next(senderId, found, now), numbers, resource: text }))) throw moved;
  }
  return { id: found.sourceId, isNew: found.resource === null };
}

const next = (senderId: string, { sourceId, version }: SourcePatient, now: Date) => ({ senderId, sourceId, version: version + 1, now });

/**
 * A sender removes one of its patients (ITI-104): what it said stays in its history, and it is found no more.
 * @returns its numbers, `system|value`; none when there was nothing to remove
 * @throws Refusal `request.not-found` for an id that is none of the sender's
 */
export async function removeSourcePatient(sql: Sql, senderId: string, target: SourceToUpdate, now: Date): Promise<string[]> {
  const own = 'id' in target ? await ownPatient(sql, senderId, target.id) : await samePatient(sql, senderId, [target.number]);
  if (!own || own.resource === null) return [];
  await keepSourceRevision(sql, { ...next(senderId, own, now), numbers: [], resource: null });
  return numbersOf(JSON.parse(own.resource) as Resource);
}

async function ownPatient(sql: Sql, senderId: string, id: string): Promise<SourcePatient> {
  const own = UUID.test(id) ? await sourcePatientById(sql, senderId, id) : undefined;
  if (!own) throw new Refusal('request.not-found', 'this system wrote no such patient', { at: 'id' });
  return own;
}
