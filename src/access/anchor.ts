import { createHash } from 'node:crypto';
import { compactVerify, CompactSign, importJWK, type JWK } from 'jose';
import { GENESIS } from './audit.ts';

/** Where a chain had come to when it was anchored. */
export interface AnchoredHead {
  chain: string;
  sequence: number;
  hash: Buffer;
}

/** What is signed: region-wide, once a minute at most. */
export interface Anchor {
  /** 1, 2, 3… */
  number: number;
  at: Date;
  /** Hash of the anchor before, zeros for the first. */
  previousHash: Buffer;
  hash: Buffer;
  /** JWS compact over `anchorBytes`. */
  statement: string;
}

export const FIRST_ANCHOR = { number: 0, hash: GENESIS };

/** SHA-256 over the heads in the order of their chains: 16 bytes of the chain, 8 of the sequence (big endian), 32 of the hash, each. */
export function rootOf(heads: readonly AnchoredHead[]): Buffer {
  const root = createHash('sha256');
  for (const { chain, sequence, hash } of heads.toSorted((a, b) => (a.chain < b.chain ? -1 : 1))) {
    const position = Buffer.alloc(8);
    position.writeBigInt64BE(BigInt(sequence));
    root
      .update(Buffer.from(chain.replaceAll('-', ''), 'hex'))
      .update(position)
      .update(hash);
  }
  return root.digest();
}

function anchorBytes(anchor: Pick<Anchor, 'number' | 'at' | 'previousHash'>, root: Buffer): Buffer {
  const { number, at, previousHash } = anchor;
  return Buffer.from(JSON.stringify([number, at.toISOString(), previousHash.toString('hex'), root.toString('hex')]));
}

/** Makes the anchor that follows another. */
export async function signAnchor(
  previous: { number: number; hash: Buffer },
  heads: readonly AnchoredHead[],
  options: { at: Date; key: JWK },
): Promise<Anchor> {
  const anchor = { number: previous.number + 1, at: options.at, previousHash: previous.hash };
  const bytes = anchorBytes(anchor, rootOf(heads));
  const statement = await new CompactSign(bytes)
    .setProtectedHeader({ alg: 'ES256', ...(options.key.kid ? { kid: options.key.kid } : {}) })
    .sign(await importJWK(options.key, 'ES256'));
  return { ...anchor, hash: createHash('sha256').update(bytes).digest(), statement };
}

export type AnchorFault = 'out-of-sequence' | 'changed' | 'bad-signature';

/** Checks one anchor against the one before and the heads kept with it. */
export async function anchorFault(
  previous: { number: number; hash: Buffer },
  anchor: Anchor,
  heads: readonly AnchoredHead[],
  publicKey: JWK,
): Promise<AnchorFault | undefined> {
  if (anchor.number !== previous.number + 1 || !anchor.previousHash.equals(previous.hash)) return 'out-of-sequence';
  const bytes = anchorBytes(anchor, rootOf(heads));
  if (!createHash('sha256').update(bytes).digest().equals(anchor.hash)) return 'changed';
  try {
    const { payload } = await compactVerify(anchor.statement, await importJWK(publicKey, 'ES256'), { algorithms: ['ES256'] });
    return Buffer.from(payload).equals(bytes) ? undefined : 'bad-signature';
  } catch {
    return 'bad-signature';
  }
}
