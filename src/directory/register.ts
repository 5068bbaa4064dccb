import { createPublicKey, X509Certificate } from 'node:crypto';
import { Refusal, type Sql } from '#kernel';
import type { Structure } from './contract.ts';
import { refreshSearch } from './store-search.ts';
import {
  type PlaceMailbox,
  type Practitioner,
  type Sender,
  upsertPlaceMailboxes,
  upsertPractitioners,
  upsertSenders,
  upsertStructures,
} from './store.ts';

/**
 * Places of care, brought in bulk; the same again changes nothing, a change replaces.
 * @throws Refusal `request.invalid` when a FINESS has not 9 characters
 */
export async function registerStructures(tx: Sql, structures: readonly Structure[]): Promise<void> {
  const wrong = structures.findIndex(({ finess }) => !/^\d[\dAB]\d{7}$/.test(finess));
  if (wrong >= 0) throw new Refusal('request.invalid', 'a FINESS number has 9 characters', { at: `structures[${wrong}].finess` });
  await upsertStructures(tx, structures);
  await refreshSearch(
    tx,
    'structure',
    structures.map(({ finess }) => finess),
  );
}

/** Secure-mail addresses of (already registered) places and of their software. */
export async function registerPlaceMailboxes(tx: Sql, mailboxes: readonly PlaceMailbox[]): Promise<void> {
  await upsertPlaceMailboxes(tx, mailboxes);
  await refreshSearch(
    tx,
    'structure',
    mailboxes.map(({ finess }) => finess),
  );
}

/**
 * Professionals, brought in bulk, each with the (already registered) structures where they work.
 * @throws Refusal `request.invalid` when an identifier is not `8` and the 11 digits of an RPPS number
 */
export async function registerPractitioners(tx: Sql, practitioners: readonly Practitioner[]): Promise<void> {
  const wrong = practitioners.findIndex(({ rpps }) => !/^8\d{11}$/.test(rpps));
  if (wrong >= 0)
    throw new Refusal('request.invalid', 'a professional is named by 8 and their RPPS number', { at: `practitioners[${wrong}].rpps` });
  await upsertPractitioners(tx, practitioners);
  await refreshSearch(
    tx,
    'practitioner',
    practitioners.map(({ rpps }) => rpps),
  );
}

/**
 * Systems that may deposit, each with the (already registered) structures it may deposit for.
 * @throws Refusal `request.invalid` when a system of a production instance comes with a secret: keys only; when one that proves itself by
 * certificate has a key without its certificate
 */
export async function registerSenders(tx: Sql, senders: readonly Sender[], mode: 'demo' | 'production'): Promise<void> {
  const wrong = senders.findIndex(({ secret }) => mode === 'production' && secret !== undefined);
  if (wrong >= 0)
    throw new Refusal('request.invalid', 'in production a system proves itself by its key', { at: `senders[${wrong}].secret` });
  const uncertified = senders.findIndex((sender) => sender.proof === 'certificate' && !isCertified(sender));
  if (uncertified >= 0)
    throw new Refusal('request.invalid', 'each key comes with its own certificate, in x5c', { at: `senders[${uncertified}].jwks` });
  await upsertSenders(tx, senders);
}

/** Is there a key, and is the first certificate of each (`x5c`, base64 of the DER, RFC 7517 §4.7) that of the key? */
function isCertified({ jwks }: Sender): boolean {
  const keys = jwks?.keys ?? [];
  return keys.length > 0 && keys.every(isOfItsCertificate);
}

function isOfItsCertificate(key: Record<string, unknown>): boolean {
  const [first] = Array.isArray(key['x5c']) ? (key['x5c'] as unknown[]) : [];
  if (typeof first !== 'string') return false;
  try {
    return new X509Certificate(Buffer.from(first, 'base64')).publicKey.equals(createPublicKey({ key, format: 'jwk' }));
  } catch {
    return false;
  }
}
