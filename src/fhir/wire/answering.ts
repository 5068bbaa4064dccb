import { principalOf } from '#access';
import { Refusal, REFUSALS } from '#kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { jsonText } from './bundle-text.ts';
import type { Asking } from '../world/door.ts';
import { outcomeOf } from './outcome.ts';
import type { Bundle, Resource } from './resource.ts';
import { xmlText } from './xml-text.ts';

/** How requests are read and answered, the same for every route of FHIR. */

export const MOUNT = '/fhir';
const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';

export interface Answering {
  /** Address by which clients reach this server, without trailing slash; absent: the one each request names. */
  publicUrl?: string | undefined;
}

export function askingOf(request: FastifyRequest, deps: Answering): Asking {
  const prefer = String(request.headers['prefer'] ?? '');
  return { who: principalOf(request), now: new Date(), base: baseOf(request, deps), strict: /handling\s*=\s*strict/.test(prefer) };
}

export const baseOf = (request: FastifyRequest, { publicUrl }: Answering) =>
  `${publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`}${MOUNT}`;

export function bodyOf(request: FastifyRequest): Buffer {
  if (Buffer.isBuffer(request.body)) return request.body;
  throw new Refusal('deposit.unsupported-format', 'the body is FHIR in JSON: Content-Type application/fhir+json', { at: 'Content-Type' });
}

/** The parameters as written, in order, repeated ones each. */
export const pairsOf = (request: FastifyRequest): [string, string][] => pairsOfText(request.raw.url?.split('?')[1] ?? '');
export const pairsOfText = (text: string): [string, string][] => [...new URLSearchParams(text)];

/** JSON, or XML in answers. */
export function checkFormat(request: FastifyRequest): void {
  const format = formatOf(request);
  if (format !== undefined && !/json|xml/.test(format))
    throw new Refusal('deposit.unsupported-format', 'this server answers FHIR in JSON or XML', { at: '_format' });
}

const formatOf = (request: FastifyRequest) => new URLSearchParams(request.raw.url?.split('?')[1] ?? '').get('_format') || undefined;

/** `_format`, else what is accepted first. */
export function isXmlAsked(request: FastifyRequest): boolean {
  const asked = formatOf(request) ?? String(request.headers.accept ?? '');
  const [xml, json] = [asked.search(/\bxml|\+xml/), asked.search(/\bjson|\+json/)];
  return xml >= 0 && (json < 0 || xml < json) && !asked.includes('text/html');
}

export function send(reply: FastifyReply, body: Bundle | Resource | Record<string, unknown>): FastifyReply {
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (isXmlAsked(reply.request)) return reply.type(XML_TYPE).send(xmlText(body));
  return reply.type(JSON_TYPE).send(jsonText(body));
}

export function sendResource(reply: FastifyReply, resource: Resource, request: FastifyRequest): FastifyReply {
  const etag = `W/"${resource.meta?.versionId}"`;
  reply.header('etag', etag);
  if (resource.meta) reply.header('last-modified', new Date(resource.meta.lastUpdated).toUTCString());
  if (request.headers['if-none-match'] === etag) return reply.code(304).header('cache-control', 'no-store').send();
  return send(reply, resource);
}

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
  if (refusal.code === 'access.unauthenticated') reply.header('www-authenticate', 'Bearer');
  return send(reply.code(http), { ...outcomeOf(refusal) });
}

function asRefusal(error: Error & { statusCode?: number; code?: string }): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Refusal('deposit.too-large', 'the body is larger than this door takes', { at: 'body' });
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Refusal('deposit.unsupported-format', 'the body is FHIR in JSON: Content-Type application/fhir+json', {
      at: 'Content-Type',
    });
  const { statusCode } = error;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new Refusal('request.invalid', error.message) : undefined;
}
