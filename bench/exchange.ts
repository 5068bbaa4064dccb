/**
 * From the answer of the door to those who read, measured: `node bench/exchange.ts [seconds of each run, 60]`.
 *
 * A real server in a process of its own, on a durable PostgreSQL, its relay, its exchange and the mailboxes of the demo in it; the load generator beside,
 * on the same machine. Times are counted from the instant when the deposit was answered:
 * - to the first successful reading of the patient's results that holds the report, asked again without rest;
 * - to the word that an open page of the patient gets;
 * - to the mail in its recipient's mailbox (SMTP accepted and kept).
 * What is offered above what the machine takes: `bench/overload.ts`. One message found among many: `bench/messages.ts`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openSession, type Principal, registerLinks } from '#access';
import { openDemoRegion, patientIdOf } from '#demo';
import type { Db } from '#kernel';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { atRest, drained, offer, type Ready, reportsOfToday, showTimes } from './support/reports-of-today.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const SECONDS = Number(process.argv[2] ?? 60);
const PATIENTS = 200;
const READ_PER_SECOND = 50;
const MAILS_PER_SECOND = [20, 50, 100, 200];
const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };

interface Offer {
  base: string;
  db: Db;
  tokens: ReadonlyMap<string, string>;
  next: () => Ready;
}

async function deposit({ base, tokens }: Offer, { clientId, bytes }: Ready): Promise<{ status: number; documentId?: string }> {
  const headers = { authorization: `Bearer ${tokens.get(clientId)!}`, 'content-type': 'application/xml' };
  const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body: bytes });
  const documentId = status === 201 ? ((JSON.parse(text) as { documentId: string | null }).documentId ?? undefined) : undefined;
  return { status, ...(documentId !== undefined && { documentId }) };
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
  showTimes(`${READ_PER_SECOND}/s: from acknowledged to the first reading that holds it`, read, 200);
  showTimes(`${READ_PER_SECOND}/s: from acknowledged to an open page`, pushed, 500);
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
  await drained(all.db, 60);
  const rows = await all.db.query<{ documentId: string; at: Date }>(
    '',
    `select d.document_id as "documentId", min(a.at) as at from exchange.delivery d join exchange.attempt a using (patient_id, delivery_id)
     where a.step = 'sent' and d.document_id = any($1::uuid[]) group by d.document_id`,
    [[...answered.keys()]],
  );
  const times = rows.map(({ documentId, at }) => Math.max(0, at.getTime() - answered.get(documentId)!));
  showTimes(
    `${perSecond}/s: from acknowledged to the mailbox (${answered.size - rows.length} addressed to nobody with a mailbox)`,
    times,
    perSecond === 20 ? 1_000 : undefined,
  );
}

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base) => {
    const { clients, next } = reportsOfToday(PATIENTS);
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
    await atRest(db);
    await offer(20, 5, async () => void (await deposit(all, next())));
    await toReadersAndPages(all);
    for (const perSecond of MAILS_PER_SECOND) await toMailboxes(all, perSecond);
  });
});
closeConnections();
