/**
 * History read again after a laboratory's codes were mapped: `node bench/renormalise.ts [RESULTS]`. Stored reports of fifteen results, four of
 * them under local codes that a new table maps, two of those in another unit than the row's. Promise: a million results in two minutes.
 */
import { type Db, uuidv7 } from '#kernel';
import { openMappingTables, renormaliseBatch, toNormalise } from '#mapping';
import { normalise } from '#terminology';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';

const RESULTS = Number(process.argv[2] ?? 1_000_000);
const LABORATORY = '990400101';
const A_REPORT = 15;
const MAPPED = [
  ['GLYC', 'Glycémie', 'g/L', '2345-7'],
  ['CREA', 'Créatinine', 'µmol/L', '14682-9'],
  ['UREE', 'Urée', 'g/L', '22664-7'],
  ['FERR', 'Ferritine', 'µg/L', '2276-4'],
] as const;

/** JSON text of the results of one report, as stored before anything was mapped. */
function storedResults(n: number): string {
  const results = Array.from({ length: A_REPORT }, (_, place) => {
    const [local, label, unit] = MAPPED[place] ?? [undefined, 'Potassium', 'mmol/L'];
    const printed = {
      n: place,
      label,
      ...(local ? { local, localSystem: '1.2.250.1.999.44' } : { loinc: '2823-3' }),
      status: 'final' as const,
      at: '2026-03-02T06:42:00.000Z',
      text: '4,1',
      number: { value: 4 + (n % 10) / 10, decimals: 1 },
      unit,
      interval: { low: 3.5, high: 5.1 },
    };
    return { ...printed, normalised: normalise(toNormalise(printed, LABORATORY)) };
  });
  return JSON.stringify(results);
}

async function fill(db: Db, reports: number): Promise<void> {
  const kinds = Array.from({ length: 10 }, (_, n) => storedResults(n));
  for (let done = 0; done < reports; done += 2_000) {
    const ids = Array.from({ length: Math.min(2_000, reports - done) }, () => uuidv7(Date.now() - 60_000));
    await db.query(
      'bench-fill',
      `insert into record.document (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results)
       select gen_random_uuid(), id, id::text, id::text, 1, '{}', $2, 'final', now(), now(), '{}', ($3::text[])[1 + n % 10]
       from unnest($1::uuid[]) with ordinality as t (id, n)`,
      [ids, LABORATORY, kinds],
    );
  }
}

async function publish(db: Db): Promise<void> {
  for (const [n, [local, , , loinc]] of MAPPED.entries()) {
    const lineId = uuidv7();
    await db.query(
      'bench-line',
      `insert into mapping.line (line_id, laboratory, local, loinc, reason, proposed_by, proposed_by_name, proposed_at)
       values ($1, $2, $3, $4, 'bench', 'a', 'a', now())`,
      [lineId, LABORATORY, local, loinc],
    );
    await db.query(
      'bench-verdict',
      `insert into mapping.verdict (line_id, validated, version, reason, decided_by, decided_by_name, decided_at)
       values ($1, true, $2, '', 'b', 'b', now())`,
      [lineId, n + 1],
    );
  }
  await db.query(
    'bench-job',
    `insert into mapping.job (job_id, laboratory, version, published_at, expected_results) values ($1, $2, $3, now() - interval '1 minute', $4)`,
    [uuidv7(), LABORATORY, MAPPED.length, RESULTS],
  );
}

console.log(machineFacts());
await withDatabase(async (db) => {
  const reports = Math.ceil(RESULTS / A_REPORT);
  await fill(db, reports);
  await publish(db);
  const tables = await openMappingTables(db, (error) => {
    throw error;
  });
  const started = performance.now();
  while (await renormaliseBatch(db, tables, new Date(), 0));
  const seconds = (performance.now() - started) / 1000;
  await tables.stop();
  const [job] = await db.query<{ results: number; changed: number; finished: boolean }>(
    'bench-done',
    'select results, changed_results as changed, finished_at is not null as finished from mapping.job',
  );
  if (!job!.finished || job!.changed !== reports * MAPPED.length) throw new Error(`not what was expected: ${JSON.stringify(job)}`);
  console.log(
    `${job!.results} results of ${reports} reports read again in ${seconds.toFixed(1)} s (${Math.round(job!.results / seconds)} a second), ${job!.changed} changed`,
  );
});
