/**
 * A record opened among many: `node bench/record.ts [documents, 1000000] [documents of one person, 200]`.
 *
 * What the server does for the first page of documents (two years, as the page asks): session aside, the door with its care link, decision and
 * chained audit event, every document of the person with versions, masks and rights, what the reader saw last, the answer as text. Six documents
 * in ten are reports of biology of ten results, the others letters. The documents are written by SQL; the database is durable, embedded, removed
 * at the end. One person in two hundred is read, each a few times, in an order that no cache guesses.
 */
import { lastVisit, passDoor, type Principal, registerLinks } from '#access';
import { personOf } from '#identity';
import type { Db } from '#kernel';
import { visibleDocuments } from '#record';
import { FAMILIES_VERSION } from '#terminology/contract';
import { withDatabase } from './support/database.ts';
import { machineFacts, measure, tell } from './support/figures.ts';

const DOCUMENTS = Number(process.argv[2] ?? 1_000_000);
const OF_ONE = Number(process.argv[3] ?? 200);
const PEOPLE = Math.ceil(DOCUMENTS / OF_ONE);
const READ_PEOPLE = Math.min(PEOPLE, Math.max(100, Math.ceil(PEOPLE / 200)));
const READINGS = 600;
const reader: Principal = { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' };

const patientId = (k: number) => `019a0000-0000-7000-8000-${k.toString(16).padStart(12, '0')}`;

const RESULT = {
  label: 'Potassium',
  loinc: '2823-3',
  at: '2026-01-02T07:00:00.000Z',
  atPrecision: 'minute',
  status: 'final',
  text: '4,60',
  number: { value: 4.6, decimals: 2 },
  unit: 'mmol/L',
  interval: { low: 3.5, high: 5.1 },
  normalised: { row: 'potassium.serum', ucum: 'mmol/L', rules: '2026-11-22' },
};
const results = JSON.stringify(Array.from({ length: 10 }, (_, n) => ({ n, ...RESULT })));
const rights = JSON.stringify({ version: FAMILIES_VERSION, authors: [reader.id], prescribers: [], ageYears: 70, families: {} });

/** What the heads say beside what differs from one document to the next. */
const REPORT = {
  version: 1,
  replaces: [],
  status: 'final',
  laboratory: { finess: '990400001', name: 'LBM des Essais' },
  validator: 'Dr Iris TUBE-DEMO',
  chapters: ['Biochimie', 'Hématologie'],
  hasPdf: true,
  joinedBy: 'ins',
};
const LETTER = {
  version: 1,
  replaces: [],
  kind: 'document',
  category: 'hospital-report',
  group: 'discharge',
  type: { code: '11490-0', display: 'Lettre de liaison à la sortie' },
  class: { code: '10', display: 'Compte rendu' },
  title: 'Lettre de liaison à la sortie',
  structure: { finess: '990200001', name: 'CH des Essais' },
  authors: [{ name: 'Dr Hélène GARNIER-DEMO', id: 'rpps:899700000022', institution: 'CH des Essais' }],
  confidentiality: 'N',
  mediaType: 'text/xml',
  hasPdf: false,
  joinedBy: 'ins',
  channel: 'deposit',
};

/** Documents of all people over ten years, in slices so that no transaction is huge. */
async function write(db: Db): Promise<void> {
  const SLICE = 500;
  for (let first = 0; first < PEOPLE; first += SLICE) {
    await db.query(
      'bench-write',
      `insert into record.document
         (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results, kind, category, rights)
       select ('019a0000-0000-7000-8000-' || lpad(to_hex(k), 12, '0'))::uuid,
         ('019b0000-0000-7000-8000-' || lpad(to_hex(k * $7 + n), 12, '0'))::uuid,
         id, id, 1, '{}', case when is_report then '990400001' else '990200001' end, 'final', at, at,
         ((case when is_report then $3 else $4 end)::jsonb || jsonb_build_object('documentId',
           '019b0000-0000-7000-8000-' || lpad(to_hex(k * $7 + n), 12, '0'), 'uniqueId', id, 'setId', id, 'issuedAt', iso, 'receivedAt', iso,
           'sampledAt', iso, 'servedAt', iso))::text,
         case when is_report then $5 else '[]' end,
         case when is_report then 'laboratory-report' else 'document' end,
         case when is_report then 'biology-report' else 'hospital-report' end,
         case when is_report then $6 end
       from generate_series($1::bigint, $2::bigint) as k, generate_series(0, $7::bigint - 1) as n,
         lateral (select '1.2.250.1.999.' || k || '.' || n as id, n % 10 < 6 as is_report,
           now() - make_interval(days => (n * 3650 / $7)::int) as at) as d,
         lateral (select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as iso) as i`,
      [first, Math.min(PEOPLE, first + SLICE) - 1, JSON.stringify(REPORT), JSON.stringify(LETTER), results, rights, OF_ONE],
    );
  }
  await db.script('vacuum analyze record.document');
}

async function open(db: Db, k: number): Promise<number> {
  const { patientId: id, homes } = await personOf(db, patientId(k));
  const now = new Date();
  const from = new Date(now.getTime() - 2 * 365 * 86_400_000).toISOString();
  const door = { who: reader, action: 'document.list' as const, patientId: id, via: 'bench', now };
  return passDoor(db, door, async (tx, passage) => {
    const visible = await visibleDocuments(tx, homes, passage.reader);
    const visit = await lastVisit(tx, reader, id, now, 'document.list');
    const documents = visible.filter(({ servedAt }) => servedAt >= from);
    return JSON.stringify({ documents, olderCount: visible.length - documents.length, visit }).length;
  });
}

await withDatabase(async (db) => {
  console.log(machineFacts());
  const since = performance.now();
  await write(db);
  console.log(`${PEOPLE * OF_ONE} documents of ${PEOPLE} people written in ${((performance.now() - since) / 1_000).toFixed(0)} s`);
  const people = Array.from({ length: READ_PEOPLE }, (_, i) => Math.floor((i * PEOPLE) / READ_PEOPLE));
  const link = { holder: { person: reader.id }, kind: 'treating-doctor', since: new Date(0) } as const;
  await registerLinks(
    db,
    people.map((k) => ({ patientId: patientId(k), ...link })),
    'bench',
  );
  const readings = Array.from({ length: READINGS }, (_, i) => people[(i * 7_919) % people.length]!);
  await measure(readings.slice(0, 50), 1, (k) => open(db, k));
  for (const atOnce of [1, 4]) tell(`first page of documents, ${atOnce} at once`, await measure(readings, atOnce, (k) => open(db, k)));
});
