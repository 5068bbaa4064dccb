import { importJWK, type JWK, SignJWT } from 'jose';
import { Refusal } from '#kernel';

export interface TokenRequest {
  /** Address of the server: `http://127.0.0.1:8080`; or that of its token endpoint. */
  url: string;
  clientId: string;
  /** The system's private key (with `alg` and `kid`), or its secret in a demo region. */
  credential: { privateKey: JWK } | { secret: string };
  /** Of the software of a practice: the professional in whose name it reads (RPPS), and the scopes that it asks for. */
  reads?: { professional: string; scope: string };
}

const ASSERTION_SECONDS = 60;

/**
 * Asks a running Cigogne for a system's access token: client credentials (RFC 6749 §4.4), proved by a signed assertion (RFC 7523 §2.2).
 * @returns the bearer, and how many seconds it lasts
 * @throws Refusal `access.unauthenticated` when the server does not know the client or its proof
 */
export async function requestToken(request: TokenRequest): Promise<{ token: string; seconds: number }> {
  const endpoint = request.url.endsWith('/token') ? request.url : `${request.url.replace(/\/+$/, '')}/oidc/token`;
  const { fields, headers } = await proof(request, endpoint);
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(request.reads && { scope: request.reads.scope }), ...fields }),
  });
  if (answer.status === 503) throw new Refusal('store.unavailable', 'the server gives no token for now');
  if (!answer.ok) throw new Refusal('access.unauthenticated', `the server refused a token to ${request.clientId} (${answer.status})`);
  const { access_token: token, expires_in: seconds } = (await answer.json()) as { access_token: string; expires_in: number };
  return { token, seconds };
}

async function proof({ clientId, credential, reads }: TokenRequest, endpoint: string) {
  if ('secret' in credential) {
    // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(credential.secret)}`).toString('base64');
    return { fields: {}, headers: { authorization: `Basic ${basic}` } };
  }
  const { alg = 'ES256', kid } = credential.privateKey;
  const extensions = reads && {
    'hl7-b2b': { version: '1', subject_id: reads.professional, purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'] },
  };
  const assertion = await new SignJWT({ ...(extensions && { extensions }) })
    .setProtectedHeader(kid ? { alg, kid } : { alg })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(endpoint)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_SECONDS}s`)
    .sign(await importJWK(credential.privateKey, alg));
  const fields = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion };
  return { fields, headers: {} };
}
