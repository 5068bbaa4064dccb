import { setImmediate as breathe } from 'node:timers/promises';
import { isStillSignedIn } from '#access';
import { survivorsOf } from '#identity';
import { Refusal, uuidv7 } from '#kernel';
import { type Asking, open, openRecord } from '../world/door.ts';
import { EVERYTHING } from '../rest/everything.ts';
import { found } from '../rest/interactions.ts';
import { sinceOf } from '../wire/instant.ts';
import { mayHaveChanged } from '../wire/resource.ts';
import { judgeOfQuery } from '../search/match.ts';
import { isType } from '../search/params.ts';
import { type Query, readQuery, splitValues } from '../search/query.ts';
import { patientsMeant } from '../world/followed.ts';
import { groupsOf } from '../world/groups.ts';
import { checkScope, isInScope } from '../world/software.ts';
import { type Wanted } from '../world/read-record.ts';
import { ALL, wantedToRead } from '../world/wanted.ts';
import type { World } from '../world/world.ts';
import {
  countsOf,
  deleteExport,
  type Export,
  type ExportFile,
  finishExport,
  insertExport,
  keepFiles,
  namesOf,
  ownExport,
  patientsOf,
  SHARED,
} from './store.ts';
import type { SubscribeDeps } from '../subscriptions/subscribe.ts';

/**
 * Bulk export: `GET /fhir/Patient/$export`, of the whole `GET /fhir/$export`, and of a group `GET /fhir/Group/[id]/$export`, asynchronously, as NDJSON. The first two are of
 * the patients whom the reader follows, or of one of them: a region is not for leafing through, and the whole of what a reader may take away is their own patients. Each record passes the door like any other reading, with its one event in the trail of its
 * patient; one that is not open is left out. An export keeps the names of what it holds for an hour, and no copy: whoever asked, through the same software and with the same scopes,
 * takes a file as the records stand and are open at that instant, each read by the door again.
 * Source: HL7 Bulk Data Access 2.0.
 */
export type ExportDeps = Omit<SubscribeDeps, 'addressesOf'> & { onError: (error: unknown) => void };

const HOUR_MS = 3_600_000;
/** Of one's own patients, more than one person follows. */
const EXPORTED = { object: '$export', most: 5_000, otherwise: 'export one of the groups' };
/** Who makes an export gives a sign of life at each patient: after so long without, nobody makes it any more. */
const DEAD_MS = 60_000;

interface Wish {
  /** One patient; absent: whoever the reader follows. */
  patient: string | undefined;
  types: readonly string[];
  /** Of a type, searches of which a resource must answer one (`_typeFilter`). */
  filters: ReadonlyMap<string, readonly Query[]>;
  since: number | undefined;
}

function readWish(pairs: readonly [string, string][]): Wish {
  const given = new Map(pairs);
  const unknown = [...given.keys()].find((name) => !['patient', '_type', '_typeFilter', '_since', '_outputFormat'].includes(name));
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at });
  };
  if (unknown !== undefined) wrong(unknown.slice(0, 40), 'an export takes patient, _type, _typeFilter, _since and _outputFormat');
  const format = given.get('_outputFormat') ?? 'ndjson';
  if (!['application/fhir+ndjson', 'application/ndjson', 'ndjson'].includes(format)) wrong('_outputFormat', 'an export is in NDJSON');
  const types = given.has('_type') ? splitValues(given.get('_type')!) : EVERYTHING;
  const foreign = types.find((type) => !EVERYTHING.includes(type));
  if (foreign !== undefined) wrong('_type', `${foreign.slice(0, 40)} is not exported`);
  const filters = filtersOf(pairs.flatMap(([name, value]) => (name === '_typeFilter' ? [value] : [])));
  const unasked = [...filters.keys()].find((type) => !types.includes(type));
  if (unasked !== undefined) wrong('_typeFilter', `${unasked.slice(0, 40)} is not among what is exported`);
  const since = given.has('_since') ? sinceOf(given.get('_since')!) : undefined;
  if (Number.isNaN(since)) wrong('_since', '_since is not an instant');
  const patient = given.get('patient')?.replace(/^.*Patient\//, '');
  if (patient !== undefined && !UUID.test(patient)) wrong('patient', 'patient is the id of a Patient');
  return { patient, types, filters, since };
}

/** Searches, each `type?parameters`: what pages and sorts has no meaning in a file. @throws Refusal `request.invalid` */
function filtersOf(asked: readonly string[]): Map<string, Query[]> {
  const filters = new Map<string, Query[]>();
  // Said several times, or joined by commas (Bulk Data 2.0): what begins another is a type and its question mark.
  for (const text of asked.flatMap((one) => one.split(/,(?=[A-Z][A-Za-z]{1,40}\?)/))) {
    const [, type = '', pairs = ''] = /^([A-Za-z]{1,40})\?(.+)$/s.exec(text) ?? [];
    const query = isType(type) ? readQuery(type, [...new URLSearchParams(pairs)]) : undefined;
    if (!query || query.ignored.length > 0)
      throw new Refusal('request.invalid', query?.ignored.join('; ') ?? 'a filter is a search of one type: Observation?code=…', {
        at: '_typeFilter',
      });
    filters.set(type, [...(filters.get(type) ?? []), query]);
  }
  return filters;
}

/** Begins an export. @returns its id: it goes on behind the answer */
export async function beginExport(
  deps: ExportDeps,
  asking: Asking,
  { pairs, request, group }: { pairs: readonly [string, string][]; request: string; group?: string | undefined },
): Promise<string> {
  const wish = readWish(pairs);
  const { who, now } = asking;
  const { patients: meant, isNamed } =
    group === undefined
      ? await patientsMeant(deps, asking, { ...EXPORTED, patient: wish.patient })
      : { patients: await patientsOfGroup(deps, asking, { group, wish }), isNamed: false };
  const patients = [...new Set(await readNow(deps, meant))];
  const exportId = uuidv7(now.getTime());
  const expiresAt = new Date(now.getTime() + HOUR_MS);
  const begun = { exportId, request, patients: patients.length, now, expiresAt };
  const hasBegun = await deps.system.transaction((tx) => insertExport(tx, who, begun, new Date(now.getTime() - DEAD_MS)));
  if (!hasBegun)
    throw new Refusal('access.too-many', 'an export of yours is under way, or too many are kept: fetch them, and end them by DELETE');
  const making = make(deps, asking, { exportId, patients, wish, isNamed });
  if (!isNamed) making.catch(deps.onError);
  // Of one patient it is told at once that they may not be read, rather than by a file that is empty.
  else
    await making.catch(async (error: unknown) => {
      await deleteExport(deps.system, exportId);
      throw error;
    });
  return exportId;
}

/** The record under which each of these is read now. */
async function readNow({ system }: ExportDeps, patients: readonly string[]): Promise<string[]> {
  const survivors = await survivorsOf(system, patients);
  return patients.map((patientId) => survivors.get(patientId) ?? patientId);
}

/** The patients of one of one's own groups. @throws Refusal `request.not-found` for any other */
async function patientsOfGroup(deps: ExportDeps, asking: Asking, { group, wish }: { group: string; wish: Wish }): Promise<string[]> {
  if (wish.patient !== undefined)
    throw new Refusal('request.invalid', 'one patient is exported by Patient/$export?patient=…', { at: 'patient' });
  for (const type of ['Group', 'Patient']) checkScope(asking.who, type, 'r', 'any');
  const groups = await open(deps, asking, { action: 'patient.mine', object: '$export' }, (tx) => groupsOf(tx, asking));
  return [...found(groups.find(({ id }) => id === group)).members.keys()];
}

async function make(
  deps: ExportDeps,
  asking: Asking,
  { exportId, patients, wish, isNamed }: { exportId: string; patients: readonly string[]; wish: Wish; isNamed: boolean },
): Promise<void> {
  for (const patientId of patients) {
    const now = new Date();
    // Nobody reads in the name of who has left.
    if (!(await isStillSignedIn(deps.system, asking.who, now))) return deleteExport(deps.system, exportId);
    const world = await openedNow(deps, { ...asking, now }, patientId, { type: 'Patient', object: '$export', wanted: ALL });
    if (world instanceof Refusal && isNamed) throw world;
    // What may be searched and not read is in no file: it could not be taken.
    const types = wish.types.filter((type) => isInScope(asking.who, type, 'r', patientId));
    const files = world instanceof Refusal ? [] : filesOf(world, { ...wish, types }, deps.zone);
    if (!(await keepFiles(deps.system, { exportId, patientId, files, now }))) return;
    // Whoever waits for an answer goes first.
    await breathe();
  }
  const now = new Date();
  await finishExport(deps.system, exportId, { now, expiresAt: new Date(now.getTime() + HOUR_MS) });
}

/** What may be read of a patient at this instant, with its event; or why nothing. */
async function openedNow(
  deps: ExportDeps,
  asking: Asking,
  patientId: string,
  { wanted, ...asked }: { type: string; object: string; wanted: Wanted },
): Promise<World | Refusal> {
  try {
    return await openRecord(deps, asking, patientId, wanted, { ...asked, permission: 'r' });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'access.denied') return error;
    throw error;
  }
}

function filesOf(world: World, { types, filters, since }: Wish, zone: string): ExportFile[] {
  return types.flatMap((type) => {
    const judges = filters.get(type)?.map((query) => judgeOfQuery(query, { world, zone }));
    const ids = world
      .all(type)
      .filter((resource) => !judges || judges.some((judge) => judge(resource)))
      .filter((resource) => mayHaveChanged(resource, since))
      .map(({ id }) => id);
    return ids.length === 0 ? [] : [{ type, ids }];
  });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function own({ system }: ExportDeps, { who, now }: Asking, id: string): Promise<Export> {
  const found = UUID.test(id) ? await ownExport(system, who, id, now) : undefined;
  if (!found) throw new Refusal('request.not-found', 'there is no such export, it is over, or it is not yours', { at: 'id' });
  return found;
}

/** How far it is: `done` of `patients`, or the manifest of its files. */
export async function exportStatus(
  deps: ExportDeps,
  asking: Asking,
  id: string,
): Promise<{ progress: string } | { manifest: Record<string, unknown>; expiresAt: Date }> {
  const { exportId, request, startedAt, patients, done, seenAt, finishedAt, expiresAt } = await own(deps, asking, id);
  if (!finishedAt) {
    if (asking.now.getTime() - seenAt.getTime() > DEAD_MS)
      throw new Refusal('store.unavailable', 'the export was interrupted: ask for it again', { at: 'id' });
    return { progress: `${done} / ${patients}` };
  }
  const output = (await countsOf(deps.system, exportId)).map(({ type, count }) => ({
    type,
    count,
    url: `${asking.base}/export/${exportId}/${type}.ndjson`,
  }));
  return { manifest: { transactionTime: startedAt.toISOString(), request, requiresAccessToken: true, output, error: [] }, expiresAt };
}

/**
 * The lines of a file, a piece for each patient of whom there is something, as they may be read at this instant: what was corrected meanwhile is told as it is now, what was
 * hidden is not told.
 * @throws Refusal before the first piece: `request.not-found`; `request.gone` once a record of it was merged; `access.denied` when nobody in it may be read any more. Later, who may not is
 *   left out; `request.gone` when the export ends, or a record is merged, meanwhile
 */
export async function* exportedFile(deps: ExportDeps, asking: Asking, id: string, file: string): AsyncGenerator<Buffer> {
  const { exportId } = await own(deps, asking, id);
  const [, type] = /^([A-Za-z]{1,40})\.ndjson$/.exec(file) ?? [];
  const patients = type === undefined ? [] : await patientsOf(deps.system, exportId, type);
  if (type === undefined || patients.length === 0) throw new Refusal('request.not-found', 'there is no such file', { at: 'file' });
  await refuseMerged(deps, patients);
  const wanted = type === SHARED ? ALL : wantedToRead(type, asking.who);
  const told = new Set<string>();
  let refusal: Refusal | undefined;
  let isOpen = false;
  for (const patientId of patients) {
    const now = new Date();
    // Nobody reads in the name of who has left.
    if (!(await isStillSignedIn(deps.system, asking.who, now))) throw new Refusal('access.unauthenticated', 'sign in first');
    const kept = await namesOf(deps.system, exportId, { type, patientId });
    // Ended by who asked, or after its hour: broken off, what was sent does not pass for the whole.
    if (!kept) throw new Refusal('request.gone', 'the export has ended: ask for it again', { at: 'file' });
    await refuseMerged(deps, [patientId]);
    const world = await openedNow(deps, { ...asking, now }, patientId, { type, object: `$export/${type}`, wanted });
    if (world instanceof Refusal) {
      refusal ??= world;
      continue;
    }
    isOpen = true;
    const lines = kept.filter((name) => !told.has(name)).flatMap((name) => world.find(type, name) ?? []);
    if (type === SHARED) for (const { id: name } of lines) told.add(name);
    if (lines.length > 0) yield Buffer.from(lines.map((resource) => `${JSON.stringify(resource)}\n`).join(''));
  }
  if (refusal && !isOpen) throw refusal;
}

/** What is of a record bears its name: under another it would be missed. */
async function refuseMerged(deps: ExportDeps, patients: readonly string[]): Promise<void> {
  if ((await readNow(deps, patients)).some((patientId, n) => patientId !== patients[n]))
    throw new Refusal('request.gone', 'a record of this export was merged with another since: ask for the export again', { at: 'file' });
}

export const endExport = async (deps: ExportDeps, asking: Asking, id: string): Promise<void> =>
  deleteExport(deps.system, (await own(deps, asking, id)).exportId);
