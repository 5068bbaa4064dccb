import { Refusal, REFUSALS } from '#kernel';
import { depositReport, isLaboratoryReport } from '../write/deposit-report.ts';
import { crossReference } from '../people/cross-reference.ts';
import type { Asking } from '../world/door.ts';
import { everything, lastObservations, readHistory, readOne, readVersion, searchType } from './interactions.ts';
import { parseJson } from '../wire/json.ts';
import { outcomeOf } from '../wire/outcome.ts';
import { isSubmission, publishSubmission } from '../documents/publish.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { writeGiven } from '../write/write.ts';
import type { BatchEntry, WriteDeps } from '../write/deps.ts';

const MOST_ENTRIES = 5_000;
/** Entries of one batch that pass the door each: a page of practice software asks for some ten. */
const MOST_READS = 100;

/**
 * `POST /fhir`: a batch or a transaction. One with a DiagnosticReport is a laboratory report: it is deposited whole, as any other, whichever of
 * the two it calls itself. Others are done entry by entry, each through the door, and a transaction stops at its first refusal.
 */
export async function readBatch(deps: WriteDeps, asking: Asking, body: Buffer): Promise<Bundle> {
  const bundle = parseJson(body);
  const { type } = bundle;
  if (bundle['resourceType'] !== 'Bundle' || (type !== 'batch' && type !== 'transaction'))
    throw new Refusal('request.invalid', 'the body is not a Bundle of type batch or transaction', { at: 'Bundle.type' });
  const entries = entriesOf(bundle['entry']);
  if (isLaboratoryReport(entries)) return depositReport(deps, asking, { body, type, entries });
  if (isSubmission(entries)) return publishSubmission(deps, asking, entries);
  if (entries.length > MOST_READS)
    throw new Refusal('request.invalid', `more than ${MOST_READS} entries that are no laboratory report`, { at: 'Bundle.entry' });
  const done: Record<string, unknown>[] = [];
  for (const entry of entries) done.push(await doEntry(deps, asking, entry, type === 'transaction'));
  return { resourceType: 'Bundle', type: `${type}-response`, entry: done };
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

async function doEntry(deps: WriteDeps, asking: Asking, entry: BatchEntry, mustSucceed: boolean): Promise<Record<string, unknown>> {
  try {
    return await answerEntry(deps, asking, entry);
  } catch (error) {
    if (mustSucceed || !(error instanceof Refusal)) throw error;
    return { response: { status: String(REFUSALS[error.code].http), outcome: outcomeOf(error) } };
  }
}

async function answerEntry(deps: WriteDeps, asking: Asking, { request, resource }: BatchEntry): Promise<Record<string, unknown>> {
  if (request.method === 'GET') {
    const read = await readUrl(deps, asking, request.url);
    const etag = read['meta'] === undefined ? {} : { etag: `W/"${(read as Resource).meta!.versionId}"` };
    return { resource: read, response: { status: '200', ...etag } };
  }
  if (request.method !== 'POST')
    throw new Refusal('request.not-allowed', `${request.method.slice(0, 10)} is not done in a batch here`, { at: 'request.method' });
  const written = await writeGiven(deps, asking, { type: request.url, given: resource ?? {}, condition: request.ifNoneExist });
  const status = written.status === 201 ? '201 Created' : '200 OK';
  return { resource: written.resource, response: { status, location: written.location.slice(asking.base.length + 1), etag: 'W/"1"' } };
}

/** The same addresses as the routes, relative to the base. */
function readUrl(deps: WriteDeps, asking: Asking, url: string): Promise<Bundle | Resource | Record<string, unknown>> {
  const [path = '', text = ''] = url.replace(/^\/+/, '').split('?');
  const pairs = [...new URLSearchParams(text)];
  const [type = '', id, history, version] = path.split('/');
  if (id === undefined) return searchType(deps, asking, type, pairs);
  if (type === 'Observation' && id === '$lastn') return lastObservations(deps, asking, pairs);
  if (type === 'Patient' && id === '$ihe-pix') return crossReference(deps, asking, pairs);
  if (type === 'Patient' && history === '$everything') return everything(deps, asking, id, pairs);
  if (history === undefined) return readOne(deps, asking, type, id);
  if (history !== '_history') throw new Refusal('request.not-found', 'there is no such address', { at: 'request.url' });
  return version === undefined ? readHistory(deps, asking, type, id) : readVersion(deps, asking, type, id, version);
}
