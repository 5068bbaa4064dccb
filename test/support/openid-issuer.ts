import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { type Context, Provider } from 'oidc-provider';

/**
 * A real OpenID issuer that answers as Pro Santé Connect does: code flow with PKCE, claims such as `SubjectNameID` given by userinfo
 * to the scope `scope_all`. It signs in whoever `nextPerson` names, without a page.
 */
export async function startIssuer(client: { clientId: string; secret: string; redirectUri: string }) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state = { nextPerson: '', asked: {} as Record<string, unknown> };
  const provider = new Provider(url, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    scopes: ['openid', 'scope_all'],
    acrValues: ['eidas1'],
    claims: { openid: ['sub'], scope_all: ['SubjectNameID', 'given_name', 'family_name'] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, SubjectNameID: sub.replace('psc:', '') }) }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid scope_all');
      await grant.save();
      return grant;
    },
  });
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    state.asked = (await provider.interactionDetails(request, response)).params;
    await provider.interactionFinished(request, response, { login: { accountId: `psc:${state.nextPerson}` } });
  });
  return { url, state, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
