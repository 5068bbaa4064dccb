import { beforeEach, expect, test } from 'vitest';
import { exchangeBench, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import type { Sql } from '../kernel/index.ts';
import { documentsToSend } from '../record/index.ts';
import { moveAllForward, settleSent } from './store-deliveries.ts';
import { leaseDeliveries } from './store-lease.ts';
import { reachedBefore } from './store-queue.ts';

const bench = exchangeBench();
const OTHERS = 2_000;
const LATER = new Date(Date.now() + 86_400_000);

interface Place {
  patientId: string;
  documentId: string;
  deliveryId: string;
  structure: string;
  setId: string;
}
let own: Place;
let reports = 0;

/** Filled at once, as in a busy hour: PostgreSQL has not counted these tables when it plans. */
beforeEach(async () => {
  const { db } = bench;
  reports += 1;
  const documentId = await bench.deposit(reportFor(reports, { prescribers: [PRESCRIBER] }));
  await bench.routeAll();
  const [found] = await db.query<Place & Record<string, unknown>>(
    '',
    `select patient_id as "patientId", document_id as "documentId", delivery_id as "deliveryId", structure, set_id as "setId" from exchange.delivery where document_id = $1`,
    [documentId],
  );
  own = found!;
  for (const table of ['exchange.delivery', 'record.document']) await db.query('', `alter table ${table} set (autovacuum_enabled = off)`);
  for (const state of ['waiting', 'sent'])
    await db.query(
      '',
      `insert into exchange.delivery select other.* from exchange.delivery d, generate_series(1, ${OTHERS}) n,
         jsonb_populate_record(d, jsonb_build_object('patient_id', gen_random_uuid(), 'delivery_id', gen_random_uuid(), 'document_id', gen_random_uuid(),
           'unique_id', n::text, 'state', $2::text, 'next_at', $3::timestamptz)) other where d.delivery_id = $1`,
      [own.deliveryId, state, LATER],
    );
  await db.query(
    '',
    `insert into record.document select other.* from record.document d, generate_series(1, ${OTHERS}) n,
       jsonb_populate_record(d, jsonb_build_object('patient_id', gen_random_uuid(), 'document_id', gen_random_uuid(), 'unique_id', $2 || n::text)) other
     where d.document_id = $1`,
    [own.documentId, `${own.documentId} `],
  );
});

/** How many rows of a table, and entries of its indexes, are looked at. */
const lookedAt = (table: string, work: (tx: Sql) => Promise<unknown>): Promise<number> =>
  bench.db.steady().transaction(async (tx) => {
    const counted = async () => {
      const [row] = await tx.query<{ n: number }>(
        '',
        `select sum(pg_stat_get_xact_tuples_returned(place))::int as n
         from (select $1::regclass::oid union all select indexrelid from pg_index where indrelid = $1::regclass) as of (place)`,
        [table],
      );
      return row!.n;
    };
    const before = await counted();
    await work(tx);
    return (await counted()) - before;
  });

const FEW = 20;

test('routing a document looks at what its patient was sent, however much its laboratory sent', async () => {
  const asked = { ...own, homes: [own.patientId], replaces: ['1.2.3'], documentId: '019a0000-0000-7000-8000-00000000000f' };
  expect(await lookedAt('exchange.delivery', (tx) => reachedBefore(tx, asked))).toBeLessThan(FEW);
});

test('sending a document looks at those of its patient, however many its laboratory filed', async () => {
  const asked = [{ documentId: own.documentId, homes: [own.patientId] }];
  expect(await lookedAt('record.document', (tx) => documentsToSend(tx, asked))).toBeLessThan(FEW);
});

test('what the operator took, and what the recipient says later, is noted where it is, however much waits and however much was sent', async () => {
  const now = new Date();
  const [delivery] = await leaseDeliveries(bench.db, { now, until: LATER, most: 1, kind: 'mail' });
  expect(delivery).toMatchObject({ deliveryId: own.deliveryId });
  const attemptId = '019a0000-0000-7000-8000-0000000000aa';
  const sent = { delivery: delivery!, lease: LATER, attemptId, reply: '250 OK', tookMs: 1, destinations: ['relay'], now };
  expect(await lookedAt('exchange.delivery', (tx) => settleSent(tx, [sent]))).toBeLessThan(FEW);
  expect(await lookedAt('exchange.delivery', (tx) => moveAllForward(tx, [{ ...own, state: 'read', now }]))).toBeLessThan(FEW);
  expect(await bench.deliveries()).toContainEqual(expect.objectContaining({ recipient: 'rpps:899700000011', state: 'read' }));
});
