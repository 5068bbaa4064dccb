/**
 * Random sequences of arrivals, decisions, merges, splits, recalls and corrections, on a real database: `node fuzz/identity-sequences.ts
 * [SEQUENCES, 100000] [SEED, 1]`. What must hold after each step is in `src/identity/run-sequences.fixture.ts`. Ends with 1 at the first fault, whose
 * steps it prints, made as few as they can be.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { runSequences, SequenceFault } from '../src/identity/run-sequences.fixture.ts';
import { sequence } from '../src/identity/sequences.fixture.ts';
import { findMigrations, migrate, openDb, startEmbeddedPostgres } from '../src/kernel/index.ts';

const SEQUENCES = Number(process.argv[2] ?? 100_000);
const SEED = Number(process.argv[3] ?? 1);
/** Side by side: enough for one look at the database to serve many, few enough for the register to stay small. */
const TOGETHER = 200;
const TELL_EVERY_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'cigogne-sequences-'));
chmodSync(folder, 0o755);
const cacheFolder = join(tmpdir(), 'cigogne-cache');
// Nothing is kept: what a crash of the machine would lose is not what is tried here.
const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false, cacheFolder, tell: () => {} });
const db = openDb({ url: server.url('postgres'), maxConnections: 8 });
try {
  await migrate(db, findMigrations('src'));
  await run();
} catch (error) {
  if (!(error instanceof SequenceFault)) throw error;
  process.exitCode = 1;
  console.error(error.message);
  console.error(await shortest(error));
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const started = performance.now();
  let told = started;
  for (let done = 0; done < SEQUENCES; ) {
    const count = Math.min(TOGETHER, SEQUENCES - done);
    await runSequences(db, fc.sample(sequence, { numRuns: count, seed: SEED * 1_000_003 + done }), done + 1);
    done += count;
    const now = performance.now();
    if (now - told < TELL_EVERY_MS && done < SEQUENCES) continue;
    told = now;
    const seconds = (now - started) / 1_000;
    console.log(`${done} sequences in ${seconds.toFixed(0)} s, ${(done / seconds).toFixed(0)} a second, no fault`);
  }
}

/** The same fault with fewer steps, when it shows alone. */
async function shortest({ steps }: SequenceFault): Promise<string> {
  const property = fc.asyncProperty(sequence, (one) => runSequences(db, [one], 1));
  const { failed, counterexample } = await fc.check(property, { examples: [[[...steps]]], numRuns: 1 });
  return failed ? `shortest: ${JSON.stringify(counterexample?.[0])}` : 'alone, this sequence shows no fault: it is between sequences';
}
