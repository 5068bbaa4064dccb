import { setImmediate as breathe } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isStillSignedIn, passDoor } from '#access';
import { Refusal, uuidv7 } from '#kernel';
import { type Asking, open, openRecord, viaOf } from '../world/door.ts';
import { EVERYTHING } from '../rest/everything.ts';
import { found } from '../rest/interactions.ts';
import { EPOCH } from '../wire/resource.ts';
import { judgeOfQuery } from '../search/match.ts';
import { isType } from '../search/params.ts';
import { type Query, readQuery, splitValues } from '../search/query.ts';
import { patientsMeant } from '../world/followed.ts';
import { groupsOf } from '../world/groups.ts';
import { checkScope } from '../world/software.ts';
import { ALL } from '../world/wanted.ts';
import {
  countsOf,
  deleteExport,
  type Export,
  type ExportFile,
  filesOf,
  finishExport,
  insertExport,
  keepFiles,
  ownExport,
} from './store.ts';
import type { SubscribeDeps } from '../subscriptions/subscribe.ts';

/**
 * Bulk export: `GET /fhir/Patient/$export`, of the whole `GET /fhir/$export`, and of a group `GET /fhir/Group/[id]/$export`, asynchronously, as NDJSON. The first two are of
 * the patients whom the reader follows, or of one of them: a region is not for leafing through, and the whole of what a reader may take away is their own patients. Each record passes the door like any other reading, with its one event in the trail of its
 * patient; one that is not open is left out. Files are fetched by whoever asked, through the same software and with the same scopes, and are gone after an hour: each taking of one
 * passes the door again for each patient in it, and who may not be read any more is left out.
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
  const since = given.has('_since') ? Date.parse(given.get('_since')!) : undefined;
  if (Number.isNaN(since)) wrong('_since', '_since is not an instant');
  return { patient: given.get('patient')?.replace(/^.*Patient\//, ''), types, filters, since };
}

/** Searches, each `type?parameters`: what pages and sorts has no meaning in a file. @throws Refusal `request.invalid` */
function filtersOf(asked: readonly string[]): Map<string, Query[]> {
  const filters = new Map<string, Query[]>();
  for (const text of asked) {
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
  const patients =
    group === undefined
      ? await patientsMeant(deps, asking, { ...EXPORTED, patient: wish.patient })
      : await patientsOfGroup(deps, asking, { group, wish });
  const exportId = uuidv7(now.getTime());
  const expiresAt = new Date(now.getTime() + HOUR_MS);
  const begun = { exportId, request, patients: patients.length, now, expiresAt };
  if (!(await insertExport(deps.system, who, begun, new Date(now.getTime() - DEAD_MS))))
    throw new Refusal('access.too-many', 'an export of yours is under way, or too many are kept: fetch them, and end them by DELETE');
  make(deps, asking, { exportId, patients, wish }).catch(deps.onError);
  return exportId;
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
  { exportId, patients, wish }: { exportId: string; patients: readonly string[]; wish: Wish },
): Promise<void> {
  for (const patientId of patients) {
    const now = new Date();
    // Nobody reads in the name of who has left.
    if (!(await isStillSignedIn(deps.system, asking.who, now))) return deleteExport(deps.system, exportId);
    const files = await filesOfPatient(deps, { ...asking, now }, patientId, wish);
    if (!(await keepFiles(deps.system, { exportId, patientId, files, now }))) return;
    // Whoever waits for an answer goes first.
    await breathe();
  }
  const now = new Date();
  await finishExport(deps.system, exportId, { now, expiresAt: new Date(now.getTime() + HOUR_MS) });
}

/** A record that is not open to the reader is left out: the trail says that it was asked for. */
async function filesOfPatient(deps: ExportDeps, asking: Asking, patientId: string, { types, filters, since }: Wish): Promise<ExportFile[]> {
  const asked = { type: 'Patient', permission: 'r' as const, object: '$export' };
  const world = await openRecord(deps, asking, patientId, ALL, asked).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'access.denied') return undefined;
    throw error;
  });
  if (!world) return [];
  return types.flatMap((type) => {
    const judges = filters.get(type)?.map((query) => judgeOfQuery(query, { world, zone: deps.zone }));
    const resources = world
      .all(type)
      .filter((resource) => !judges || judges.some((judge) => judge(resource)))
      .filter(
        ({ meta }) => since === undefined || meta === undefined || meta.lastUpdated === EPOCH || Date.parse(meta.lastUpdated) >= since,
      );
    if (resources.length === 0) return [];
    const text = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
    return [{ type, count: resources.length, zstd: zstdCompressSync(text) }];
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

export async function exportedFile(deps: ExportDeps, asking: Asking, id: string, file: string): Promise<Buffer> {
  const { exportId } = await own(deps, asking, id);
  const [, type] = /^([A-Za-z]{1,40})\.ndjson$/.exec(file) ?? [];
  const parts = type === undefined ? [] : await filesOf(deps.system, exportId, type);
  if (type === undefined || parts.length === 0) throw new Refusal('request.not-found', 'there is no such file', { at: 'file' });
  const given: Buffer[] = [];
  let refusal: Refusal | undefined;
  for (const { patientId, zstd } of parts) {
    const refused = await refusalNow(deps, asking, { patientId, type });
    if (!refused) given.push(zstdDecompressSync(zstd));
    refusal ??= refused;
  }
  if (refusal && given.length === 0) throw refusal;
  return Buffer.concat(given);
}

/** Taking a file is reading each record of it: by the rights of this instant, with its event. */
async function refusalNow(
  deps: ExportDeps,
  { who, now }: Asking,
  { patientId, type }: { patientId: string; type: string },
): Promise<Refusal | undefined> {
  const mayAsk = (read: string) => checkScope(who, type, 'r', read);
  const asked = { who, now, via: viaOf(who), action: 'record.software', patientId, isFollowed: true, mayAsk } as const;
  try {
    await passDoor(deps.db, { ...asked, object: `$export/${type}`, atOnce: true }, async () => {});
    return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'access.denied') return error;
    throw error;
  }
}

export const endExport = async (deps: ExportDeps, asking: Asking, id: string): Promise<void> =>
  deleteExport(deps.system, (await own(deps, asking, id)).exportId);
