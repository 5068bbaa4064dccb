/**
 * The national directory: `node bench/directory.ts [lines, 2000000]`.
 * Import of files of the shape of the public extracts (practices, half as many addresses), again without a change, then a day's delta; then the
 * search as eight people type, letter after letter, 150 ms apart. PostgreSQL and client share the cores.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeExtracts } from '../src/demo/extracts.ts';
import { importExtract } from '../src/directory/extracts/import-extract.ts';
import { searchDirectory } from '../src/directory/search.ts';
import type { Db } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts, tell } from './support/figures.ts';

const LINES = Number(process.argv[2] ?? 2_000_000);
const TYPISTS = 8;
const BETWEEN_KEYS_MS = 150;
const folder = mkdtempSync(join(tmpdir(), 'cigogne-directory-'));

console.log(machineFacts());
try {
  const from = performance.now();
  const { practices, mailboxes } = await writeExtracts(folder, { seed: 7, lines: LINES });
  console.log(`files written in ${seconds(from)} s`);
  await withDatabase(async (db) => {
    await imported(db, 'practices, first import', practices);
    await imported(db, 'addresses, first import', mailboxes);
    await imported(db, 'practices, the same again', practices);
    const delta = join(folder, 'delta.txt');
    const text = await readFile(practices, 'utf8');
    await writeFile(delta, text.split('\n', 5_001).join('\n').replaceAll('CABINET', 'CABINETS'));
    await imported(db, 'practices, a delta of 5,000 lines', delta, false);
    await typed(db);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1_000).toFixed(1);
}

async function imported(db: Db, what: string, file: string, isFull = true): Promise<void> {
  const from = performance.now();
  const steps: string[] = [];
  const { lines, added, changed, ended } = await importExtract(db, file, {
    isFull,
    now: () => new Date(),
    onProgress: ({ step }) => {
      if (!steps.some((told) => told.startsWith(step))) steps.push(`${step} at ${seconds(from)} s`);
    },
  });
  console.log(`${what.padEnd(36)} ${lines} lines in ${seconds(from)} s: +${added} ~${changed} -${ended} (${steps.join(', ')})`);
}

/** What people look for: a name and a town, a name and a speciality, a slip in the name, a town and a speciality. */
async function typed(db: Db): Promise<void> {
  const sample = await db.query<{ family: string; given: string; city: string }>(
    'bench-directory-sample',
    `select p.family, p.given, s.city from directory.practitioner p tablesample system (0.5)
       join directory.practice w using (rpps) join directory.site s using (site_id) limit 400`,
  );
  const times: number[] = [];
  const typists = Array.from({ length: TYPISTS }, async (_, n) => {
    for (const [i, { family, given, city }] of sample.entries()) {
      if (i % TYPISTS !== n) continue;
      const name = family.split('-')[0]!;
      const text = [`${name} ${city}`, `${name} médecine`, `${name.slice(0, 3)}x${name.slice(3)} ${given}`, `cardiologie ${city}`][i % 4]!;
      for (let length = 3; length <= text.length; length += 1) {
        const sent = performance.now();
        await searchDirectory(db, text.slice(0, length));
        times.push(performance.now() - sent);
        await pause(BETWEEN_KEYS_MS);
      }
    }
  });
  const from = performance.now();
  await Promise.all(typists);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!;
  tell('search as typed, 8 people', { perSecond: times.length / ((performance.now() - from) / 1_000), p50: at(0.5), p99: at(0.99) });
}
