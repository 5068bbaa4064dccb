/**
 * The journey of reports, measured: `node bench/journey.ts [reports, 3000]`.
 *
 * A real server in a process of its own, on a durable PostgreSQL, on this machine with the load generator. Deposits go through
 * the HTTP door with a system's token and are answered when they are on disk. Beside them, in the same run: the bare pipeline
 * (read, normalise, one durable statement; no HTTP, no token, no identity), so that the ratio says what the doors cost.
 */
import { createHash } from 'node:crypto';
import { openSession, type Principal, registerLinks } from '#access';
import { type DemoDocument, demoToday, documentBytes, makePopulation, openDemoRegion, patientIdOf } from '#demo';
import { readLabReport } from '#formats';
import { type Db, uuidv7 } from '#kernel';
import { packOriginal, printedResults, reportHead, storeDocument } from '#record';
import { normalise } from '#terminology';
import { withDatabase } from './support/database.ts';
import { machineFacts, measure, residentMebibytes, tell } from './support/figures.ts';
import { call, closeConnections, tokenOf, withServer } from './support/server.ts';

const REPORTS = Number(process.argv[2] ?? 3_000);
const PATIENTS = 200;
const ZONE = 'Europe/Paris';
const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };

interface Ready {
  document: DemoDocument;
  bytes: Buffer;
}

async function tokensOf(base: string, documents: readonly Ready[]): Promise<Map<string, string>> {
  const clients = [...new Set(documents.map(({ document }) => document.clientId))];
  const tokens = new Map<string, string>();
  for (const client of clients) tokens.set(client, await tokenOf(base, client, `demo-${client}`));
  return tokens;
}

/** Read, normalise, pack, one durable statement: what no door can be faster than. */
async function barePipeline(db: Db, { bytes }: Ready): Promise<void> {
  const report = readLabReport(bytes, 'application/xml');
  const results = printedResults(report, ZONE).map((printed) => ({
    ...printed,
    normalised: normalise({ ...printed, laboratoryFiness: '990000001' }),
  }));
  const documentId = uuidv7();
  await storeDocument(db, {
    patientId: uuidv7(),
    head: {
      ...reportHead(report, results, { documentId, receivedAt: new Date().toISOString(), joinedBy: 'ins', zone: ZONE }),
      uniqueId: documentId,
    },
    results: JSON.stringify(results),
    resultCount: results.length,
    contentKey: null,
    source: 'system:bench cda-cr-bio',
    original: {
      ...packOriginal(bytes, report.pdf?.base64),
      sha256: createHash('sha256').update(bytes).update(documentId).digest(),
      mediaType: 'application/xml',
    },
    deposit: { depositId: uuidv7(), senderId: 'system:bench' },
    eventId: uuidv7(),
  });
}

async function deposits(db: Db, base: string, documents: readonly Ready[]): Promise<void> {
  const tokens = await tokensOf(base, documents);
  const send = async ({ document, bytes }: Ready) => {
    const headers = { authorization: `Bearer ${tokens.get(document.clientId)!}`, 'content-type': 'application/xml' };
    const { status, text } = await call(`${base}/api/deposits`, { method: 'POST', headers, body: bytes });
    if (status !== 201 && status !== 202) throw new Error(`a deposit was answered ${status}: ${text}`);
  };
  // Alternate pieces of the two, so that a busy neighbour weighs on both.
  const part = Math.floor(documents.length / 6);
  for (const [round, atOnce] of [1, 4, 8, 1, 4, 8].entries()) {
    const piece = documents.slice(round * part, (round + 1) * part);
    tell(`deposits through the door, ${atOnce} at once, ${piece.length}`, await measure(piece, atOnce, send));
    tell(`the bare pipeline, ${atOnce} at once`, await measure(piece, atOnce, (ready) => barePipeline(db, ready)));
  }
}

async function reads(db: Db, base: string): Promise<void> {
  const patients = Array.from({ length: PATIENTS }, (_, k) => patientIdOf(1, k + 1));
  const links = patients.map((patientId) => ({
    patientId,
    holder: { person: reader.id },
    kind: 'treating-doctor' as const,
    since: new Date(0),
  }));
  await registerLinks(db, links, 'source:bench');
  const cookie = `cigogne=${await openSession(db, reader, new Date())}`;
  const read = async (patientId: string) => {
    const { status, text } = await call(`${base}/api/patients/${patientId}/biology`, { headers: { cookie } });
    if (status !== 200) throw new Error(`a read was answered ${status}: ${text}`);
    return text.length;
  };
  const [held] = await db.query<{ reports: number; results: number }>(
    '',
    `select count(*) as reports, sum(json_array_length(results::json)) as results from record.document`,
  );
  console.log(
    `a patient has ${(held!.reports / PATIENTS).toFixed(0)} reports and ${(held!.results / PATIENTS).toFixed(0)} results on average`,
  );
  const order = Array.from({ length: 2_000 }, (_, i) => patients[(i * 37) % PATIENTS]!);
  for (const patientId of patients) await read(patientId);
  for (const atOnce of [1, 4, 8]) tell(`all biology of a patient, door and audit, ${atOnce} at once`, await measure(order, atOnce, read));
}

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base, pid) => {
    const size = { seed: 1, patients: PATIENTS, reports: REPORTS, today: demoToday(Date.now()) };
    // The three written stories are loaded by the server itself.
    const made = makePopulation(size)
      .documents()
      .filter(({ k }) => k > 3);
    const documents = [...made].map((document, n) => ({ document, bytes: documentBytes(document, n) }));
    const kilobytes = documents.reduce((sum, { bytes }) => sum + bytes.length, 0) / documents.length / 1_000;
    console.log(`${documents.length} reports of ${kilobytes.toFixed(0)} kB on average`);
    await deposits(db, base, documents);
    await reads(db, base);
    console.log(`the server's memory: ${residentMebibytes(pid)} MiB`);
  });
});
closeConnections();
