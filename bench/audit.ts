/**
 * What the door adds to a read (care links, decision, chained event, durable commit): `node bench/audit.ts`.
 * 200 reads a second arrive on a clock of their own, whether or not the former ones are done; plain reads and reads through the door
 * alternate, so that a busy machine weighs on both. Then decisions alone, and one patient read by everyone at once.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { decide, type Item, passDoor, type Principal, READER_ROLE, registerLinks, verifyChain } from '#access';
import { type Db, uuidv7 } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';

const READS_PER_SECOND = 200;
const SECONDS = 20;
const PATIENTS = 2_000;

const gp: Principal = {
  id: 'rpps:899700000011',
  name: 'Dr Anne LEFEVRE-DEMO',
  role: 'gp',
  organisation: { finess: '990000201', name: 'Cabinet' },
};
const patients = Array.from({ length: PATIENTS }, () => uuidv7());

const percentile = (sorted: readonly number[], p: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))]!;

function told(name: string, latencies: readonly number[]): { p50: number; p99: number } {
  const sorted = latencies.toSorted((a, b) => a - b);
  const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
  console.log(`${name}: ${sorted.length} reads, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  return { p50, p99 };
}

async function pacedReads(db: Db): Promise<void> {
  await db.script('create table bench_read (patient_id uuid primary key, body jsonb not null)');
  await db.query(
    'bench-fill',
    `insert into bench_read select p, jsonb_build_object('results', (select jsonb_agg(n) from generate_series(1, 400) n)) from unnest($1::uuid[]) p`,
    [patients],
  );
  const since = new Date(0);
  await registerLinks(
    db,
    patients.map((patientId) => ({ patientId, holder: { person: gp.id }, kind: 'treating-doctor' as const, since })),
    'source:bench',
  );
  const read = (sql: Pick<Db, 'query'>, patientId: string) =>
    sql.query('bench-read', 'select body from bench_read where patient_id = $1', [patientId]);
  // As the server answers people: under the role that row-level security holds, the commit sent with what is read.
  const asReader = db.as(READER_ROLE);
  const plain: number[] = [];
  const guarded: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < READS_PER_SECOND * SECONDS; n += 1) {
    const due = start + (n * 1000) / READS_PER_SECOND;
    const early = due - performance.now();
    if (early > 0) await wait(early);
    const patientId = patients[Math.floor(Math.random() * PATIENTS)]!;
    const [list, work] =
      n % 2 === 0
        ? [plain, () => read(db, patientId)]
        : [
            guarded,
            () =>
              passDoor(asReader, { who: gp, action: 'biology.read', patientId, via: 'web', now: new Date(), atOnce: true }, (tx) =>
                read(tx, patientId),
              ),
          ];
    const from = performance.now();
    pending.push(work().then(() => void list.push(performance.now() - from)));
  }
  await Promise.all(pending);
  const warm = READS_PER_SECOND;
  const without = told('plain read', plain.slice(warm));
  const through = told('read through the door', guarded.slice(warm));
  console.log(
    `the door adds p50 ${(through.p50 - without.p50).toFixed(2)} ms, p99 ${(through.p99 - without.p99).toFixed(2)} ms at ${READS_PER_SECOND} reads/s`,
  );
}

async function everyoneReadsOne(db: Db): Promise<void> {
  const patientId = patients[0]!;
  const from = performance.now();
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: 500 }, async () => {
      const sent = performance.now();
      await passDoor(db, { who: gp, action: 'biology.read', patientId, via: 'web', now: new Date() }, async () => 0);
      latencies.push(performance.now() - sent);
    }),
  );
  console.log(`one patient read 500 times at once: ${Math.round(500 / ((performance.now() - from) / 1000))} reads/s`);
  const verified = performance.now();
  const verdict = await verifyChain(db, patientId);
  console.log(
    `its chain of ${verdict.events} events verified in ${(performance.now() - verified).toFixed(0)} ms: ${verdict.fault ? 'BROKEN' : 'whole'}`,
  );
}

function decisions(): void {
  const links = [{ kind: 'treating-doctor', since: '2026-01-01T00:00:00Z', of: 'person' }] as const;
  const count = 3_000_000;
  let allowed = 0;
  const from = performance.now();
  for (let n = 0; n < count; n += 1) {
    if (
      decide({ who: gp, action: n % 2 ? 'biology.read' : 'report.pdf', patientId: patients[n % PATIENTS]!, links: n % 3 ? links : [] })
        .allowed
    )
      allowed += 1;
  }
  console.log(`decisions: ${(count / 1e6 / ((performance.now() - from) / 1000)).toFixed(1)} million/s (${allowed} allowed of ${count})`);
}

function itemDecisions(): void {
  const links = [{ kind: 'care-team', since: '2026-01-01T00:00:00Z', of: 'person' }] as const;
  const items: Item[] = [
    { category: 'biology-report', producer: '990000101', authors: ['rpps:1'], prescribers: [gp.id] },
    { category: 'biology-report', producer: '990000101', families: ['hiv'], prescribers: [gp.id] },
    { category: 'imaging', masked: true },
    { category: 'hospital-report', awaits: { owner: 'rpps:1', due: '2026-02-01' } },
  ];
  const count = 3_000_000;
  let allowed = 0;
  const from = performance.now();
  for (let n = 0; n < count; n += 1) {
    if (decide({ who: gp, action: 'document.read', patientId: patients[n % PATIENTS]!, links, item: items[n % items.length]! }).allowed)
      allowed += 1;
  }
  console.log(
    `decisions on items: ${(count / 1e6 / ((performance.now() - from) / 1000)).toFixed(1)} million/s (${allowed} allowed of ${count})`,
  );
}

console.log(machineFacts());
decisions();
itemDecisions();
await withDatabase(async (db) => {
  await pacedReads(db);
  await everyoneReadsOne(db);
});
