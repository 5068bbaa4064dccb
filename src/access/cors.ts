import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Pages of registered software may ask FHIR from their own origin, with a token of theirs: a cookie never comes along, since no credentials are
 * allowed. Source: Fetch, CORS protocol; SMART App Launch 2.2 §2.0.2.
 */

const DAY_SECONDS = 86_400;
const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const HEADERS = 'accept, authorization, content-type, if-match, if-none-exist, if-none-match, prefer';
const EXPOSED = 'content-location, etag, last-modified, location, retry-after';

/** @returns was it a preflight, now answered */
export function answerCors(request: FastifyRequest, reply: FastifyReply, origins: ReadonlySet<string>): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !/^\/fhir(?:[/?]|$)/.test(request.url)) return false;
  reply.header('vary', 'origin');
  if (!origins.has(origin)) return false;
  reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED);
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  reply
    .code(204)
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', HEADERS)
    .header('access-control-max-age', String(DAY_SECONDS))
    .send();
  return true;
}
