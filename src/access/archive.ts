import { createHash } from 'node:crypto';
import { compactVerify, CompactSign, importJWK, type JWK } from 'jose';
import { type Anchor, type AnchoredHead, rootOf } from './anchor.ts';
import { type ChainedEvent, type ChainPoint, followChain, GENESIS } from './audit.ts';

/** What is signed when the oldest part of the audit is put away: where each chain was cut. */
export interface Archive extends Anchor {
  /** Every event put away is before this instant. */
  before: Date;
}

export const FIRST_ARCHIVE = { number: 0, hash: GENESIS };

/** One chain of an archive: its events follow `from` and end at `to`. */
export interface ArchivedChain {
  chain: string;
  from: ChainPoint;
  to: ChainPoint;
}

/** The first word keeps a statement of an anchor from ever standing for an archive. */
function archiveBytes(archive: Pick<Archive, 'number' | 'at' | 'before' | 'previousHash'>, heads: readonly AnchoredHead[]): Buffer {
  const { number, at, before, previousHash } = archive;
  const said = ['archive', number, at.toISOString(), before.toISOString(), previousHash.toString('hex'), rootOf(heads).toString('hex')];
  return Buffer.from(JSON.stringify(said));
}

/** Makes the archive that follows another. */
export async function signArchive(
  previous: { number: number; hash: Buffer },
  heads: readonly AnchoredHead[],
  options: { at: Date; before: Date; key: JWK },
): Promise<Archive> {
  const archive = { number: previous.number + 1, at: options.at, before: options.before, previousHash: previous.hash };
  const bytes = archiveBytes(archive, heads);
  const statement = await new CompactSign(bytes)
    .setProtectedHeader({ alg: 'ES256', ...(options.key.kid ? { kid: options.key.kid } : {}) })
    .sign(await importJWK(options.key, 'ES256'));
  return { ...archive, hash: createHash('sha256').update(bytes).digest(), statement };
}

export type ArchiveFault = 'out-of-sequence' | 'changed' | 'bad-signature';

/** Checks one archive against the one before and the places kept with it. */
export async function archiveFault(
  previous: { number: number; hash: Buffer },
  archive: Archive,
  heads: readonly AnchoredHead[],
  publicKey: JWK,
): Promise<ArchiveFault | undefined> {
  if (archive.number !== previous.number + 1 || !archive.previousHash.equals(previous.hash)) return 'out-of-sequence';
  const bytes = archiveBytes(archive, heads);
  if (!createHash('sha256').update(bytes).digest().equals(archive.hash)) return 'changed';
  return (await isSigned(bytes, archive.statement, publicKey)) ? undefined : 'bad-signature';
}

async function isSigned(bytes: Buffer, statement: string, publicKey: JWK): Promise<boolean> {
  try {
    const { payload } = await compactVerify(statement, await importJWK(publicKey, 'ES256'), { algorithms: ['ES256'] });
    return Buffer.from(payload).equals(bytes);
  } catch {
    return false;
  }
}

/** The events of one archived chain, read again from the file: is every one of them what was put away? */
export function archivedChainFault({ from, to }: Omit<ArchivedChain, 'chain'>, events: readonly ChainedEvent[]): string | undefined {
  const reached = followChain(from, events);
  if ('fault' in reached) return `event ${reached.sequence} ${reached.fault}`;
  return reached.sequence === to.sequence && reached.hash.equals(to.hash) ? undefined : `ends at event ${reached.sequence}`;
}
