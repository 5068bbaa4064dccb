import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '#kernel';

/**
 * No inline script, nothing from elsewhere; inside the frame of another site only when it is that of a registered software (our own page shows a PDF in one). Styles: React Aria places overlays with style
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
].join('; ');

/** @param embedders origins of the registered software that may show our pages in a frame of theirs */
export function writeSecurityHeaders(reply: FastifyReply, isHttps: boolean, embedders: readonly string[]): void {
  reply.header('content-security-policy', `${CONTENT_SECURITY_POLICY}; frame-ancestors ${["'self'", ...embedders].join(' ')}`);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  // It knows no list: where there is one, the policy above alone decides.
  if (embedders.length === 0) reply.header('x-frame-options', 'SAMEORIGIN');
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

const isFramed = ({ headers }: Pick<FastifyRequest, 'headers'>, embedders: readonly string[]): boolean =>
  embedders.length > 0 && headers['sec-fetch-dest'] === 'iframe';

/** The cookies that another library writes into an answer, kept as ours are when the page is in the frame of a registered software. */
export function keepCookiesInFrame(request: FastifyRequest, response: ServerResponse, embedders: readonly string[]): void {
  if (!isFramed(request, embedders)) return;
  const write = response.setHeader.bind(response);
  response.setHeader = (name, value) =>
    write(name, name.toLowerCase() === 'set-cookie' ? [value].flat().map((cookie) => travelling(String(cookie))) : value);
}

const travelling = (cookie: string) => `${cookie.replace(/;\s*(samesite=\w+|secure)\b/gi, '')}; SameSite=None; Secure; Partitioned`;

/**
 * How a cookie is kept. In a frame of a practice software a browser gives back only those that may travel between sites; `Partitioned` keeps
 * them for the pages of that very software (CHIPS): another site that frames us finds nobody signed in.
 */
export function cookieSite(request: FastifyRequest, isHttps: boolean, embedders: readonly string[]): CookieSite {
  return isFramed(request, embedders) ? { sameSite: 'none', secure: true, partitioned: true } : { sameSite: 'lax', secure: isHttps };
}

type CookieSite = { sameSite: 'lax'; secure: boolean } | { sameSite: 'none'; secure: true; partitioned: true };
