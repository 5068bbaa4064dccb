import { Refusal, REFUSALS } from '#kernel';
import { isSubmission, publishSubmission } from '../documents/publish.ts';
import type { Asking } from '../world/door.ts';
import { parseJson } from '../wire/json.ts';
import { outcomeOf } from '../wire/outcome.ts';
import type { Bundle } from '../wire/resource.ts';
import { depositReport, isLaboratoryReport } from '../write/deposit-report.ts';
import type { BatchEntry } from '../write/deps.ts';
import { answerEntry, type BatchDeps, type EntryAnswer } from './entry.ts';
import { writeTogether } from './transaction.ts';

const MOST_ENTRIES = 5_000;

/**
 * `POST /fhir`: a batch or a transaction. One with a DiagnosticReport is a laboratory report: it is deposited whole, as any other, whichever of
 * the two it calls itself; one with a List and its documents is a submission. The entries of others each pass the door: a batch does them one by
 * one; a transaction writes all that it writes or nothing, then reads.
 */
export async function readBatch(deps: BatchDeps, asking: Asking, body: Buffer): Promise<Bundle> {
  const bundle = parseJson(body);
  const { type } = bundle;
  if (bundle['resourceType'] !== 'Bundle' || (type !== 'batch' && type !== 'transaction'))
    throw new Refusal('request.invalid', 'the body is not a Bundle of type batch or transaction', { at: 'Bundle.type' });
  const entries = entriesOf(bundle['entry']);
  if (isLaboratoryReport(entries)) return depositReport(deps, asking, { body, type, entries });
  if (isSubmission(entries)) return publishSubmission(deps, asking, entries);
  const written = type === 'transaction' ? await writeTogether(deps, asking, entries) : new Map<BatchEntry, EntryAnswer>();
  const done: EntryAnswer[] = [];
  for (const entry of entries) done.push(written.get(entry) ?? (await tryEntry(deps, asking, entry)));
  return { resourceType: 'Bundle', type: `${type}-response`, entry: done.map((answer) => ({ ...answer })) };
}

function entriesOf(given: unknown): BatchEntry[] {
  const entries = Array.isArray(given) ? (given as BatchEntry[]) : [];
  if (entries.length > MOST_ENTRIES) throw new Refusal('request.invalid', `more than ${MOST_ENTRIES} entries`, { at: 'Bundle.entry' });
  for (const [n, entry] of entries.entries()) {
    const request = (entry as BatchEntry | null)?.request;
    if (typeof request?.method !== 'string' || typeof request.url !== 'string')
      throw new Refusal('request.invalid', 'an entry has no request (method and url)', { at: `Bundle.entry[${n}].request` });
  }
  return entries;
}

/** What is refused is told in its place, and the others are done all the same. */
async function tryEntry(deps: BatchDeps, asking: Asking, entry: BatchEntry): Promise<EntryAnswer> {
  try {
    return await answerEntry(deps, asking, entry);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { response: { status: String(REFUSALS[error.code].http), outcome: outcomeOf(error) } };
  }
}
