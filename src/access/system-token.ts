import { importJWK, jwtVerify } from 'jose';
import type { Principal } from './contract.ts';
import type { SystemClient } from './oidc-items.ts';
import type { EmbeddedProvider, VerifiedToken } from './provider.ts';

/** Far more than the systems of a region; beyond it, all are verified again. */
const MOST_TOKENS = 1_000;

type TokenReader = Pick<EmbeddedProvider, 'audience' | 'publicKey' | 'verified'>;

/**
 * The system behind an access token of ours (JWT, RFC 9068): its signature, its audience, its end; then the register, so that a
 * system struck off or whose structures changed is seen at once. A token bound to a certificate (RFC 8705 §3) comes with that certificate or is nobody's,
 * and a system registered with a certificate has no other token.
 * @param options.shown `x5t#S256` of the certificate that came with the request
 */
export async function readSystemToken(
  provider: TokenReader,
  token: string,
  options: { now: () => Date; findClient: (clientId: string) => Promise<SystemClient | undefined>; shown?: string | undefined },
): Promise<Principal | undefined> {
  const verified = await verifiedToken(provider, token, options.now());
  if (!verified || (verified.boundTo !== undefined && verified.boundTo !== options.shown)) return undefined;
  const client = await options.findClient(verified.clientId);
  if (!client || (client.proof === 'certificate' && verified.boundTo === undefined)) return undefined;
  return systemPrincipal(client);
}

/** A registered system as whoever asks for something, once it has proved that it is the one. */
export const systemPrincipal = ({ clientId, name, structures }: SystemClient): Principal => ({
  id: `system:${clientId}`,
  name,
  role: 'laboratory-system',
  structures,
});

async function verifiedToken(provider: TokenReader, token: string, now: Date): Promise<VerifiedToken | undefined> {
  const { verified } = provider;
  const known = verified.get(token);
  if (known && known.endsAtMs > now.getTime()) return known;
  verified.delete(token);
  const fresh = await verifyToken(provider, token, now);
  if (!fresh) return undefined;
  if (verified.size >= MOST_TOKENS) verified.clear();
  verified.set(token, fresh);
  return fresh;
}

async function verifyToken({ audience, publicKey }: TokenReader, token: string, now: Date): Promise<VerifiedToken | undefined> {
  try {
    const { payload } = await jwtVerify(token, await importJWK(publicKey, 'ES256'), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      audience,
      currentDate: now,
      requiredClaims: ['exp', 'client_id'],
    });
    const clientId = payload['client_id'];
    if (typeof clientId !== 'string') return undefined;
    const verified = { clientId, endsAtMs: payload.exp! * 1000 };
    if (payload['cnf'] === undefined) return verified;
    const boundTo = (payload['cnf'] as Record<string, unknown> | null)?.['x5t#S256'];
    // A token bound to something that is not a certificate is none that we can check.
    return typeof boundTo === 'string' ? { ...verified, boundTo } : undefined;
  } catch {
    return undefined;
  }
}
