/**
 * What a report costs, part by part: `node --max-semi-space-size=32 bench/parts.ts [reports, 2000]`.
 *
 * Each part of the journey by itself, one after the other, on a durable PostgreSQL: reports taken, as the doors give them (without HTTP); events told and texts
 * made searchable; documents routed. What is counted is the time of the processor, in this process and in those of PostgreSQL, which other programs of the
 * machine change by a third at most: alternate with the tree to compare with. Sending is not among them: overload.ts has the whole.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { systemPrincipal } from '#access';
import { openDemoRegion } from '#demo';
import { findSender } from '#directory';
import { noteEvents } from '#exchange';
import { receiveFile } from '#flows';
import type { Db } from '#kernel';
import { openMappingTables } from '#mapping';
import { startRelay } from '#record';
import { documentsInHand } from '../src/exchange/documents-in-hand.ts';
import { readStages } from '../src/exchange/inbox/escalation.ts';
import { routeNext } from '../src/exchange/route-document.ts';
import { withDatabase } from './support/database.ts';
import { machineFacts, measure, parentOf, postgresMilliseconds } from './support/figures.ts';
import { type Ready, reportsOfToday } from './support/reports-of-today.ts';

const REPORTS = Number(process.argv[2] ?? 2_000);
const PATIENTS = 2_000;
const AT_ONCE = 8;
/** Done first and not counted: what a server that has run for a while has compiled and planned. */
const WARM_UP = 1_000;
const ROUTED_TOGETHER = 25;

const never = (error: unknown) => {
  throw error;
};

async function untilSearchable(db: Db): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ left: number }>(
      'bench-left',
      'select ((select count(*) from record.outbox) + (select count(*) from record.index_queue))::int as left',
    );
    if (row!.left === 0) return;
    await wait(100);
  }
}

console.log(machineFacts());
await withDatabase(async (db) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  const [backend] = await db.query<{ pid: number }>('', 'select pg_backend_pid() as pid');
  const postmaster = parentOf(backend!.pid);
  const tables = await openMappingTables(db, never);
  const { clients, next } = reportsOfToday(PATIENTS);
  const senders = new Map<string, ReturnType<typeof systemPrincipal>>();
  for (const id of clients) senders.set(id, systemPrincipal((await findSender(db, id))!));
  const deps = { db, relay: { wake: () => {} }, mode: 'demo' as const, zone: 'Europe/Paris', tables };
  const escalation = {
    critical: readStages('30min practice', 'CRITICAL_ESCALATION'),
    abnormal: readStages('3d practice', 'UNREAD_ESCALATION'),
  };
  const routing = { db, inHand: documentsInHand(), domains: undefined, critical: new Map(), escalation };

  const take = ({ clientId, bytes }: Ready) =>
    receiveFile(deps, { bytes, mediaType: 'application/xml', sender: senders.get(clientId)!, receivedAt: new Date() });
  const tell = async () => {
    const relay = await startRelay(db, never, (tx, events) => noteEvents(tx, events, new Date()));
    await untilSearchable(db);
    await relay.stop();
  };
  const routeAll = async () => {
    for (let taken = 1; taken > 0; ) ({ taken } = await routeNext(routing, new Date(), ROUTED_TOGETHER));
  };

  const counted = async (what: string, reports: number, work: () => Promise<unknown>) => {
    const [own, theirs, started] = [process.cpuUsage(), postgresMilliseconds(postmaster), performance.now()];
    await work();
    const { user, system } = process.cpuUsage(own);
    const each = (ms: number) => `${(ms / reports).toFixed(2)} ms`;
    if (reports === WARM_UP && REPORTS !== WARM_UP) return;
    const clock = each(performance.now() - started);
    console.log(
      `${what.padEnd(48)} server ${each((user + system) / 1_000)}   PostgreSQL ${each(postgresMilliseconds(postmaster) - theirs)}   by the clock ${clock}`,
    );
  };
  for (const reports of [WARM_UP, REPORTS]) {
    const ready = Array.from({ length: reports }, next);
    await counted('taken: read, identified, normalised, stored', reports, () => measure(ready, AT_ONCE, take));
    await counted('told, and made searchable', reports, tell);
    await counted('routed', reports, routeAll);
  }
  await tables.stop();
});
