import { importJWK, jwtVerify } from 'jose';
import type { Principal } from './contract.ts';
import type { SystemClient } from './oidc-items.ts';
import type { EmbeddedProvider } from './provider.ts';

/** Far more than the systems of a region; beyond it, all are verified again. */
const MOST_TOKENS = 1_000;

type TokenReader = Pick<EmbeddedProvider, 'audience' | 'publicKey' | 'verified'>;

/**
 * The system behind an access token of ours (JWT, RFC 9068): its signature, its audience, its end; then the register, so that a
 * system struck off or whose structures changed is seen at once.
 */
export async function readSystemToken(
  provider: TokenReader,
  token: string,
  options: { now: () => Date; findClient: (clientId: string) => Promise<SystemClient | undefined> },
): Promise<Principal | undefined> {
  const clientId = await verifiedClientId(provider, token, options.now());
  const client = clientId === undefined ? undefined : await options.findClient(clientId);
  return client && { id: `system:${client.clientId}`, name: client.name, role: 'laboratory-system', structures: client.structures };
}

async function verifiedClientId(provider: TokenReader, token: string, now: Date): Promise<string | undefined> {
  const { verified } = provider;
  const known = verified.get(token);
  if (known && known.endsAtMs > now.getTime()) return known.clientId;
  verified.delete(token);
  const fresh = await verifyToken(provider, token, now);
  if (!fresh) return undefined;
  if (verified.size >= MOST_TOKENS) verified.clear();
  verified.set(token, fresh);
  return fresh.clientId;
}

async function verifyToken(
  { audience, publicKey }: TokenReader,
  token: string,
  now: Date,
): Promise<{ clientId: string; endsAtMs: number } | undefined> {
  try {
    const { payload } = await jwtVerify(token, await importJWK(publicKey, 'ES256'), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      audience,
      currentDate: now,
      requiredClaims: ['exp', 'client_id'],
    });
    const clientId = payload['client_id'];
    return typeof clientId === 'string' ? { clientId, endsAtMs: payload.exp! * 1000 } : undefined;
  } catch {
    return undefined;
  }
}
