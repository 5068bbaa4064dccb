import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { rebuildSearch, refreshSearch } from '../store-search.ts';
import { type ExtractKind, type Layout, layoutOf } from './columns.ts';
import { firstLine, type Lines, readLines } from './read-lines.ts';
import {
  beginExtract,
  type Changes,
  dropExtract,
  extractInHand,
  mergeStaged,
  practisingAt,
  stageLines,
  type Touched,
  touchedByStaged,
} from './store-extracts.ts';

export interface ImportOptions {
  /** A full extract ends what it no longer tells; a delta only adds and changes. */
  isFull: boolean;
  /** Begin again, even where the same file was left half-way. */
  restart?: boolean;
  /** Of the FINESS register: only the places whose number begins so (departments of the region). All when empty. */
  departments?: readonly string[];
  now: () => Date;
  onProgress?: (progress: ImportProgress) => void;
}

/** `reading` counts bytes of the file; the other steps are one statement each. */
export type ImportProgress = { step: 'reading'; done: number; total: number; lines: number } | { step: 'merging' | 'indexing' };

export interface ImportReport extends Changes {
  kind: ExtractKind;
  lines: number;
  rejected: number;
  /** The first lines that were not understood, by number. */
  firstRejected: Lines['rejected'];
  /** Was it already begun, and gone on with? */
  resumed: boolean;
}

const SHOWN_REJECTED = 20;

/**
 * Brings one public extract into the directory: streamed, in steps that are each durable; the same file again changes nothing; an import cut
 * half-way goes on where it was when the same file is given again.
 *
 * @throws Refusal `directory.not-an-extract`; `directory.import-in-hand` when another file of that kind was left half-way
 */
export async function importExtract(db: Db, file: string, options: ImportOptions): Promise<ImportReport> {
  const layout = layoutOf(await firstLine(file));
  const { size } = await stat(file);
  const sha256 = await digest(file);
  const { extractId, from } = await beginOrResume(db, layout.kind, { sha256, fileName: basename(file), totalBytes: size }, options);
  const counted = await stageAll(db, file, layout, { extractId, from, size }, options);
  options.onProgress?.({ step: 'merging' });
  // Both or neither: a search that does not know what was brought in would never be told, since the same file again changes nothing.
  const changes = await db.transaction(async (tx) => {
    const touched = options.isFull ? undefined : await touchedByStaged(tx, layout.kind, MOST_REFRESHED);
    const merged = await mergeStaged(tx, extractId, layout.kind, options.isFull, options.now());
    // addresses are found by their own index, not by the search of names
    if (layout.kind === 'mailbox' || merged.added + merged.changed + merged.ended === 0) return merged;
    options.onProgress?.({ step: 'indexing' });
    if (touched) await refreshTouched(tx, touched);
    else await rebuildSearch(tx);
    return merged;
  });
  return { kind: layout.kind, ...counted, ...changes, resumed: from.byte > 0 };
}

/** A day's delta: entries are brought up to date one by one. Beyond, making the whole search anew is quicker. */
const MOST_REFRESHED = 50_000;

/** The places, and everyone who practises there or whose line came. */
async function refreshTouched(tx: Sql, touched: Touched): Promise<void> {
  await refreshSearch(tx, 'structure', touched.sites);
  await refreshSearch(tx, 'practitioner', await practisingAt(tx, touched));
}

interface Place {
  byte: number;
  line: number;
}

async function beginOrResume(
  db: Db,
  kind: ExtractKind,
  file: { sha256: Buffer; fileName: string; totalBytes: number },
  { isFull, restart = false, now }: ImportOptions,
): Promise<{ extractId: string; from: Place & { lines: number; rejected: number } }> {
  return db.transaction(async (tx) => {
    const inHand = await extractInHand(tx, kind);
    const isSame = inHand !== undefined && inHand.sha256.equals(file.sha256);
    if (inHand && !isSame && !restart) throw new Refusal('directory.import-in-hand', `the import of ${inHand.fileName} is not finished`);
    // fewer lines kept than counted: the database crashed, and the lines in waiting, which are not logged, went with it
    if (inHand && isSame && !restart && inHand.stagedLines === inHand.lineCount) {
      const { extractId, takenBytes, lineCount, rejectedCount } = inHand;
      return { extractId, from: { byte: takenBytes, line: lineCount + rejectedCount + 1, lines: lineCount, rejected: rejectedCount } };
    }
    if (inHand) await dropExtract(tx, inHand.extractId);
    const extractId = uuidv7();
    await beginExtract(tx, { extractId, kind, isFull, at: now(), ...file });
    return { extractId, from: { byte: 0, line: 1, lines: 0, rejected: 0 } };
  });
}

async function stageAll(
  db: Db,
  file: string,
  layout: Layout,
  { extractId, from, size }: { extractId: string; from: Place & { lines: number; rejected: number }; size: number },
  { departments = [], onProgress }: ImportOptions,
): Promise<Pick<ImportReport, 'lines' | 'rejected' | 'firstRejected'>> {
  const counted = { lines: from.lines, rejected: from.rejected, firstRejected: [] as Lines['rejected'] };
  // the next lines are read while the database takes the ones before
  let writing: Promise<void> = Promise.resolve();
  for await (const lines of readLines(file, { ...layout, departments }, from)) {
    await writing;
    writing = db.transaction((tx) => stageLines(tx, extractId, lines));
    counted.lines += lines.good;
    counted.rejected += lines.rejected.length;
    counted.firstRejected.push(...lines.rejected.slice(0, SHOWN_REJECTED - counted.firstRejected.length));
    onProgress?.({ step: 'reading', done: lines.nextByte, total: size, lines: counted.lines });
  }
  await writing;
  return counted;
}

async function digest(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest();
}
