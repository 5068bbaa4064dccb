import type { JWK } from 'jose';
import type { Sql } from '#kernel';
import type { AnchorCopy } from './anchor-copies.ts';
import { type Anchor, anchorFault, FIRST_ANCHOR } from './anchor.ts';
import { type Archive, archiveFault, FIRST_ARCHIVE } from './archive.ts';
import { archivesAfter, headsOfArchive, placesAmiss } from './store-archive.ts';
import { anchorsAfter, chainsAfter, chainsUnlikeAnchors, headsOfAnchor } from './store-audit.ts';
import { verifyChain } from './verify-chain.ts';

const PAGE = 500;
/** Faults told at most: one is enough to know, and a thousand lines say no more. */
const MAX_FAULTS = 100;

export interface AuditVerdict {
  chains: number;
  events: number;
  anchors: number;
  archives: number;
  /** One sentence each, with the chain or the anchor and the place; empty when all is whole. */
  faults: string[];
}

/**
 * Verifies the whole audit: each signed anchor and archive, each anchored place against the event that stands there, each chain from its first event
 * or from where an archive cut it.
 * @param options.publicKey of the key that signs anchors, kept by whoever verifies
 * @param options.copies of anchors kept out of the database's reach
 */
export async function verifyAudit(
  sql: Sql,
  { publicKey, copies = [] }: { publicKey: JWK; copies?: readonly AnchorCopy[] },
): Promise<AuditVerdict> {
  const verdict: AuditVerdict = { chains: 0, events: 0, anchors: 0, archives: 0, faults: [] };
  await verifyAnchors(sql, { publicKey, copies }, verdict);
  await verifyArchives(sql, publicKey, verdict);
  for (const { chain, sequence, number } of await chainsUnlikeAnchors(sql, MAX_FAULTS)) {
    verdict.faults.push(`chain ${chain}: event ${sequence} is not the one that anchor ${number} signed`);
  }
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const chains = await chainsAfter(sql, last, PAGE);
    for (const chain of chains) {
      const { events, fault } = await verifyChain(sql, chain);
      verdict.chains += 1;
      verdict.events += events;
      if (fault) verdict.faults.push(`chain ${chain}: event ${fault.sequence} ${fault.fault}`);
      if (verdict.faults.length >= MAX_FAULTS) return verdict;
    }
    if (chains.length < PAGE) return verdict;
    last = chains.at(-1)!;
  }
}

async function verifyAnchors(
  sql: Sql,
  { publicKey, copies }: { publicKey: JWK; copies: readonly AnchorCopy[] },
  verdict: AuditVerdict,
): Promise<void> {
  const unseen = new Map(copies.map(({ number, statement }) => [number, statement]));
  let previous: Pick<Anchor, 'number' | 'hash'> = FIRST_ANCHOR;
  for (;;) {
    const anchors = await anchorsAfter(sql, previous.number, PAGE);
    for (const anchor of anchors) {
      const fault = await anchorFault(previous, anchor, await headsOfAnchor(sql, anchor.number), publicKey);
      if (fault) verdict.faults.push(`anchor ${anchor.number}: ${fault}`);
      else if ((unseen.get(anchor.number) ?? anchor.statement) !== anchor.statement) {
        verdict.faults.push(`anchor ${anchor.number}: not the one that was copied`);
      }
      unseen.delete(anchor.number);
      verdict.anchors += 1;
      previous = { number: anchor.number, hash: anchor.hash };
      if (verdict.faults.length >= MAX_FAULTS) return;
    }
    if (anchors.length < PAGE) break;
  }
  for (const number of unseen.keys()) verdict.faults.push(`anchor ${number}: copied, and gone since`);
  verdict.faults.length = Math.min(verdict.faults.length, MAX_FAULTS);
}

async function verifyArchives(sql: Sql, publicKey: JWK, verdict: AuditVerdict): Promise<void> {
  let previous: Pick<Archive, 'number' | 'hash'> = FIRST_ARCHIVE;
  for (;;) {
    const archives = await archivesAfter(sql, previous.number, PAGE);
    for (const archive of archives) {
      const fault = await archiveFault(previous, archive, await headsOfArchive(sql, archive.number), publicKey);
      if (fault) verdict.faults.push(`archive ${archive.number}: ${fault}`);
      verdict.archives += 1;
      previous = { number: archive.number, hash: archive.hash };
    }
    if (archives.length < PAGE) break;
  }
  for (const { chain, number, sequence, isCut } of await placesAmiss(sql, MAX_FAULTS)) {
    verdict.faults.push(
      isCut
        ? `chain ${chain}: archive ${number} cut it at event ${sequence}, that was not signed`
        : `chain ${chain}: event ${sequence} stands before the place where archive ${number} cut it`,
    );
  }
}
