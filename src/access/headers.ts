import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '#kernel';

/**
 * No inline script, nothing from elsewhere, never inside another site's frame (our own page shows a PDF in one). Styles: React Aria places overlays with style
 * attributes set by script (CSSOM), which this policy lets pass; a style attribute in markup is refused.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self' blob:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

export function writeSecurityHeaders(reply: FastifyReply, isHttps: boolean): void {
  reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('x-frame-options', 'SAMEORIGIN');
  reply.header('cross-origin-opener-policy', 'same-origin');
  reply.header('cross-origin-resource-policy', 'same-origin');
  reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  if (isHttps) reply.header('strict-transport-security', 'max-age=31536000; includeSubDomains');
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A page of another site may make the browser send our cookie: what changes something must come from our own pages. Browsers send
 * `Origin` with every such request; a program that sends neither header carries no one's cookie but its own.
 * @throws Refusal `access.cross-site`
 */
export function refuseCrossSite(request: FastifyRequest, base: string): void {
  if (SAFE_METHODS.has(request.method) || request.headers.authorization !== undefined) return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign = origin === undefined ? site !== undefined && site !== 'same-origin' && site !== 'none' : !isSameOrigin(origin, base);
  if (isForeign) throw new Refusal('access.cross-site', 'the request comes from another site');
}

function isSameOrigin(origin: string, base: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === new URL(base).origin;
}

/** At most `perMinute` takes a minute for each key; forgets quiet keys. */
export function rateLimit(perMinute: number) {
  let windowStart = 0;
  let taken = new Map<string, number>();
  return (key: string, now: Date): boolean => {
    if (now.getTime() - windowStart >= 60_000) {
      windowStart = now.getTime();
      taken = new Map();
    }
    const count = (taken.get(key) ?? 0) + 1;
    taken.set(key, count);
    return count <= perMinute;
  };
}
