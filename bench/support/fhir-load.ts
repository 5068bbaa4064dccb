import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession, type Principal, registerLinks } from '#access';
import { registerSenders, registerStructures } from '#directory';
import type { Db } from '#kernel';
import { tokenOf } from './server.ts';

/** A generator of load for any FHIR R4 server, driven against ours: reports in as three kinds of clients send them, the viewer's questions out. */
export const MODES = ['tx', 'split', 'batch'] as const;
/** Beside a checkout, where the files shared between projects are. */
export const GENERATOR = '../shared/bench/fhir-load.mjs';

const CLIENT = { clientId: 'lis-load', secret: 'a-secret-of-the-bench-only' };
const READER: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };
/** The generator's laboratories are twelve. */
const STRUCTURES = Array.from({ length: 12 }, (_, n) => ({
  finess: `9904008${String(n).padStart(2, '0')}`,
  name: `LBM du banc ${n}`,
  kind: 'laboratory' as const,
}));

export interface Load {
  ingest: Stage[];
  queries: (Stage & { kind: string; query: string; meanEntries: number; requestsPerSecond: number })[];
}
interface Stage {
  concurrency: number;
  ok: number;
  failed?: number;
  documentsPerSecond: number;
  resourcesCreated: number;
  latencyMs: { p50: number; p95: number; p99: number };
  errors: Record<string, number>;
  requestsSent?: number;
  wrongOrder?: number;
}

/** Registers who sends, and says where the identities of this load are kept. */
export async function prepareLoad(db: Db): Promise<string> {
  await registerStructures(db, STRUCTURES);
  const sender = { ...CLIENT, name: 'SIL du banc', structures: STRUCTURES.map(({ finess }) => finess), formats: ['fhir'] };
  await registerSenders(db, [{ ...sender, state: 'production', connectedSince: new Date() }], 'demo');
  const file = join(tmpdir(), `cigogne-load-${process.pid}.json`);
  process.once('exit', () => rmSync(file, { force: true }));
  return file;
}

export interface LoadOptions {
  generator: string;
  base: string;
  identities: string;
  tag: string;
}

/** Reports by transactions (`tx`), by two requests each (`split`), by batches. `stages`: `at once:reports`, separated by commas. */
export async function ingest(options: LoadOptions, mode: (typeof MODES)[number], stages: string): Promise<Load> {
  const token = await tokenOf(options.base, CLIENT.clientId, CLIENT.secret);
  return run(options, ['--token', token, '--mode', mode, '--ingest', stages, '--queries', '0', '--warmup', '2']);
}

/** What practice software asks, in the name of a doctor who treats everybody whom the loads filed. */
export async function ask(db: Db, options: LoadOptions, { queries, atOnce }: { queries: number; atOnce: string }): Promise<Load> {
  const rows = await db.query<{ patientId: string }>('', 'select distinct patient_id as "patientId" from record.document');
  const link = { holder: { person: READER.id }, kind: 'treating-doctor' as const, since: new Date(0) };
  await registerLinks(
    db,
    rows.map(({ patientId }) => ({ patientId, ...link })),
    'source:bench',
  );
  const headers = JSON.stringify({ cookie: `cigogne=${await openSession(db, READER, new Date())}` });
  const asked = ['--ingest', 'none', '--read-tags', options.tag, '--queries', String(queries), '--query-concurrency', atOnce];
  return run(options, [...asked, '--headers', headers, '--read-count', '40', '--warmup', '2']);
}

function run({ generator, base, identities, tag }: LoadOptions, more: readonly string[]): Promise<Load> {
  const own = ['--import', './bench/support/as-this-region.ts', generator, '--base', `${base}/fhir`, '--tag', tag];
  const load = spawn(process.execPath, [...own, ...more], { env: { ...process.env, LOAD_IDENTITIES: identities } });
  let [said, progress] = ['', ''];
  load.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  load.stderr.setEncoding('utf8').on('data', (text: string) => (progress += text));
  return new Promise((resolve, reject) => {
    load.once('error', reject);
    load.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(said) as Load) : reject(new Error(`the generator ended (${code}):\n${progress}`)),
    );
  });
}
