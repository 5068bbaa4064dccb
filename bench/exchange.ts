/**
 * From the answer of the door to those who read, measured: `node bench/exchange.ts [seconds of each run, 60] [messages searched, 1000000]`.
 *
 * A real server in a process of its own, on a durable PostgreSQL, its relay, its exchange and the mailboxes of the demo in it; the load generator beside,
 * on the same machine. Times are counted from the instant when the deposit was answered:
 * - to the first successful reading of the patient's results that holds the report, asked again without rest;
 * - to the word that an open page of the patient gets;
 * - to the mail in its recipient's mailbox (SMTP accepted and kept).
 * Then an offer above what the machine takes: every answer is counted, those told to come again do, and nothing may be missing at the end. Last, the
 * search of one message among many.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openSession, type Principal, registerLinks } from '#access';
import { demoToday, documentBytes, makePopulation, openDemoRegion, patientIdOf } from '#demo';
import type { LabReport } from '#formats';
import type { Db } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const PATIENTS = 200;
const READ_PER_SECOND = 50;
const MAILS_PER_SECOND = [20, 50];
const OFFERED_PER_SECOND = 1_000;
/** Messages among which one is looked for: as many as fit in a minute's filling; the indexes are those of ten million. */
const SEARCHED = Number(process.argv[3] ?? 1_000_000);
const DRAINED_WITHIN_SECONDS = 300;
const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };

interface Ready {
  clientId: string;
  patientId: string;
  uniqueId: string;
  bytes: Buffer;
}

interface Offer {
  base: string;
  db: Db;
  tokens: ReadonlyMap<string, string>;
  next: () => Ready;
}

function show(what: string, times: readonly number[], promisedMs?: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const verdict =
    promisedMs === undefined ? '' : at(0.99) < promisedMs ? `   kept (< ${promisedMs} ms)` : `   NOT KEPT (< ${promisedMs} ms)`;
  console.log(
    `${what.padEnd(64)} ${String(sorted.length).padStart(6)}   p50 ${at(0.5).toFixed(0)} ms   p99 ${at(0.99).toFixed(0)} ms${verdict}`,
  );
}

type Model = ReturnType<typeof modelsOfReports>[number];

function modelsOfReports() {
  const population = makePopulation({ seed: 1, patients: PATIENTS, reports: 4_000, today: demoToday(Date.now()) });
  return [...population.documents()].filter(({ k, needsPerson }) => k > 3 && !needsPerson);
}

/** Reports of today, each another document, over all the patients: history is not mailed. */
function* reportsOfToday(models: readonly Model[]): Generator<Ready> {
  const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
  for (let n = 0; ; n += 1) {
    const model = models[n % models.length]!;
    const arc = `1.2.250.1.999.88.${process.pid}.${n}`;
    const report: LabReport = { ...model.report, id: { root: arc }, setId: { root: `${arc}.1` }, version: 1, replaces: [], createdAt };
    const bytes = documentBytes({ ...model, report }, 0);
    yield { clientId: model.clientId, patientId: patientIdOf(1, model.k), uniqueId: arc, bytes };
  }
}

async function deposit(
  { base, tokens }: Offer,
  { clientId, bytes }: Ready,
  isOfCrowd = false,
): Promise<{ status: number; documentId?: string }> {
  const headers = { authorization: `Bearer ${tokens.get(clientId)!}`, 'content-type': 'application/xml' };
  const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body: bytes, isOfCrowd });
  const documentId = status === 201 ? ((JSON.parse(text) as { documentId: string | null }).documentId ?? undefined) : undefined;
  return { status, ...(documentId !== undefined && { documentId }) };
}

/** So many a second, whatever becomes of those before: an open loop does not wait for a slow server. */
async function offer(perSecond: number, seconds: number, one: (n: number) => Promise<void>): Promise<void> {
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

async function toReadersAndPages(all: Offer): Promise<void> {
  const { base, db } = all;
  const cookie = `cigogne=${await openSession(db, reader, new Date())}`;
  const read: number[] = [];
  const pushed: number[] = [];
  await offer(READ_PER_SECOND, SECONDS, async (n) => {
    const ready = all.next();
    // One report in five has an open page before it: each page is a connection, and a person may not open all patients at once.
    const page = n % 5 === 0 ? await openPage(base, cookie, ready.patientId) : undefined;
    const { status, documentId } = await deposit(all, ready);
    if (status !== 201 || documentId === undefined) throw new Error(`a deposit was answered ${status}`);
    const answered = performance.now();
    void page?.hears(documentId).then(
      (at) => pushed.push(at - answered),
      () => pushed.push(Number.POSITIVE_INFINITY),
    );
    for (let tries = 0; tries < 100; tries += 1) {
      const { status: found, text } = await call(`${base}/api/patients/${ready.patientId}/biology`, { headers: { cookie } });
      if (found === 200 && text.includes(documentId)) break;
    }
    read.push(performance.now() - answered);
  });
  await wait(1_000);
  show(`${READ_PER_SECOND}/s: from acknowledged to the first reading that holds it`, read, 200);
  show(`${READ_PER_SECOND}/s: from acknowledged to an open page`, pushed, 500);
}

/** A page that follows a patient, by server-sent events. */
async function openPage(base: string, cookie: string, patientId: string) {
  const stopping = new AbortController();
  const answer = await fetch(`${base}/api/patients/${patientId}/events`, { headers: { cookie }, signal: stopping.signal });
  const chunks = answer.body!.pipeThrough(new TextDecoderStream());
  return {
    async hears(documentId: string): Promise<number> {
      let said = '';
      for await (const chunk of chunks) {
        said += chunk;
        if (said.includes(documentId)) break;
      }
      const at = performance.now();
      stopping.abort();
      return at;
    },
  };
}

/** From the answer to the row of the mailbox; both clocks are of this machine. */
async function toMailboxes(all: Offer, perSecond: number): Promise<void> {
  const answered = new Map<string, number>();
  await offer(perSecond, Math.min(SECONDS, 30), async () => {
    const { status, documentId } = await deposit(all, all.next());
    if (status === 201 && documentId !== undefined) answered.set(documentId, Date.now());
  });
  await drained(all.db, `state in ('waiting')`);
  const rows = await all.db.query<{ documentId: string; at: Date }>(
    '',
    `select d.document_id as "documentId", min(a.at) as at from exchange.delivery d join exchange.attempt a using (patient_id, delivery_id)
     where a.step = 'sent' and d.document_id = any($1::uuid[]) group by d.document_id`,
    [[...answered.keys()]],
  );
  const times = rows.map(({ documentId, at }) => Math.max(0, at.getTime() - answered.get(documentId)!));
  show(
    `${perSecond}/s: from acknowledged to the mailbox (${answered.size - rows.length} addressed to nobody with a mailbox)`,
    times,
    perSecond === 20 ? 1_000 : undefined,
  );
}

async function drained(db: Db, where: string): Promise<number> {
  const started = performance.now();
  const left = async () =>
    (
      await db.query<{ n: number }>(
        '',
        `select (select count(*) from record.outbox) + (select count(*) from exchange.dispatch where routed_at is null)
           + (select count(*) from exchange.delivery where ${where}) as n`,
      )
    )[0]!.n;
  while ((await left()) > 0 && performance.now() - started < DRAINED_WITHIN_SECONDS * 1_000) await wait(250);
  return performance.now() - started;
}

/** More than the machine takes: 201, 202 or 503 obeyed; none lost. */
async function tooMany(all: Offer): Promise<void> {
  const counts = new Map<number, number>();
  const times: number[] = [];
  const kept = new Set<string>();
  const again: Ready[] = [];
  let broken = 0;
  const send = async (ready: Ready): Promise<void> => {
    const sent = performance.now();
    const answer = await deposit(all, ready, true).catch(() => undefined);
    times.push(performance.now() - sent);
    if (!answer) broken += 1;
    counts.set(answer?.status ?? 0, (counts.get(answer?.status ?? 0) ?? 0) + 1);
    if (answer && answer.status < 300) kept.add(ready.uniqueId);
    else again.push(ready);
  };
  await offer(OFFERED_PER_SECOND, SECONDS, () => send(all.next()));
  show(`${OFFERED_PER_SECOND}/s offered for ${SECONDS} s: time to the answer`, times, 1_000);
  console.log(`  answers: ${[...counts].map(([status, n]) => `${status || 'none'} × ${n}`).join(', ')}; connections broken: ${broken}`);
  for (let rounds = 0; again.length > 0 && rounds < 100; rounds += 1) {
    await wait(1_000);
    const round = again.splice(0);
    while (round.length > 0) await Promise.all(round.splice(0, 32).map(send));
  }
  const backlog = await drained(all.db, `state = 'waiting'`);
  const missing = await all.db.query<{ id: string }>(
    '',
    `select id from unnest($1::text[]) id where not exists (select from record.deposit d where d.unique_id = id and d.state in ('stored', 'identity'))`,
    [[...kept]],
  );
  console.log(
    `  acknowledged ${kept.size}, missing ${missing.length}, never taken ${again.length}; backlog empty after ${(backlog / 1_000).toFixed(0)} s`,
  );
}

/** One message among many, by what somebody has in hand. */
async function search(db: Db): Promise<void> {
  await db.script(
    `insert into exchange.delivery (patient_id, delivery_id, document_id, unique_id, set_id, structure, action, role, recipient, recipient_name, rule, state, created_at, next_at)
     select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '1.2.250.1.999.99.' || n, '1', '990000001', 'send', 'copy', 'rpps:1', '', 'R-02', 'read', now(), now()
     from generate_series(1, ${SEARCHED}) n; analyze exchange.delivery`,
  );
  const { findDocument } = await import('../src/exchange/store-trace.ts');
  const times: number[] = [];
  for (let n = 1; n <= 200; n += 1) {
    const started = performance.now();
    const found = await findDocument(db, `1.2.250.1.999.99.${(n * 4_999) % SEARCHED}`, null);
    if (!found) throw new Error('a message that is there was not found');
    times.push(performance.now() - started);
  }
  show(`one message found among ${SEARCHED}`, times, 1_000);
}

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base) => {
    const models = modelsOfReports();
    const made = reportsOfToday(models);
    const next = () => made.next().value as Ready;
    const clients = new Set(models.map(({ clientId }) => clientId));
    const tokens = new Map<string, string>();
    for (const client of clients) tokens.set(client, await tokenOf(base, client, `demo-${client}`));
    const patients = Array.from({ length: PATIENTS }, (_, k) => patientIdOf(1, k + 1));
    const since = new Date(0);
    await registerLinks(
      db,
      patients.map((patientId) => ({ patientId, holder: { person: reader.id }, kind: 'care-team' as const, since })),
      'source:bench',
    );
    const all: Offer = { base, db, tokens, next };
    await offer(20, 5, async () => void (await deposit(all, next())));
    await toReadersAndPages(all);
    for (const perSecond of MAILS_PER_SECOND) await toMailboxes(all, perSecond);
    await tooMany(all);
  });
  await search(db);
});
closeConnections();
