import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Refusal } from '#kernel';
import type { SmartClient } from './launch-context.ts';
import { requestToken } from './request-token.ts';

/** What a connector reads of a shared record: fiches, and the documents that they lead to. */
const SCOPE = 'user/DocumentReference.rs user/Binary.rs user/Patient.rs';
/** Asked again this long before it ends. */
const MARGIN_MS = 60_000;
const PATIENCE_MS = 30_000;

export interface PracticeReading {
  /** FHIR base of the region: `https://cigogne.example/fhir`. */
  base: string;
  clientId: string;
  /** Private key of the software, as JWK. */
  key: JWK;
}

/**
 * The tokens by which the software of a practice reads the record, one for each of its professionals, asked for when they are needed and kept until they end.
 * @returns the bearer that speaks for a professional (RPPS)
 * @throws Refusal `store.unavailable` when the region does not answer, `access.unauthenticated` when it refuses
 */
export function practiceTokens({ base, clientId, key }: PracticeReading): (professional: string) => Promise<string> {
  const kept = new Map<string, { token: string; endsAt: number }>();
  let endpoint: string | undefined;
  return async (professional) => {
    const known = kept.get(professional);
    if (known && known.endsAt > Date.now() + MARGIN_MS) return known.token;
    endpoint ??= await endpointOf(base);
    const { token, seconds } = await reached(
      requestToken({ url: endpoint, clientId, credential: { privateKey: key }, reads: { professional, scope: SCOPE } }),
    );
    kept.set(professional, { token, endsAt: Date.now() + seconds * 1_000 });
    return token;
  };
}

async function endpointOf(base: string): Promise<string> {
  const url = `${base.replace(/\/+$/, '')}/.well-known/smart-configuration`;
  const answer = await reached(fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) }));
  const { token_endpoint: endpoint } = (answer.ok ? await answer.json() : {}) as { token_endpoint?: string };
  if (typeof endpoint !== 'string')
    throw new Refusal('store.unavailable', 'the region does not say where it gives tokens', { at: 'record' });
  return endpoint;
}

async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('store.unavailable', 'the region does not answer', { at: 'record', cause: error });
  }
}

/** A pair of keys of a software, and what is registered of it. For a demo region, where nobody comes to register. */
export async function newPracticeSoftware(app: Omit<SmartClient, 'jwks' | 'redirectUris'>): Promise<{ app: SmartClient; key: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const named = { kid: '1', alg: 'ES256' };
  return {
    app: { ...app, redirectUris: [], jwks: { keys: [{ ...(await exportJWK(publicKey)), ...named }] } },
    key: { ...(await exportJWK(privateKey)), ...named },
  };
}
