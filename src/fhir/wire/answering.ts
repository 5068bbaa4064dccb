import { type AskedOfRecord, principalOf } from '#access';
import { Refusal, REFUSALS } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonBytes } from './bundle-bytes.ts';
import { readByteRange } from './byte-range.ts';
import type { Asking } from '../world/door.ts';
import { namesVersion } from './etag.ts';
import { formatAsked, isOfOtherVersion } from './format.ts';
import { doneOutcome, INSUFFICIENT_SCOPE, outcomeOf } from './outcome.ts';
import { type Bundle, type Resource, STATED, type Written } from './resource.ts';
import { xmlText } from './xml-text.ts';

/** How requests are read and answered, the same for every route of FHIR. */

export const MOUNT = '/fhir';
const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';

export interface Answering {
  /** Address by which clients reach this server, without trailing slash; absent: the one each request names. */
  publicUrl?: string | undefined;
}

/** What each request asked of records behind the door. */
const ASKED = new WeakMap<FastifyRequest, AskedOfRecord[]>();
export const askedBy = (request: FastifyRequest): readonly AskedOfRecord[] => ASKED.get(request) ?? [];

export function askingOf(request: FastifyRequest, deps: Answering): Asking {
  const prefer = String(request.headers['prefer'] ?? '');
  const asked: AskedOfRecord[] = [];
  ASKED.set(request, asked);
  return { who: principalOf(request), now: new Date(), base: baseOf(request, deps), strict: /handling\s*=\s*strict/.test(prefer), asked };
}

export const baseOf = (request: FastifyRequest, { publicUrl }: Answering) =>
  `${publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`}${MOUNT}`;

export function bodyOf(request: FastifyRequest): Buffer {
  if (Buffer.isBuffer(request.body)) return request.body;
  throw new Refusal('deposit.unsupported-format', 'the body is FHIR in JSON: Content-Type application/fhir+json', { at: 'Content-Type' });
}

/** The parameters as written, in order, repeated ones each. */
export const pairsOf = (request: FastifyRequest): [string, string][] => pairsOfText(request.raw.url?.split('?')[1] ?? '');
/** The `+` of an offset that was left as it is reads as a space in an address: clients forget it every day. */
export const pairsOfText = (text: string): [string, string][] =>
  [...new URLSearchParams(text)].map(([name, value]) => [name, value.replace(SPACED_OFFSET, '$1+$2')]);
const SPACED_OFFSET = /(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:\d{2})/g;

const EXEMPT = new RegExp(`^${MOUNT}/(?:Binary|export)/`);

/** Answers are JSON or XML; a file is what it is. @throws Refusal `request.not-acceptable` */
export function checkFormat(request: FastifyRequest): void {
  if (!EXEMPT.test(request.url) && formatAsked(request) === undefined)
    throw new Refusal('request.not-acceptable', 'this server answers FHIR R4 (4.0) in JSON or XML', { at: '_format' });
  if (isOfOtherVersion(request.headers['content-type']))
    throw new Refusal('deposit.unsupported-format', 'the body is FHIR R4 (4.0)', { at: 'Content-Type' });
}

export function send(reply: FastifyReply, body: Bundle | Resource | Record<string, unknown>): FastifyReply {
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (formatAsked(reply.request) === 'xml') return reply.type(XML_TYPE).send(xmlText(body));
  return reply.type(JSON_TYPE).send(jsonBytes(body));
}

export function sendResource(reply: FastifyReply, resource: Resource, request: FastifyRequest): FastifyReply {
  const etag = tell(reply, resource);
  if (etag !== undefined && namesVersion(request.headers['if-none-match'], resource.meta!.versionId))
    return reply.code(304).header('cache-control', 'no-store').send();
  if (isAsOld(resource, request)) return reply.code(304).header('cache-control', 'no-store').send();
  return send(reply, resource);
}

/**
 * `If-Modified-Since`, when no version is named (RFC 9110 §13.1.3), of what documents say: hidden, it is hidden whole. A report, a document, an event is also another for who is
 * hidden a part of it: there a date proves nothing, and the version does (`If-None-Match`).
 */
function isAsOld({ resourceType, meta }: Resource, { headers }: FastifyRequest): boolean {
  if (headers['if-none-match'] !== undefined || !STATED.has(resourceType) || meta?.lastUpdated === undefined) return false;
  const known = Date.parse(headers['if-modified-since'] ?? '');
  return Math.floor(Date.parse(meta.lastUpdated) / 1_000) * 1_000 <= known;
}

/** A file, or the part of it that is asked for (ITI-68; RFC 9110 §14). */
export function sendFile(reply: FastifyReply, bytes: Buffer, { headers }: FastifyRequest): FastifyReply {
  reply.header('accept-ranges', 'bytes');
  // A part is joined to what the client has only if nothing says otherwise: files have no version here, so that a condition is never met.
  const range = headers['if-range'] === undefined ? readByteRange(headers.range, bytes.length) : undefined;
  if (range === undefined) return reply.send(bytes);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${bytes.length}`).code(416);
    return send(reply, { ...outcomeOf(new Refusal('request.invalid', `this file has ${bytes.length} bytes`, { at: 'Range' })) });
  }
  const { first, last } = range;
  return reply
    .code(206)
    .header('content-range', `bytes ${first}-${last}/${bytes.length}`)
    .send(bytes.subarray(first, last + 1));
}

/** What was written, as its writer prefers to be answered (`Prefer: return=`): whole, not at all, or that it is done. */
export function sendWritten(reply: FastifyReply, { status, resource, location }: Written): FastifyReply {
  reply.code(status).header('location', location);
  tell(reply, resource);
  const [, preferred] =
    /\breturn\s*=\s*"?(minimal|representation|OperationOutcome)/i.exec(String(reply.request.headers['prefer'] ?? '')) ?? [];
  if (preferred?.toLowerCase() === 'minimal') return reply.header('cache-control', 'no-store').send();
  return send(reply, preferred?.toLowerCase() === 'operationoutcome' ? { ...doneOutcome() } : resource);
}

/** @returns the version, as a condition names it */
function tell(reply: FastifyReply, { meta }: Resource): string | undefined {
  if (!meta) return undefined;
  const etag = `W/"${meta.versionId}"`;
  reply.header('etag', etag);
  // An identity says no date of its own: a date that never moves would keep an old one in a cache.
  if (meta.lastUpdated !== undefined) reply.header('last-modified', new Date(meta.lastUpdated).toUTCString());
  return etag;
}

/** RFC 6750 §3: what came is no good, or nothing came. */
const challenge = ({ headers }: FastifyRequest) => (headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"');

/** A refusal in the words of FHIR; anything else is answered as everywhere in the house, in the same shape. */
export function answerRefusal(
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = asRefusal(error);
  if (!refusal) {
    request.log.error({ err: error, requestId: request.id }, 'bug');
    const issue = [{ severity: 'fatal', code: 'exception', details: { text: `an unexpected fault; quote this reference: ${request.id}` } }];
    return send(reply.code(500), { resourceType: 'OperationOutcome', issue });
  }
  request.log.info({ code: refusal.code, at: refusal.at }, 'refused');
  const { http, retry } = REFUSALS[refusal.code];
  if (retry) reply.header('retry-after', 2);
  if (refusal.code === 'access.unauthenticated') reply.header('www-authenticate', challenge(request));
  if (refusal.at === INSUFFICIENT_SCOPE) reply.header('www-authenticate', 'Bearer error="insufficient_scope"');
  return send(reply.code(http), { ...outcomeOf(refusal) });
}

function asRefusal(error: Error & { statusCode?: number; code?: string }): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Refusal('deposit.too-large', 'the body is larger than this door takes', { at: 'body' });
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Refusal('deposit.unsupported-format', 'the body is FHIR: Content-Type application/fhir+json, or application/fhir+xml', {
      at: 'Content-Type',
    });
  const { statusCode } = error;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new Refusal('request.invalid', error.message) : undefined;
}
