import { Refusal } from '#kernel';
import { changeDocument } from '../documents/change-document.ts';
import { publishOne } from '../documents/publish.ts';
import { patchBytes } from '../patch/patch.ts';
import { match } from '../people/match-patient.ts';
import { type SubscribeDeps, subscribe, unsubscribe } from '../subscriptions/subscribe.ts';
import { namesVersion } from '../wire/etag.ts';
import { warningsOf } from '../wire/outcome.ts';
import type { Bundle, Resource, Written } from '../wire/resource.ts';
import type { Asking } from '../world/door.ts';
import type { BatchEntry, EntryAnswer, WriteDeps } from '../write/deps.ts';
import { hearReading } from '../write/hear-reading.ts';
import { removePatient, updatePatient, writeOne } from '../write/write.ts';
import { pairsOfParameters } from '../wire/operation.ts';
import { isReading } from './parts.ts';
import { noAddress, readTarget, type Target, targetOf } from './read-target.ts';

/** One entry of a batch, answered as the same request by itself would be. */

export interface BatchDeps extends WriteDeps, SubscribeDeps {}

export interface TogetherDeps extends BatchDeps {
  /** Does all of `work` in one transaction, by its own deps, or nothing of it. */
  together<T>(work: (within: BatchDeps) => Promise<T>): Promise<T>;
}

export async function answerEntry(deps: BatchDeps, asking: Asking, entry: BatchEntry): Promise<EntryAnswer> {
  const { method } = entry.request;
  const target = targetOf(entry.request.url, asking.base);
  switch (method) {
    case 'GET':
      return answerRead(await readTarget(deps, asking, target), entry);
    case 'HEAD': {
      const { response } = answerRead(await readTarget(deps, asking, target), entry);
      return { response };
    }
    case 'POST':
      return post(deps, asking, entry, target);
    case 'PUT': {
      const { given, ifMatch } = { given: entry.resource ?? {}, ifMatch: entry.request.ifMatch };
      if (target.type !== 'Patient') break;
      return answerWritten(await updatePatient(deps, asking, { target: patientTarget(target), given, ifMatch }), asking);
    }
    case 'PATCH': {
      if (target.type !== 'DocumentReference') break;
      const document = target.id === undefined ? { pairs: target.pairs } : { id: target.id };
      const asked = { target: document, body: patchBytes(entry.resource), ifMatch: entry.request.ifMatch };
      const changed = await changeDocument(deps, asking, asked);
      return changed
        ? answerRead(changed, entry)
        : { response: { status: '200 OK', outcome: warningsOf(['the document is not yours to read any more']) } };
    }
    case 'DELETE':
      if (target.type === 'Patient') {
        await removePatient(deps, asking, patientTarget(target));
        return { response: { status: '204 No Content' } };
      }
      if (target.type !== 'Subscription' || target.id === undefined) break;
      await unsubscribe(deps, asking, target.id);
      return { response: { status: '204 No Content' } };
  }
  throw new Refusal('request.not-allowed', `${method.slice(0, 10)} ${target.type.slice(0, 40)} is not done here`, { at: 'request.method' });
}

export const patientTarget = ({ id, pairs }: Target) => (id === undefined ? { number: new Map(pairs).get('identifier') ?? '' } : { id });

async function post(deps: BatchDeps, asking: Asking, entry: BatchEntry, target: Target): Promise<EntryAnswer> {
  const { resource = {}, request } = entry;
  const { type, id } = target;
  if (type === 'Patient' && id === '$match')
    return { resource: await match(deps, asking, Buffer.from(JSON.stringify(resource))), response: { status: '200 OK' } };
  if (isReading(entry)) {
    // Of an operation, what it asks may stand in a Parameters (R4 §3.2.0.1).
    const pairs = [...target.pairs, ...(entry.resource ? pairsOfParameters(resource) : [])];
    return answerRead(await readTarget(deps, asking, { ...withoutSearch(target), pairs }), entry);
  }
  if (id !== undefined) throw noAddress();
  if (type === 'DocumentReference') return answerWritten(await publishOne(deps, asking, resource), asking);
  if (type === 'Subscription') {
    const made = await subscribe(deps, asking, resource);
    return answerWritten({ status: 201, resource: made, location: `${asking.base}/Subscription/${made.id}` }, asking);
  }
  if (type === 'AuditEvent') {
    const location = await hearReading(deps, asking, resource);
    return { response: { status: '201 Created', location: location.replace(`${asking.base}/`, '') } };
  }
  return answerWritten(await writeOne(deps, asking, { type, given: resource, condition: request.ifNoneExist }), asking);
}

/** The address that is searched, of one that ends with `_search`. */
function withoutSearch(target: Target): Target {
  const { type, id, rest } = target;
  if (type === '_search') return { ...target, type: '' };
  if (id === '_search') return { ...target, id: undefined };
  return rest.at(-1) === '_search' ? { ...target, rest: rest.slice(0, -1) } : target;
}

function answerRead(read: Bundle | Resource | Record<string, unknown>, { request }: BatchEntry): EntryAnswer {
  const { meta } = read as Resource;
  if (meta?.versionId === undefined) return { resource: read, response: { status: '200 OK' } };
  const etag = `W/"${meta.versionId}"`;
  if (namesVersion(request.ifNoneMatch, meta.versionId)) return { response: { status: '304 Not Modified', etag } };
  return { resource: read, response: { status: '200 OK', etag, lastModified: meta.lastUpdated } };
}

export function answerWritten({ status, resource, location }: Written, { base }: Asking): EntryAnswer {
  const told = {
    status: status === 201 ? '201 Created' : status === 202 ? '202 Accepted' : '200 OK',
    location: location.replace(`${base}/`, ''),
  };
  const { meta } = resource;
  return { resource, response: { ...told, ...(meta && { etag: `W/"${meta.versionId}"`, lastModified: meta.lastUpdated }) } };
}
