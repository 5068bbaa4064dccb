/**
 * More than the machine takes: `node bench/overload.ts [seconds of the offer, 60] [reports a second, 1000]`.
 *
 * A real server in a process of its own, on a durable PostgreSQL, its relay, its exchange and the mailboxes of the demo in it; the load generator beside, on
 * the same machine. Reports are offered at a rate above what it takes. Each answer is 201, 202 or 503; who is told 503 sends the same report again after the
 * seconds of Retry-After, for as long as it takes. Nothing may be missing at the end, and all has to be taken, routed and sent five times as long after the
 * offer as it lasted.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openDemoRegion } from '#demo';
import { withDatabase } from './support/database.ts';
import { machineFacts, parentOf, postgresMilliseconds, processorMilliseconds } from './support/figures.ts';
import { atRest, drained, offer, type Ready, reportsOfToday, showTimes, workLeft } from './support/reports-of-today.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const OFFERED_PER_SECOND = Number(process.argv[3] ?? 1_000);
/** So many that a minute of the offer is thirty reports of each, as of a year of care. */
const PATIENTS = 2_000;
const TO_DRAIN_SECONDS = 5 * SECONDS;
/** Tokens live for minutes; the run may last longer. */
const TOKEN_EVERY_MS = 60_000;

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base, pid) => {
    const { clients, next } = reportsOfToday(PATIENTS);
    const tokens = new Map<string, string>();
    const askTokens = async () => {
      for (const client of clients) tokens.set(client, await tokenOf(base, client, `demo-${client}`));
    };
    await askTokens();
    const asking = setInterval(() => void askTokens().catch(() => {}), TOKEN_EVERY_MS);
    const counts = new Map<number, number>();
    const told: number[] = [];
    const kept: string[] = [];
    const faults = new Map<string, number>();
    const send = async ({ clientId, bytes }: Ready, times: number[]) => {
      const headers = { authorization: `Bearer ${tokens.get(clientId)!}`, 'content-type': 'application/xml' };
      const sent = performance.now();
      const answer = await call(`${base}/api/deposits`, { method: 'POST', headers, body: bytes, isOfCrowd: true }).catch(
        (error: NodeJS.ErrnoException) => {
          faults.set(error.code ?? error.message, (faults.get(error.code ?? error.message) ?? 0) + 1);
        },
      );
      times.push(performance.now() - sent);
      const { status = 0, retryAfter } = answer ?? {};
      counts.set(status, (counts.get(status) ?? 0) + 1);
      return { status, retryAfter };
    };
    const untilTaken = async (ready: Ready, stopAt: number): Promise<void> => {
      for (let times = first; ; times = again) {
        const { status, retryAfter = 1 } = await send(ready, times);
        if (status === 200 || status === 201 || status === 202) {
          kept.push(ready.uniqueId);
          return;
        }
        // Nobody knows whether it was taken: the same bytes again are answered by the same receipt.
        if (status === 0) await wait(1_000);
        if (status === 0) continue;
        if (status !== 503) throw new Error(`a deposit was answered ${status}`);
        told.push(retryAfter * 1_000);
        if (performance.now() + retryAfter * 1_000 > stopAt) return;
        await wait(retryAfter * 1_000);
      }
    };
    const first: number[] = [];
    const again: number[] = [];
    await atRest(db);
    await offer(50, 10, async () => void (await send(next(), [])));
    await drained(db, 60);
    counts.clear();

    const [backend] = await db.query<{ pid: number }>('', 'select pg_backend_pid() as pid');
    const postmaster = parentOf(backend!.pid);
    const used = processorMilliseconds(pid);
    const usedBehind = postgresMilliseconds(postmaster);
    const own = process.cpuUsage();
    const started = performance.now();
    const endOfOffer = started + SECONDS * 1_000;
    const stopAt = endOfOffer + TO_DRAIN_SECONDS * 1_000;
    const watching = setInterval(async () => {
      const seconds = ((performance.now() - started) / 1_000).toFixed(0);
      console.log(`    after ${seconds} s: taken ${kept.length}, behind ${await workLeft(db)}, told to come again ${told.length} times`);
    }, 10_000);
    await offer(OFFERED_PER_SECOND, SECONDS, () => untilTaken(next(), stopAt));
    const taken = performance.now();
    await drained(db, Math.max(30, (stopAt - taken) / 1_000));
    const done = performance.now();
    clearInterval(watching);
    clearInterval(asking);
    const { user, system } = process.cpuUsage(own);
    const missing = await db.query<{ id: string }>(
      '',
      `select id from unnest($1::text[]) id where not exists (select from record.deposit d where d.unique_id = id and d.state in ('stored', 'identity'))`,
      [kept],
    );
    const offered = SECONDS * OFFERED_PER_SECOND;
    const after = (at: number) => `${Math.max(0, (at - endOfOffer) / 1_000).toFixed(0)} s after the offer`;
    showTimes(`${OFFERED_PER_SECOND}/s offered for ${SECONDS} s: to the first answer of each report`, first, 1_000);
    showTimes('  to the answers of those who came again', again, 1_000);
    showTimes('  seconds of Retry-After that were told, in ms', told);
    console.log(
      `  answers: ${[...counts].map(([status, n]) => `${status || 'none'} × ${n}`).join(', ')}; connections broken: ${[...faults].map(([code, n]) => `${code} × ${n}`).join(', ') || 'none'}`,
    );
    console.log(`  of ${offered} offered, taken ${kept.length}, missing of those ${missing.length}, never taken ${offered - kept.length}`);
    console.log(`  all taken ${after(taken)}; nothing behind ${after(done)} (promised within ${TO_DRAIN_SECONDS} s)`);
    const perReport = (ms: number) => (ms / Math.max(1, kept.length)).toFixed(2);
    console.log(
      `  processor a report taken: server ${perReport(processorMilliseconds(pid) - used)} ms, PostgreSQL ${perReport(postgresMilliseconds(postmaster) - usedBehind)} ms, ` +
        `generator ${perReport((user + system) / 1_000)} ms`,
    );
  });
});
closeConnections();
