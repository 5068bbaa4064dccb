import { Refusal } from '#kernel';
import { changeDocument } from '../documents/change-document.ts';
import { publishOne } from '../documents/publish.ts';
import { crossReference } from '../people/cross-reference.ts';
import { match } from '../people/match-patient.ts';
import { type SubscribeDeps, subscribe, unsubscribe } from '../subscriptions/subscribe.ts';
import { shapeOf, shorten } from '../search/shorten.ts';
import { pairsOfText } from '../wire/answering.ts';
import { namesVersion } from '../wire/etag.ts';
import type { JsonObject } from '../wire/json.ts';
import { warningsOf } from '../wire/outcome.ts';
import type { Bundle, Resource, Written } from '../wire/resource.ts';
import type { Asking } from '../world/door.ts';
import type { BatchEntry, EntryAnswer, WriteDeps } from '../write/deps.ts';
import { hearReading } from '../write/hear-reading.ts';
import { removePatient, updatePatient, writeOne } from '../write/write.ts';
import { everything } from './everything.ts';
import { lastObservations, readHistory, readOne, readVersion, searchType, searchWithin } from './interactions.ts';
import { readHistoryOfMany } from './type-history.ts';

/** One entry of a batch, answered as the same request by itself would be. */

export interface BatchDeps extends WriteDeps, SubscribeDeps {}

export interface TogetherDeps extends BatchDeps {
  /** Does all of `work` in one transaction, by its own deps, or nothing of it. */
  together<T>(work: (within: BatchDeps) => Promise<T>): Promise<T>;
}

export async function answerEntry(deps: BatchDeps, asking: Asking, entry: BatchEntry): Promise<EntryAnswer> {
  const { method } = entry.request;
  const target = targetOf(entry, asking.base);
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
      const asked = { target: document, body: patchOf(entry.resource), ifMatch: entry.request.ifMatch };
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

/** Where an entry goes: the same addresses as the routes, relative to the base or whole. */
export interface Target {
  type: string;
  id: string | undefined;
  rest: string[];
  pairs: [string, string][];
}

export function targetOf({ request }: BatchEntry, base: string): Target {
  const url = request.url.startsWith(base) ? request.url.slice(base.length) : request.url;
  const [path = '', text = ''] = url.replace(/^\/+/, '').split('?');
  const [type = '', id, ...rest] = path.split('/');
  return { type, id, rest, pairs: pairsOfText(text) };
}

export const patientTarget = ({ id, pairs }: Target) => (id === undefined ? { number: new Map(pairs).get('identifier') ?? '' } : { id });

async function post(deps: BatchDeps, asking: Asking, { resource = {}, request }: BatchEntry, { type, id }: Target): Promise<EntryAnswer> {
  if (type === 'Patient' && id === '$match')
    return { resource: await match(deps, asking, Buffer.from(JSON.stringify(resource))), response: { status: '200 OK' } };
  if (id !== undefined) throw new Refusal('request.not-found', 'there is no such address', { at: 'request.url' });
  if (type === 'DocumentReference') return answerWritten(await publishOne(deps, asking, resource), asking);
  if (type === 'Subscription') {
    const made = await subscribe(deps, asking, resource);
    return answerWritten({ status: 201, resource: made, location: `${asking.base}/Subscription/${made.id}` }, asking);
  }
  if (type === 'AuditEvent') {
    await hearReading(deps, asking, resource);
    return { response: { status: '201 Created' } };
  }
  return answerWritten(await writeOne(deps, asking, { type, given: resource, condition: request.ifNoneExist }), asking);
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

/** A FHIRPath patch is a Parameters; a JSON patch comes in a Binary (FHIR R4 §3.1.0.11.1). */
function patchOf(resource: JsonObject | undefined): Buffer {
  const { resourceType, data } = resource ?? {};
  return resourceType === 'Binary' && typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(JSON.stringify(resource ?? {}));
}

async function readTarget(
  deps: BatchDeps,
  asking: Asking,
  { type, id, rest, pairs }: Target,
): Promise<Bundle | Resource | Record<string, unknown>> {
  const [history, version] = rest;
  if (type === '_history' && id === undefined) return readHistoryOfMany(deps, asking, { type: undefined, pairs });
  if (id === '_history') return readHistoryOfMany(deps, asking, { type, pairs });
  if (id === undefined) return searchType(deps, asking, type, pairs);
  if (type === 'Observation' && id === '$lastn') return lastObservations(deps, asking, pairs);
  if (type === 'Patient' && id === '$ihe-pix') return crossReference(deps, asking, pairs);
  if (type === 'Patient' && history === '$everything') return everything(deps, asking, id, pairs);
  if (history === undefined) return shorten(await readOne(deps, asking, type, id), shapeOf(type, pairs));
  if (type === 'Patient' && history !== '_history' && version === undefined)
    return searchWithin(deps, asking, { patientId: id, type: history, pairs });
  if (history !== '_history') throw new Refusal('request.not-found', 'there is no such address', { at: 'request.url' });
  if (version === undefined) return readHistory(deps, asking, { type, id, pairs });
  return shorten(await readVersion(deps, asking, type, id, version), shapeOf(type, pairs));
}
