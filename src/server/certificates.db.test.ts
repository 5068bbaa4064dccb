import { beforeAll, describe, expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures, type Sender } from '../directory/index.ts';

const PROXY = '10.0.0.1';
const LABORATORY = { finess: '990000001', name: 'Labo ESSAI', kind: 'laboratory' } as const;
const NO_CERTIFICATE = { escapedPem: '', jwk: {} };
const mine = hasOpenssl ? selfSigned('lis-essai') : NO_CERTIFICATE;
const others = hasOpenssl ? selfSigned('lis-autre') : NO_CERTIFICATE;
const system = (clientId: string, jwk: Record<string, unknown>, proof: 'key' | 'certificate'): Sender => ({
  clientId,
  name: `Système ${clientId}`,
  structures: [LABORATORY.finess],
  formats: ['cda'],
  state: 'production',
  proof,
  jwks: { keys: [jwk] },
  connectedSince: new Date(),
});

function ready(env: Record<string, string>) {
  const server = testServer({ mode: 'production', env: { TRUSTED_PROXIES: PROXY, ...env } });
  beforeAll(async () => {
    await registerStructures(server.database.db, [LABORATORY]);
    const senders = [
      system('lis-essai', mine.jwk, 'certificate'),
      system('lis-autre', others.jwk, 'certificate'),
      system('lis-cle', mine.jwk, 'key'),
    ];
    await registerSenders(server.database.db, senders, 'production');
  });
  const withCertificate = (escapedPem?: string) => (escapedPem === undefined ? {} : { 'x-client-certificate': escapedPem });
  return {
    server,
    ask: (clientId: string, escapedPem?: string, remoteAddress = PROXY) =>
      server.app.inject({
        method: 'POST',
        url: '/oidc/token',
        remoteAddress,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...withCertificate(escapedPem) },
        payload: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId }).toString(),
      }),
    /** A route of systems only: 404 to the one that may look, since it deposited nothing. */
    look: async (token: string, escapedPem?: string, remoteAddress = PROXY) => {
      const headers = { authorization: `Bearer ${token}`, ...withCertificate(escapedPem) };
      const url = '/api/deposits/00000000-0000-7000-8000-000000000000';
      return (await server.app.inject({ url, remoteAddress, headers })).statusCode;
    },
  };
}

describe.skipIf(!hasOpenssl)('a laboratory’s system that is known by its certificate', () => {
  const { server, ask, look } = ready({ MTLS_CERTIFICATE_HEADER: 'X-Client-Certificate' });

  test('gets a token with it, which opens nothing without it', async () => {
    const answer = await ask('lis-essai', mine.escapedPem);
    expect(answer.statusCode).toBe(200);
    const { access_token: token } = answer.json();
    expect(await look(token, mine.escapedPem)).toBe(404);
    expect(await look(token)).toBe(401);
    expect(await look(token, others.escapedPem)).toBe(401);
    expect(await look(token, mine.escapedPem, '192.0.2.7')).toBe(401);
  });

  test.each([
    ['the certificate of another system', others.escapedPem],
    ['no certificate', undefined],
    ['an empty header', ''],
    ['words in place of a certificate', 'lis-essai'],
  ])('gets none with %s', async (_, escapedPem) => {
    const answer = await ask('lis-essai', escapedPem);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  test('gets none when the certificate does not come by the proxy', async () => {
    expect((await ask('lis-essai', mine.escapedPem, '192.0.2.7')).statusCode).toBe(401);
  });

  test('is not a system whose proof is its key, even with the certificate of that key', async () => {
    expect((await ask('lis-cle', mine.escapedPem)).statusCode).toBe(401);
  });

  test('finds its way of proving in the discovery document, and no secret there', async () => {
    const known = (await server.app.inject('/oidc/.well-known/openid-configuration')).json();
    expect(known.token_endpoint_auth_methods_supported).toEqual(['private_key_jwt', 'self_signed_tls_client_auth']);
    expect(known.tls_client_certificate_bound_access_tokens).toBe(true);
  });
});

describe.skipIf(!hasOpenssl)('where no certificate header is named', () => {
  const { server, ask } = ready({});

  test('a certificate proves nothing, and a system registered with one is nobody', async () => {
    expect((await ask('lis-essai', mine.escapedPem)).statusCode).toBe(401);
    const known = (await server.app.inject('/oidc/.well-known/openid-configuration')).json();
    expect(known.token_endpoint_auth_methods_supported).toEqual(['private_key_jwt']);
  });
});
