import type { Adapter } from 'oidc-provider';
import type { Sql } from '#kernel';
import { oauthError, tellingAway } from './oauth-error.ts';
import { consumeOidcItem, deleteOidcItems, findOidcItem, takeOidcItem, upsertOidcItem } from './store-sessions.ts';

/** A system that may ask for tokens, as the register of senders knows it. */
export interface SystemClient {
  clientId: string;
  name: string;
  /** Structures (FINESS) that it may deposit for. */
  structures: string[];
  /** How it proves who it is when it has `jwks`: by a signed assertion unless said, or by the certificate (`x5c`) of its TLS connection. */
  proof?: 'key' | 'certificate';
  /** Its public keys (RFC 7517), for private_key_jwt; with their certificates in `x5c` for RFC 8705. */
  jwks?: { keys: Record<string, unknown>[] };
  /** Instead of keys, in a demo region only. */
  secret?: string;
}

/** What has expired is deleted at most this often. */
const PURGE_EVERY_MS = 600_000;

/** What the embedded provider remembers, in PostgreSQL: it survives a restart and is shared by several servers. */
export function oidcItems(
  db: Sql,
  options: { now: () => Date; findClient: (clientId: string) => Promise<Record<string, unknown> | undefined> },
) {
  let purgedAt = 0;
  async function purge(): Promise<void> {
    const now = options.now();
    if (now.getTime() - purgedAt < PURGE_EVERY_MS) return;
    purgedAt = now.getTime();
    await deleteOidcItems(db, { expiredBefore: now });
  }
  async function keep(model: string, id: string, payload: Record<string, unknown>, expiresIn?: number): Promise<void> {
    await purge();
    const now = options.now();
    const expiresAt = expiresIn === undefined ? null : new Date(now.getTime() + expiresIn * 1000);
    const item = { model, id, payload, expiresAt };
    if (model !== 'ReplayDetection') return upsertOidcItem(db, item);
    // oidc-provider looks whether an assertion was used, then writes that it is: only this write is safe from another server doing the same.
    if (!(await takeOidcItem(db, item, now))) throw oauthError(401, 'invalid_client', 'an assertion is used only once');
  }
  async function useUp(model: string, id: string): Promise<void> {
    // Looked at, then written down: only this write is safe from another request with the same code at the same instant.
    if (!(await consumeOidcItem(db, { model, id }, options.now()))) throw oauthError(400, 'invalid_grant', 'it was used already');
  }
  return (model: string): Adapter => ({
    find: (id) => tellingAway(model === 'Client' ? options.findClient(id) : findOidcItem(db, { model, id }, options.now())),
    findByUid: (uid) => tellingAway(findOidcItem(db, { model, uid }, options.now())),
    findByUserCode: async () => undefined,
    upsert: (id, payload, expiresIn) => tellingAway(keep(model, id, payload, expiresIn)),
    consume: (id) => tellingAway(useUp(model, id)),
    destroy: (id) => tellingAway(deleteOidcItems(db, { model, id })),
    revokeByGrantId: (grantId) => tellingAway(deleteOidcItems(db, { grantId })),
  });
}

/**
 * A registered system as oidc-provider wants a client: tokens for itself only, proved by its key or its certificate, or by a secret in a demo.
 * @param options.certificates does a proxy bring certificates here? Otherwise a system registered with one is nobody: it never falls back on less
 */
export function systemClientMetadata(
  client: SystemClient,
  { mode, certificates }: { mode: 'demo' | 'production'; certificates: boolean },
): Record<string, unknown> | undefined {
  const common = { client_id: client.clientId, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  if (client.proof === 'certificate') {
    if (!certificates || !client.jwks) return undefined;
    const bound = { tls_client_certificate_bound_access_tokens: true };
    return { ...common, ...bound, token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks: client.jwks };
  }
  if (client.jwks && client.jwks.keys.length > 0) {
    return { ...common, token_endpoint_auth_method: 'private_key_jwt', jwks: client.jwks };
  }
  if (client.secret && mode === 'demo') {
    return { ...common, token_endpoint_auth_method: 'client_secret_basic', client_secret: client.secret };
  }
  return undefined;
}
