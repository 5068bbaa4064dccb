/**
 * Does a clock tell a hidden document from one that does not exist? `node bench/hidden.ts [pairs]`: 10,000 pairs of calls, each in a random
 * order, one for a document that the patient hid and one for a document that was never there; then the paired difference, and whether it
 * could be chance (Student's t on pairs: below 2.58 in size, no difference at p < 0.01).
 */
import { passDoor, type Principal, registerLinks } from '#access';
import { uuidv7 } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';

const PAIRS = Number(process.argv[2] ?? 10_000);
/** Calls in flight at once: the wait of one is the work of others. */
const AT_ONCE = 20;

const nurse: Principal = { id: 'rpps:899700000033', name: 'Rose MARTIN-DEMO', role: 'nurse' };

console.log(machineFacts());
await withDatabase(async (db) => {
  const patients = Array.from({ length: AT_ONCE }, () => uuidv7());
  await db.script('create table bench_document (document_id uuid primary key, masked boolean not null, body text not null)');
  const hidden = uuidv7();
  await db.query('bench-document', `insert into bench_document values ($1, true, repeat('x', 20000))`, [hidden]);
  const since = new Date(0);
  await registerLinks(
    db,
    patients.map((patientId) => ({ patientId, holder: { person: nurse.id }, kind: 'care-team' as const, since })),
    'source:bench',
  );

  async function call(patientId: string, documentId: string): Promise<number> {
    const from = performance.now();
    const door = { who: nurse, action: 'document.read' as const, patientId, object: documentId, via: 'web', now: new Date() };
    const refused = await passDoor(
      db,
      {
        ...door,
        item: async (tx) => {
          const [found] = await tx.query('bench-find', 'select masked, body from bench_document where document_id = $1', [documentId]);
          return found && { category: 'biology-report', masked: true };
        },
      },
      async () => 'seen',
    ).catch(({ code }: { code: string }) => code);
    if (refused !== 'request.not-found') throw new Error(`the call answered ${refused}`);
    return performance.now() - from;
  }

  const differences: number[] = [];
  await Promise.all(
    patients.map(async (patientId) => {
      for (let n = 0; n < PAIRS / AT_ONCE; n += 1) {
        const isHiddenFirst = Math.random() < 0.5;
        const first = await call(patientId, isHiddenFirst ? hidden : uuidv7());
        const second = await call(patientId, isHiddenFirst ? uuidv7() : hidden);
        differences.push(isHiddenFirst ? first - second : second - first);
      }
    }),
  );
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (differences.length - 1);
  const t = mean / Math.sqrt(variance / differences.length);
  console.log(
    `${differences.length} pairs: hidden − absent ${mean.toFixed(4)} ms, t = ${t.toFixed(2)}: ${Math.abs(t) < 2.58 ? 'no difference' : 'A DIFFERENCE'}`,
  );
});
