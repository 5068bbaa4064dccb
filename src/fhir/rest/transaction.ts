import { keepDenial } from '#access';
import { isDeadlock, Refusal } from '#kernel';
import { publishSubmission } from '../documents/publish.ts';
import type { Asking } from '../world/door.ts';
import { bundleOf, entryBytes } from '../wire/entry-bytes.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Written } from '../wire/resource.ts';
import { depositEntries } from '../write/deposit-report.ts';
import type { BatchEntry, EntryAnswer } from '../write/deps.ts';
import { checkUpdate, checkWrite, findOrganization, mustBeSystem, writePatients } from '../write/write.ts';
import { Answered } from './answered.ts';
import { answerEntry, answerWritten, type BatchDeps, patientTarget, type TogetherDeps } from './entry.ts';
import { targetOf } from './read-target.ts';
import { isReading, partsOf, type Parts } from './parts.ts';
import { patience, presence } from './presence.ts';

export interface Sent {
  body: Buffer;
  type: string;
  entries: readonly BatchEntry[];
  /** The same in their places, among what is no entry. */
  given: readonly unknown[];
}

export type Answers = Map<BatchEntry, EntryAnswer>;

/**
 * What a transaction writes, all in one transaction of the database or nothing: what it ends, then patients and structures, since the rest names them,
 * reports, a submission set, then everything else, and last what it reads of all that (FHIR R4 §3.1.0.11.2): a reading that is refused takes the whole back, as anything
 * else that is.
 * @param isGone nobody waits for the answer any more: it is read no further
 * @returns nothing of one that only reads
 */
export async function writeTogether(deps: TogetherDeps, asking: Asking, sent: Sent, isGone: () => boolean): Promise<Answers> {
  if (sent.entries.every(isReading)) return new Map();
  const parts = partsOf(sent.entries);
  refuseOverlap(sent.entries);
  try {
    return await deps.together(async (within) => {
      const isEnding = ({ request }: BatchEntry) => request.method === 'DELETE';
      const answers: Answers = new Map();
      await writeEach(within, asking, sent, { answers, others: parts.others.filter(isEnding), names: new Map() });
      const names = await writeIdentities(within, asking, parts, answers);
      for (const report of parts.reports) await writeReport(within, asking, sent, { answers, report });
      await writeSubmission(within, asking, parts, answers);
      await writeEach(within, asking, sent, { answers, others: parts.others.filter((entry) => !isEnding(entry)), names });
      await readEach(within, asking, sent, { answers, isGone, names });
      return answers;
    });
  } catch (error) {
    await keepDenial(deps.db, error instanceof Refusal ? (error.cause ?? error) : error);
    // It holds the trails of all whom it reads until its end: another may read the same people in another order.
    if (isDeadlock(error)) throw new Refusal('store.unavailable', 'another was at the same records: send it again', { cause: error });
    throw error;
  }
}

/** What two entries would each change has no answer that is right. */
function refuseOverlap(entries: readonly BatchEntry[]): void {
  const changed = new Map<string, number>();
  for (const [n, { request }] of entries.entries()) {
    if (!['PUT', 'PATCH', 'DELETE'].includes(request.method)) continue;
    const first = changed.get(request.url);
    if (first !== undefined)
      throw new Refusal('request.invalid', `the entries ${first} and ${n} change the same resource`, {
        at: `Bundle.entry[${n}].request.url`,
      });
    changed.set(request.url, n);
  }
}

/** Structures are found first: patients name them. @returns by what the Bundle calls each, how it is called here */
export async function writeIdentities(
  deps: BatchDeps,
  asking: Asking,
  { identities, reports }: Parts,
  answers: Answers,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const patients: BatchEntry[] = [];
  const note = (entry: BatchEntry, one: Written) => {
    answers.set(entry, answerWritten(one, asking));
    if (entry.fullUrl !== undefined) names.set(entry.fullUrl, `${one.resource.resourceType}/${one.resource.id}`);
  };
  // A structure that a report names is told by the report itself, also one that the directory does not know.
  const inReports = new Set(reports.flat());
  for (const entry of identities) {
    const { resource: given = {}, request } = entry;
    const { type } = targetOf(entry.request.url, asking.base);
    if (request.method === 'POST') checkWrite(asking, { type, given, condition: request.ifNoneExist });
    if (type === 'Patient') patients.push(entry);
    else if (!inReports.has(entry)) note(entry, await findOrganization(deps, asking, given));
  }
  const toWrite = patients.map((entry) => {
    const given = resolved(entry.resource ?? {}, names);
    if (entry.request.method === 'POST') return { given };
    const target = patientTarget(targetOf(entry.request.url, asking.base));
    return { given, update: checkUpdate({ target, given, ifMatch: entry.request.ifMatch }) };
  });
  if (toWrite.length > 0) for (const [n, one] of (await writePatients(deps, asking, toWrite)).entries()) note(patients[n]!, one);
  return names;
}

/** A report among other things is kept as the Bundle of its own entries, each as it was written. */
export async function writeReport(
  deps: BatchDeps,
  asking: Asking,
  { body, type, given }: Sent,
  { answers, report }: { answers: Answers; report: readonly BatchEntry[] },
): Promise<void> {
  mustBeSystem(asking.who);
  const written = cutOf(body);
  if (written.length !== given.length) throw new Refusal('request.invalid', 'the entries are said twice', { at: 'Bundle.entry' });
  const place = placesOf(given);
  const own = bundleOf(
    type,
    report.map((entry) => written[place.get(entry)!]!),
  );
  const told = await depositEntries(deps, asking, { body: own, entries: report });
  for (const [n, entry] of report.entries()) if (!answers.has(entry)) answers.set(entry, told[n]!);
}

/** Of one Bundle, asked again for each of its reports. */
const CUT = new WeakMap<Buffer, Buffer[]>();
const PLACES = new WeakMap<readonly unknown[], Map<unknown, number>>();

function cutOf(body: Buffer): Buffer[] {
  let cut = CUT.get(body);
  if (!cut) CUT.set(body, (cut = entryBytes(body)));
  return cut;
}

function placesOf(given: readonly unknown[]): Map<unknown, number> {
  let places = PLACES.get(given);
  if (!places) PLACES.set(given, (places = new Map(given.map((entry, n) => [entry, n]))));
  return places;
}

export async function writeSubmission(deps: BatchDeps, asking: Asking, { submission, identities }: Parts, answers: Answers): Promise<void> {
  if (submission.length === 0) return;
  const told = await publishSubmission(deps, asking, submission, identities);
  for (const [n, entry] of submission.entries()) answers.set(entry, told.entry![n] as unknown as EntryAnswer);
}

async function writeEach(
  deps: BatchDeps,
  asking: Asking,
  { given }: Sent,
  { answers, others, names }: { answers: Answers; others: readonly BatchEntry[]; names: ReadonlyMap<string, string> },
): Promise<void> {
  for (const entry of others)
    answers.set(entry, await inPlace(() => answerEntry(deps, asking, named(entry, names)), placesOf(given).get(entry)!));
}

async function readEach(
  deps: BatchDeps,
  asking: Asking,
  { entries, given }: Sent,
  { answers, isGone, names }: { answers: Answers; isGone: () => boolean; names: ReadonlyMap<string, string> },
): Promise<void> {
  const [answered, refuseOnceGone, refuseOnceLong] = [new Answered(), presence(deps, asking), patience()];
  for (const entry of entries.filter(isReading)) {
    if (isGone()) return;
    await refuseOnceGone();
    const answer = () => {
      refuseOnceLong();
      return answered.add(() => answerEntry(deps, asking, named(entry, names)));
    };
    answers.set(entry, await inPlace(answer, placesOf(given).get(entry)!));
  }
}

const named = (entry: BatchEntry, names: ReadonlyMap<string, string>): BatchEntry =>
  entry.resource ? { ...entry, resource: resolved(entry.resource, names) } : entry;

/** What is refused says which entry it is of: a Bundle may have thousands. */
export async function inPlace<T>(work: () => Promise<T>, n: number): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? placed(error, n) : error;
  }
}

function placed(refusal: Refusal, n: number): Refusal {
  const at = `Bundle.entry[${n}]${refusal.at === undefined ? '' : `: ${refusal.at}`}`;
  return new Refusal(refusal.code, refusal.message, { at, cause: refusal });
}

/** With what it refers to in its Bundle named as it is named here. */
function resolved(given: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  if (names.size === 0) return given;
  return JSON.parse(JSON.stringify(given), (key, value: unknown) =>
    key === 'reference' && typeof value === 'string' ? (names.get(value) ?? value) : value,
  ) as JsonObject;
}
