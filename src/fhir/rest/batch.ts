import { noteUnanswered } from '#access';
import { Refusal, REFUSALS } from '#kernel';
import type { Asking } from '../world/door.ts';
import { parseJson } from '../wire/json.ts';
import { outcomeOf } from '../wire/outcome.ts';
import type { Bundle } from '../wire/resource.ts';
import { depositReport } from '../write/deposit-report.ts';
import type { BatchEntry, EntryAnswer } from '../write/deps.ts';
import { Answered } from './answered.ts';
import { answerEntry, type BatchDeps, type TogetherDeps } from './entry.ts';
import { isReading, isReport, partsOf } from './parts.ts';
import { presence } from './presence.ts';
import { type Answers, inPlace, type Sent, writeIdentities, writeReport, writeSubmission, writeTogether } from './transaction.ts';

/**
 * `POST /fhir`: a batch or a transaction, of as many entries as its bytes hold. A laboratory report alone is deposited whole, as any other, whichever of
 * the two it calls itself. Of other Bundles a transaction does all that it asks or nothing; a batch does each report, the submission set
 * and each other entry by itself. Each passes the door.
 * @param isGone nobody waits for the answer any more: what only reads is read no further, what changes something is done all the same
 */
export async function readBatch(deps: TogetherDeps, asking: Asking, body: Buffer, isGone: () => boolean): Promise<Bundle> {
  const bundle = parseJson(body);
  const { type } = bundle;
  if (bundle['resourceType'] !== 'Bundle' || (type !== 'batch' && type !== 'transaction'))
    throw new Refusal('request.invalid', 'the body is not a Bundle of type batch or transaction', { at: 'Bundle.type' });
  const given = entriesOf(bundle['entry']);
  const unread = given.find((entry) => entry instanceof Refusal);
  if (unread && type === 'transaction') throw unread;
  const entries = given.filter((entry): entry is BatchEntry => !(entry instanceof Refusal));
  const sent = { body, type, entries, given };
  if (!unread && isOneReport(entries)) return depositReport(deps, asking, sent);
  const answers = type === 'transaction' ? await writeTogether(deps, asking, sent, isGone) : await writeApart(deps, asking, sent);
  const refuseOnceGone = presence(deps, asking);
  const [done, answered] = [[] as EntryAnswer[], new Answered()];
  for (const [n, entry] of given.entries()) {
    await refuseOnceGone();
    if (entry instanceof Refusal) done.push(refusedAs(entry));
    else if (!isReading(entry) || !isGone()) {
      const own = { ...asking, asked: [] };
      const answer = () => answered.add(() => answerEntry(deps, own, entry)).catch((error: unknown) => notAnswered(deps, own, error));
      done.push(answers.get(entry) ?? (await (type === 'transaction' ? inPlace(answer, n) : tried(answer))));
    }
  }
  return { resourceType: 'Bundle', type: `${type}-response`, entry: done.map((answer) => ({ ...answer })) };
}

async function notAnswered(deps: BatchDeps, { asked = [] }: Asking, error: unknown): Promise<never> {
  await noteUnanswered(deps.system, asked);
  throw error;
}

/** Nothing but one report with what it holds. */
const isOneReport = (entries: readonly BatchEntry[]): boolean =>
  entries.every(({ request, resource }) => request.method === 'POST' && !APART.has(String(resource?.['resourceType']))) &&
  entries.filter(isReport).length === 1;
const APART: ReadonlySet<string> = new Set(['List', 'Subscription', 'Parameters', 'undefined']);

/** Each entry, or why it cannot be read. */
function entriesOf(given: unknown): (BatchEntry | Refusal)[] {
  const entries = Array.isArray(given) ? (given as BatchEntry[]) : [];
  return entries.map((entry, n) => {
    const wrong = (at: string, why: string) => new Refusal('request.invalid', why, { at: `Bundle.entry[${n}].${at}` });
    const { request, resource, fullUrl } = (entry as Partial<BatchEntry> | null) ?? {};
    if (typeof request?.method !== 'string' || typeof request.url !== 'string')
      return wrong('request', 'an entry has no request (method and url)');
    if (!isText(fullUrl)) return wrong('fullUrl', 'the fullUrl of an entry is text');
    if (resource !== undefined && (typeof resource !== 'object' || resource === null || Array.isArray(resource)))
      return wrong('resource', 'the resource of an entry is none');
    const { ifNoneExist, ifMatch, ifNoneMatch } = request;
    return [ifNoneExist, ifMatch, ifNoneMatch].every(isText) ? entry : wrong('request', 'a condition of a request is text');
  });
}

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** The parts of a batch that are more than one entry, each done or refused by itself; the patients of reports before them. */
async function writeApart(deps: BatchDeps, asking: Asking, sent: Sent): Promise<Answers> {
  const answers: Answers = new Map();
  const parts = partsOf(sent.entries);
  const refuse = (entries: readonly BatchEntry[], answer: EntryAnswer | undefined) => {
    if (answer) for (const entry of entries) if (!answers.has(entry)) answers.set(entry, answer);
  };
  for (const report of parts.reports) {
    const own = new Set(report);
    const identities = parts.identities.filter((entry) => own.has(entry) && !answers.has(entry));
    refuse(
      report,
      await refusalOf(async () => {
        await writeIdentities(deps, asking, { ...parts, identities, reports: [report] }, answers);
        await writeReport(deps, asking, sent, { answers, report });
      }),
    );
  }
  refuse(parts.submission, await refusalOf(() => writeSubmission(deps, asking, parts, answers)));
  return answers;
}

async function refusalOf(work: () => Promise<void>): Promise<EntryAnswer | undefined> {
  const nothing: EntryAnswer = { response: { status: '' } };
  const answer = await tried(async () => {
    await work();
    return nothing;
  });
  return answer === nothing ? undefined : answer;
}

/** What is refused is told in its place, and the others are done all the same. */
async function tried(work: () => Promise<EntryAnswer>): Promise<EntryAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusedAs(error);
  }
}

const refusedAs = (refusal: Refusal): EntryAnswer => ({
  response: { status: String(REFUSALS[refusal.code].http), outcome: outcomeOf(refusal) },
});
