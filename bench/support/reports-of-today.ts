import { setTimeout as wait } from 'node:timers/promises';
import { demoToday, documentBytes, makePopulation, patientIdOf } from '#demo';
import type { LabReport } from '#formats';
import type { Db } from '#kernel';

/** A report that has not been deposited yet. */
export interface Ready {
  clientId: string;
  patientId: string;
  uniqueId: string;
  bytes: Buffer;
}

function modelsOfReports(patients: number) {
  const population = makePopulation({ seed: 1, patients, reports: 4_000, today: demoToday(Date.now()) });
  return [...population.documents()].filter(({ k, needsPerson }) => k > 3 && !needsPerson);
}

/** The same length as every number that takes its place in the bytes. */
const NUMBER = '7777777777';

/**
 * Reports of today (history is not mailed), each another document, over so many patients. Each model is written once, and the number of the document
 * put in its bytes: a generator that wrote each would take the processor from the server that it measures.
 */
export function reportsOfToday(patients: number): { clients: ReadonlySet<string>; next: () => Ready } {
  const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
  const models = modelsOfReports(patients).map((model) => {
    const arc = `1.2.250.1.999.88.${process.pid}.${NUMBER}`;
    const report: LabReport = { ...model.report, id: { root: arc }, setId: { root: `${arc}.1` }, version: 1, replaces: [], createdAt };
    const bytes = documentBytes({ ...model, report }, 0);
    const places: number[] = [];
    for (let at = bytes.indexOf(NUMBER); at >= 0; at = bytes.indexOf(NUMBER, at + 1)) places.push(at);
    return { clientId: model.clientId, patientId: patientIdOf(1, model.k), bytes, places };
  });
  let n = 1_000_000_000;
  const next = (): Ready => {
    n += 1;
    const { clientId, patientId, bytes, places } = models[n % models.length]!;
    const own = Buffer.from(bytes);
    for (const place of places) own.write(String(n), place, 'latin1');
    return { clientId, patientId, uniqueId: `1.2.250.1.999.88.${process.pid}.${n}`, bytes: own };
  };
  return { clients: new Set(models.map(({ clientId }) => clientId)), next };
}

/** So many a second, whatever becomes of those before: an open loop does not wait for a slow server. @throws what the first that failed threw */
export async function offer(perSecond: number, seconds: number, one: (n: number) => Promise<void>): Promise<void> {
  const started = performance.now();
  const running: Promise<void>[] = [];
  const faults: unknown[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = (n * 1_000) / perSecond - (performance.now() - started);
    if (due > 1) await wait(due);
    running.push(
      one(n).catch((error: unknown) => {
        faults.push(error);
      }),
    );
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}

/** What is stored and not yet sent on: events, documents to route, mails. */
export async function workLeft(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    '',
    `select (select count(*) from record.outbox) + (select count(*) from exchange.dispatch where routed_at is null)
       + (select count(*) from exchange.delivery where state = 'waiting') as n`,
  );
  return row!.n;
}

/** A new demo region files its first letters behind the open page: what is measured begins after. */
export async function atRest(db: Db): Promise<void> {
  const filed = async () => (await db.query<{ n: number }>('', 'select count(*) as n from record.deposit'))[0]!.n;
  for (let before = -1, now = await filed(); now !== before || (await workLeft(db)) > 0; now = await filed()) {
    before = now;
    await wait(3_000);
  }
}

/** Waits until nothing is left. @returns after how long, in milliseconds; `most` when it never came to that */
export async function drained(db: Db, mostSeconds: number): Promise<number> {
  const started = performance.now();
  while ((await workLeft(db)) > 0 && performance.now() - started < mostSeconds * 1_000) await wait(250);
  return performance.now() - started;
}

export function showTimes(what: string, times: readonly number[], promisedMs?: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const verdict =
    promisedMs === undefined ? '' : at(0.99) < promisedMs ? `   kept (< ${promisedMs} ms)` : `   NOT KEPT (< ${promisedMs} ms)`;
  console.log(
    `${what.padEnd(64)} ${String(sorted.length).padStart(6)}   p50 ${at(0.5).toFixed(0)} ms   p99 ${at(0.99).toFixed(0)} ms${verdict}`,
  );
}
