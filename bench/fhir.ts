/**
 * FHIR, measured: `node bench/fhir.ts [reports, 600] [questions of each kind, 400]`; `node bench/fhir.ts 150 60` is a quick look.
 *
 * A real server in a process of its own, on a durable PostgreSQL, on this machine with the load generator. A report is one transaction of 35
 * entries: Patient and Organization (conditional), DiagnosticReport, 30 Observations, DocumentReference and a Binary of 8 KB; ten reports a patient.
 * Then what practice software asks of one patient, with session, care link, decision and audit event in each answer, once each patient was read and the files
 * that came are searchable; last, what no answer can be quicker than: one request over HTTP that asks nothing, one passage of the door with its event, one row
 * written to the disk. Beside each figure, how many times that is what Medplum did (support/peer.ts).
 */
import { randomUUID } from 'node:crypto';
import { openSession, passDoor, type Principal, registerLinks } from '#access';
import { registerSenders, registerStructures } from '#directory';
import { insKey } from '#identity';
import type { Db } from '#kernel';
import { withDatabase } from './support/database.ts';
import { filesBehind, workBehind } from './support/work-behind.ts';
import { besidePeerReading, besidePeerWriting } from './support/peer.ts';
import { machineFacts, measure, processorMilliseconds, residentMebibytes, tell, tidyAfter } from './support/figures.ts';
import { call, callForBytes, closeConnections, tokenOf, withServer } from './support/server.ts';

const REPORTS = Number(process.argv[2] ?? 600);
const QUESTIONS = Number(process.argv[3] ?? 400);
const EACH = 10;
const RESULTS = 30;
/** Patients read before anything is counted: a server that has run for a while has compiled what it runs. */
const WARM_UP = 20;
const SECRET = 'a-secret-of-the-bench-only';
const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };
const LABORATORIES = [1, 2, 3].map((n) => ({ finess: `99040050${n}`, name: `LBM du banc ${n}`, kind: 'laboratory' as const }));

/** LOINC, name, unit, and where its values lie. */
const ANALYTES: readonly [string, string, string, number, number][] = [
  ['2823-3', 'Potassium', 'mmol/L', 3.5, 5.1],
  ['2951-2', 'Sodium', 'mmol/L', 136, 145],
  ['14682-9', 'Créatinine', 'umol/L', 45, 104],
  ['14749-6', 'Glucose', 'mmol/L', 3.9, 6.1],
  ['718-7', 'Hémoglobine', 'g/dL', 12, 16],
  ['787-2', 'VGM', 'fL', 80, 100],
  ['1988-5', 'CRP', 'mg/L', 0, 5],
  ['1742-6', 'ALAT', 'U/L', 7, 45],
  ['1920-8', 'ASAT', 'U/L', 8, 40],
  ['4548-4', 'HbA1c', '%', 4, 6],
];

const urn = () => `urn:uuid:${randomUUID()}`;

function patientOf(n: number) {
  const year = 1940 + (n % 60);
  const first13 = `2${String(year).slice(2)}0699${String(100 + (n % 800)).padStart(3, '0')}${String(n % 1_000).padStart(3, '0')}`;
  return {
    resourceType: 'Patient',
    identifier: [{ use: 'official', system: 'urn:oid:1.2.250.1.213.1.4.10', value: first13 + insKey(first13) }],
    name: [{ use: 'official', family: `BANC${n}-TEST`, given: ['ANNE'] }],
    gender: 'female',
    birthDate: `${year}-06-12`,
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: {
          extension: [
            { url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code', valueCoding: { code: '99334' } },
          ],
        },
      },
    ],
  };
}

/** Report `j` of patient `n`, as the text that is sent. */
function transaction(n: number, j: number): string {
  const [patient, organization, report, binary] = [urn(), urn(), urn(), urn()];
  const laboratory = LABORATORIES[(n + j) % LABORATORIES.length]!;
  const at = new Date(Date.UTC(2024, 0, 4 + j * 60, 7, n % 60)).toISOString();
  const structure = { system: 'urn:oid:1.2.250.1.71.4.2.2', value: `1${laboratory.finess}` };
  const person = patientOf(n);
  const observations = Array.from({ length: RESULTS }, (_, k) => {
    const [code, text, unit, low, high] = ANALYTES[k % ANALYTES.length]!;
    const quantity = (value: number) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
    return {
      fullUrl: urn(),
      request: { method: 'POST', url: 'Observation' },
      resource: {
        resourceType: 'Observation',
        status: 'final',
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
        code: {
          coding: [{ system: 'http://loinc.org', code: k < ANALYTES.length ? code : `${9_000 + k}-${k % 10}`, display: text }],
          text: `${text} ${k}`,
        },
        subject: { reference: patient },
        effectiveDateTime: at,
        performer: [{ reference: organization }],
        valueQuantity: quantity(Number((low + ((high - low) * ((n * 7 + j * 13 + k) % 10)) / 10).toFixed(2))),
        referenceRange: [{ low: quantity(low), high: quantity(high) }],
      },
    };
  });
  const post = (fullUrl: string, resource: Record<string, unknown>, ifNoneExist?: string) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: String(resource['resourceType']), ...(ifNoneExist && { ifNoneExist }) },
  });
  const subject = { reference: patient };
  const entry = [
    post(patient, person, `identifier=${person.identifier[0]!.system}|${person.identifier[0]!.value}`),
    post(
      organization,
      { resourceType: 'Organization', identifier: [structure], name: laboratory.name },
      `identifier=${structure.system}|${structure.value}`,
    ),
    ...observations,
    post(report, {
      resourceType: 'DiagnosticReport',
      identifier: [{ system: 'urn:oid:1.2.250.1.999.8', value: `${n}-${j}` }],
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '11502-2' }] },
      subject,
      effectiveDateTime: at,
      issued: at,
      performer: [{ reference: organization }],
      result: observations.map(({ fullUrl }) => ({ reference: fullUrl })),
    }),
    post(binary, { resourceType: 'Binary', contentType: 'application/pdf', data: randomPdf(n * EACH + j) }),
    post(urn(), {
      resourceType: 'DocumentReference',
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '11502-2' }] },
      subject,
      content: [{ attachment: { contentType: 'application/pdf', url: binary } }],
    }),
  ];
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry });
}

/** 8 KB that do not compress, as a PDF is. */
function randomPdf(seed: number): string {
  const bytes = Buffer.alloc(8_192);
  let state = seed + 1;
  for (let i = 0; i < bytes.length; i += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, i);
  }
  bytes.write('%PDF-1.4\n');
  return bytes.toString('base64');
}

/** Times of the answers, and what each cost the server's processor (the database's apart). */
async function measured<T, Answer>(
  what: string,
  items: readonly T[],
  { pid, atOnce, peer }: { pid: number; atOnce: number; peer?: string | undefined },
  work: (item: T) => Promise<Answer>,
  check?: (answer: Answer) => unknown,
): Promise<void> {
  const before = processorMilliseconds(pid);
  const spread = await measure(items, atOnce, work, check);
  tell(`${what}, ${atOnce} at once`, spread);
  const beside = peer === undefined ? besidePeerWriting('tx', atOnce, spread.perSecond) : besidePeerReading(peer, atOnce, spread);
  if (beside !== '') console.log(`${''.padEnd(58)} ${beside}`);
  console.log(`${''.padEnd(58)} ${((processorMilliseconds(pid) - before) / items.length).toFixed(1)} ms of the server's processor each`);
}

async function writes(base: string, pid: number, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' };
  const send = async (body: string) => {
    const { status, text } = await call(`${base}/fhir`, { method: 'POST', headers, body });
    const stored = text.match(/"201 Created"/g)?.length ?? 0;
    if (status !== 200 || stored < RESULTS + 1) throw new Error(`a report was answered ${status}: ${text.slice(0, 300)}`);
  };
  const patients = REPORTS / EACH;
  // A report of each patient in turn, so that those on their way together are of different people.
  const bodies = Array.from({ length: REPORTS }, (_, i) => transaction(i % patients, Math.floor(i / patients)));
  console.log(`${REPORTS} reports of ${patients} patients, ${Math.round(bodies[0]!.length / 1_000)} kB each`);
  const part = Math.floor(bodies.length / 3);
  for (const [round, atOnce] of [1, 4, 8].entries())
    await measured('reports by FHIR transaction', bodies.slice(round * part, (round + 1) * part), { pid, atOnce }, send);
}

/** Bytes written to the log so far, and held by the database. */
async function stored(db: Db): Promise<{ wal: number; disk: number }> {
  const [row] = await db.query<{ wal: number; disk: number }>(
    '',
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as wal, pg_database_size(current_database())::float8 as disk`,
  );
  return row!;
}

async function reads(db: Db, base: string, pid: number): Promise<void> {
  const rows = await db.query<{ patient: string; reports: number }>(
    '',
    'select patient_id as patient, count(*)::int as reports from record.document group by 1',
  );
  const links = rows.map(({ patient }) => ({
    patientId: patient,
    holder: { person: reader.id },
    kind: 'treating-doctor' as const,
    since: new Date(0),
  }));
  await registerLinks(db, links, 'source:bench');
  const headers = { cookie: `cigogne=${await openSession(db, reader, new Date())}`, accept: 'application/fhir+json' };
  const full = rows.filter(({ reports }) => reports === EACH).map(({ patient }) => patient);
  const kinds: [string, peer: string, entries: number, path: (patient: string) => string][] = [
    [
      'Observation of one patient by code',
      'code',
      EACH,
      (id) => `/Observation?patient=${id}&code=http://loinc.org|2823-3&_sort=date&_count=100`,
    ],
    [
      '300 laboratory Observations of one patient',
      'lab',
      300,
      (id) => `/Observation?patient=${id}&category=laboratory&_sort=-date&_count=300`,
    ],
    ['DiagnosticReports of one patient, newest first', 'dr', EACH, (id) => `/DiagnosticReport?patient=${id}&_sort=-date`],
    [
      'the last DiagnosticReport with its results',
      '',
      RESULTS + 1,
      (id) => `/DiagnosticReport?patient=${id}&_sort=-date&_count=1&_include=DiagnosticReport:result`,
    ],
    ['$everything of one patient (324 entries)', 'everything', 320, (id) => `/Patient/${id}/$everything?_count=1000`],
  ];
  for (const [what, peer, entries, path] of kinds) {
    const ask = (patient: string) => callForBytes(`${base}/fhir${path(patient)}`, { headers });
    // Outside of the clock, which ends with the last byte.
    const check = async ({ status, bytes }: Awaited<ReturnType<typeof ask>>, isAlone = true) => {
      const text = bytes.toString();
      const found = text.match(/"fullUrl"/g)?.length ?? 0;
      if (status !== 200 || found < entries) throw new Error(`${what} was answered ${status} with ${found} entries: ${text.slice(0, 300)}`);
      if (isAlone) await tidyAfter(bytes.length, () => ask(full[0]!));
    };
    for (const patient of full.slice(0, WARM_UP)) await check(await ask(patient));
    if (kinds[0]![0] === what)
      tell("the same, each patient's first reading, 1 at once", await measure(full.slice(WARM_UP), 1, ask, (answer) => check(answer)));
    const order = Array.from({ length: QUESTIONS }, (_, i) => full[(i * 37) % full.length]!);
    for (const atOnce of [1, 4]) await measured(what, order, { pid, atOnce, peer }, ask, (answer) => check(answer, atOnce === 1));
  }
}

/** What is under every figure: a request that asks nothing of the database, and a commit. */
async function floor(db: Db, base: string): Promise<void> {
  const [{ patientId } = { patientId: '' }] = await db.query<{ patientId: string }>(
    '',
    'select patient_id as "patientId" from record.document limit 1',
  );
  const door = { who: reader, action: 'record.software', patientId, via: 'fhir', object: 'DiagnosticReport', atOnce: true } as const;
  const times = Array.from({ length: QUESTIONS }, (_, i) => i);
  const nothing = await measure(times, 1, () => call(`${base}/healthz`, {}));
  tell('a request that asks nothing, 1 at once', nothing);
  const passing = () => passDoor(db, { ...door, now: new Date() }, async () => {});
  for (let n = 0; n < 200; n++) await passing();
  tell('rights held and one event written, nothing read, 1 at once', await measure(times, 1, passing));
  await db.script('create table bench_floor (n int)');
  tell(
    'a row written to the disk, 1 at once',
    await measure(times, 1, (n) => db.query('bench-floor', 'insert into bench_floor values ($1)', [n])),
  );
}

// The stand-in of INSi knows none of these people, and would have them doubted: the service is taken to be down, as it may be.
process.env['INSI_URL'] ??= 'http://127.0.0.1:9';

console.log(machineFacts());
await withDatabase(async (db, urlOf) => {
  await withServer(urlOf('postgres'), 1, async (base, pid) => {
    await registerStructures(db, LABORATORIES);
    const sender = { clientId: 'lis-bench', name: 'SIL du banc', structures: LABORATORIES.map(({ finess }) => finess), formats: ['fhir'] };
    await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
    const before = await stored(db);
    await writes(base, pid, await tokenOf(base, 'lis-bench', SECRET));
    await workBehind(db);
    const after = await stored(db);
    const each = (bytes: number) => `${(bytes / REPORTS / 1_000).toFixed(0)} kB`;
    console.log(
      `a report, all that follows from it included: ${each(after.wal - before.wal)} of WAL, ${each(after.disk - before.disk)} of disk`,
    );
    await filesBehind(db);
    await reads(db, base, pid);
    await floor(db, base);
    console.log(`the server's memory: ${residentMebibytes(pid)} MiB`);
  });
});
closeConnections();
