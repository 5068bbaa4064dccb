import { importJWK, jwtVerify } from 'jose';
import type { Principal } from './contract.ts';
import type { SystemClient } from './oidc-items.ts';
import type { EmbeddedProvider } from './provider.ts';

/**
 * The system behind an access token of ours (JWT, RFC 9068): its signature, its audience, its end; then the register, so that a
 * system struck off or whose structures changed is seen at once.
 */
export async function readSystemToken(
  provider: Pick<EmbeddedProvider, 'audience' | 'publicKey'>,
  token: string,
  options: { now: () => Date; findClient: (clientId: string) => Promise<SystemClient | undefined> },
): Promise<Principal | undefined> {
  const clientId = await verifiedClientId(provider, token, options.now());
  const client = clientId === undefined ? undefined : await options.findClient(clientId);
  return client && { id: `system:${client.clientId}`, name: client.name, role: 'laboratory-system', structures: client.structures };
}

async function verifiedClientId(
  { audience, publicKey }: Pick<EmbeddedProvider, 'audience' | 'publicKey'>,
  token: string,
  now: Date,
): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, await importJWK(publicKey, 'ES256'), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      audience,
      currentDate: now,
      requiredClaims: ['exp', 'client_id'],
    });
    return typeof payload['client_id'] === 'string' ? payload['client_id'] : undefined;
  } catch {
    return undefined;
  }
}
