import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import type { JWK } from 'jose';
import type { Db, Sql } from '#kernel';
import { type Archive, archivedChainFault, type ArchivedChain, archiveFault, FIRST_ARCHIVE, signArchive } from './archive.ts';
import type { AuditEvent, ChainedEvent, ChainPoint } from './audit.ts';
import { noteDeed } from './filed.ts';
import { chainsToArchive, lastArchive, writeArchive } from './store-archive.ts';
import { eventsOfChain, lockAnchors } from './store-audit.ts';

/** Chains of one archive: a file that one can carry, a transaction that ends. */
const MOST_CHAINS = 2_000;
const PAGE = 1_000;

/** Who puts the audit away: nobody signed in, whoever runs the command on the server. */
const KEEPER = { id: 'system:audit', name: 'Cigogne' };

export interface PutAway {
  number: number;
  file: string;
  /** How many chains, and how many of their events. */
  chains: number;
  events: number;
}

/**
 * Puts away the events older than an instant, in files of a folder, each with its signed statement: first the file, on disk, then they leave the
 * database, in one transaction with the statement. What is left of each chain follows the place that was signed. A chain is cut at an anchored
 * place only, so the last events of a chain that nobody anchored stay.
 * @returns the archives made, none when nothing is that old
 */
export async function archiveAudit(db: Db, options: { before: Date; now: Date; key: JWK; folder: string }): Promise<PutAway[]> {
  const made: PutAway[] = [];
  for (;;) {
    const one = await db.transaction((tx) => archiveSome(tx, options));
    if (!one) return made;
    made.push(one);
  }
}

async function archiveSome(
  tx: Sql,
  { before, now, key, folder }: { before: Date; now: Date; key: JWK; folder: string },
): Promise<PutAway | undefined> {
  await lockAnchors(tx);
  const chains = await chainsToArchive(tx, before, MOST_CHAINS);
  if (chains.length === 0) return undefined;
  const heads = chains.map(({ chain, to }) => ({ chain, ...to }));
  const archive = await signArchive((await lastArchive(tx)) ?? FIRST_ARCHIVE, heads, { at: now, before, key });
  const file = join(folder, `audit-${String(archive.number).padStart(6, '0')}.jsonl`);
  await writeFileOf(file, linesOf(tx, archive, chains));
  const events = await writeArchive(tx, archive, heads);
  const deed = { sender: KEEPER, action: 'audit.archive' as const, object: String(archive.number), via: 'cli', rule: 'role' as const };
  await noteDeed(tx, deed, now);
  return { number: archive.number, file, chains: chains.length, events };
}

/** Whole and on disk under its name, or not there. */
async function writeFileOf(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.part`;
  await pipeline(lines, createWriteStream(draft, { mode: 0o600 }));
  const handle = await open(draft, 'r+');
  await handle.sync();
  await handle.close();
  await rename(draft, file);
}

const hex = ({ sequence, hash }: ChainPoint) => ({ sequence, hash: hash.toString('hex') });

/** First the archive as signed, then for each chain where it begins and ends, then its events; one JSON value a line. */
async function* linesOf(tx: Sql, archive: Archive, chains: readonly ArchivedChain[]): AsyncGenerator<string> {
  const { previousHash, hash, ...rest } = archive;
  yield `${JSON.stringify({ archive: { ...rest, previousHash: previousHash.toString('hex'), hash: hash.toString('hex') } })}\n`;
  for (const { chain, from, to } of chains) {
    yield `${JSON.stringify({ chain, from: hex(from), to: hex(to) })}\n`;
    for (let after = from.sequence; after < to.sequence; ) {
      const events = await eventsOfChain(tx, chain, after, Math.min(PAGE, to.sequence - after));
      if (events.length === 0) throw new Error(`the chain ${chain} ends before its anchored place`);
      for (const event of events)
        yield `${JSON.stringify({ ...event, previousHash: event.previousHash.toString('hex'), hash: event.hash.toString('hex') })}\n`;
      after = events.at(-1)!.sequence;
    }
  }
}

export interface ArchiveVerdict {
  number: number;
  chains: number;
  events: number;
  /** One sentence each; empty when the file is whole. */
  faults: string[];
}

/** Verifies the file of an archive, without the database: its signature, and each of its chains from end to end. */
export async function verifyArchive(file: string, publicKey: JWK): Promise<ArchiveVerdict> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const verdict: ArchiveVerdict = { number: 0, chains: 0, events: 0, faults: [] };
  let archive: Archive | undefined;
  const chains: ArchivedChain[] = [];
  let events: ChainedEvent[] = [];
  const closeChain = () => {
    const chain = chains.at(-1);
    const fault = chain && archivedChainFault(chain, events);
    if (fault) verdict.faults.push(`chain ${chain.chain}: ${fault}`);
    verdict.events += events.length;
    events = [];
  };
  try {
    for await (const line of lines) {
      const read = JSON.parse(line) as Record<string, never>;
      if (read['archive']) archive = archiveOf(read['archive']);
      else if (read['from']) {
        closeChain();
        chains.push({ chain: read['chain']!, from: pointOf(read['from']), to: pointOf(read['to']!) });
      } else events.push(eventOf(read));
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    verdict.faults.push('a line cannot be read');
  }
  closeChain();
  verdict.chains = chains.length;
  if (!archive) return { ...verdict, faults: [...verdict.faults, 'no archive begins it'] };
  const heads = chains.map(({ chain, to }) => ({ chain, ...to }));
  const fault = await archiveFault({ number: archive.number - 1, hash: archive.previousHash }, archive, heads, publicKey);
  return {
    ...verdict,
    number: archive.number,
    faults: fault ? [`archive ${archive.number}: ${fault}`, ...verdict.faults] : verdict.faults,
  };
}

const bytesOf = (text: string) => Buffer.from(text, 'hex');
const pointOf = ({ sequence, hash }: { sequence: number; hash: string }): ChainPoint => ({ sequence, hash: bytesOf(hash) });

type Written<T> = { [K in keyof T]: T[K] extends Date | Buffer ? string : T[K] };

function archiveOf({ at, before, previousHash, hash, ...rest }: Written<Archive>): Archive {
  return { ...rest, at: new Date(at), before: new Date(before), previousHash: bytesOf(previousHash), hash: bytesOf(hash) };
}

function eventOf(line: unknown): ChainedEvent {
  const { at, previousHash, hash, ...rest } = line as Written<ChainedEvent>;
  const said: Omit<AuditEvent, 'at'> & { sequence: number } = rest;
  return { ...said, at: new Date(at), previousHash: bytesOf(previousHash), hash: bytesOf(hash) };
}
