/**
 * How long after it was acknowledged the words of a document are found: `node bench/text-lag.ts [reports of each rate, 400]`.
 *
 * A real server in a process of its own, on a durable PostgreSQL. Reports are deposited through the HTTP door at a rate; what was acknowledged is
 * looked for in the index of words every 20 ms, where a search finds it from then on. Promised: five seconds. Rights have no lag of their own: they
 * are applied when the question is asked, on the documents as they stand then.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { demoToday, documentBytes, makePopulation, openDemoRegion } from '#demo';
import type { Db } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const OF_EACH = Number(process.argv[2] ?? 400);
const RATES = [5, 20, 50];
const PATIENTS = 200;
const PROMISED_MS = 5_000;
const GIVEN_UP_MS = 120_000;

interface Ready {
  bytes: Buffer;
  clientId: string;
}

/** Deposits at a rate and follows each until it is found. @returns milliseconds from the answer of the door, of each */
async function lags(
  db: Db,
  base: string,
  tokens: ReadonlyMap<string, string>,
  { ready, rate }: { ready: Ready[]; rate: number },
): Promise<number[]> {
  const answered = new Map<string, number>();
  const found: number[] = [];
  const life = { isSending: true };
  const send = async ({ bytes, clientId }: Ready) => {
    const headers = { authorization: `Bearer ${tokens.get(clientId)!}`, 'content-type': 'application/xml' };
    const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body: bytes });
    // What waits for a person is in no record yet.
    if (status === 201) answered.set((JSON.parse(text) as { documentId: string }).documentId, performance.now());
    else if (status !== 202) throw new Error(`a deposit was answered ${status}: ${text}`);
  };
  const watching = (async () => {
    for (let last = performance.now(); life.isSending || answered.size > 0; ) {
      const rows = await db.query<{ id: string }>(
        '',
        'select document_id as id from record.document_text where document_id = any($1::uuid[])',
        [[...answered.keys()]],
      );
      const now = performance.now();
      for (const { id } of rows) {
        found.push(now - answered.get(id)!);
        answered.delete(id);
        last = now;
      }
      if (now - last > GIVEN_UP_MS) throw new Error(`${answered.size} documents are not found after ${GIVEN_UP_MS / 1_000} s`);
      await pause(20);
    }
  })();
  const started = performance.now();
  const sent: Promise<void>[] = [];
  for (const [n, one] of ready.entries()) {
    await pause(Math.max(0, started + (n * 1_000) / rate - performance.now()));
    sent.push(send(one));
  }
  await Promise.all(sent);
  life.isSending = false;
  await watching;
  return found;
}

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base) => {
    const size = { seed: 1, patients: PATIENTS, reports: OF_EACH * RATES.length + 500, today: demoToday(Date.now()) };
    // The three written stories are loaded by the server itself.
    const made = makePopulation(size)
      .documents()
      .filter(({ k }) => k > 3)
      .take(OF_EACH * RATES.length);
    const ready = [...made].map((document, n) => ({ bytes: documentBytes(document, n), clientId: document.clientId }));
    const tokens = new Map<string, string>();
    for (const clientId of new Set(ready.map((one) => one.clientId)))
      tokens.set(clientId, await tokenOf(base, clientId, `demo-${clientId}`));
    for (const [round, rate] of RATES.entries()) {
      const times = (await lags(db, base, tokens, { ready: ready.slice(round * OF_EACH, (round + 1) * OF_EACH), rate })).toSorted(
        (a, b) => a - b,
      );
      const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
      const verdict = at(1) <= PROMISED_MS ? 'kept' : 'NOT KEPT';
      const figures = `p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   longest ${at(1)} ms   ${verdict} (≤ ${PROMISED_MS} ms)`;
      console.log(`${rate}/s: from acknowledged to found by its words, ${times.length} reports   ${figures}`);
    }
  });
});
closeConnections();
