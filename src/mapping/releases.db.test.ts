import { describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { LABORATORY } from '../../test/support/reports.ts';
import { uuidv7 } from '../kernel/index.ts';
import { followRules, rereadAll } from './follow-rules.ts';
import { loadRelease } from './load-release.ts';
import { renormaliseBatch } from './renormalise.ts';
import { jobsOfRegion } from './store-jobs.ts';
import { releaseInForce, releases } from './store-releases.ts';
import { openTables } from './tables.ts';

const database = testDatabase();
const never = (error: unknown): never => {
  throw error;
};
const LOINC = [
  'LOINC_NUM,COMPONENT,PROPERTY,SYSTEM,SCALE_TYP,METHOD_TYP,STATUS,LONG_COMMON_NAME',
  '2345-7,Glucose,MCnc,Ser/Plas,Qn,,ACTIVE,"Glucose [Mass/volume] in Serum or Plasma"',
  '1234-4,Glucose,MCnc,Ser/Plas,Qn,,DEPRECATED,"An older glucose, invented"',
].join('\n');
const MAP_TO = 'LOINC,MAP_TO,COMMENT\n1234-4,2345-7,\n9999-9,1111-1,\n9999-9,2222-2,';
const asked = (inForceFrom: string, version = '2.81') => ({
  version,
  inForceFrom,
  loadedBy: 'operator',
  now: new Date('2026-11-22T10:00:00Z'),
});
const older = {
  loinc: '1234-4',
  label: 'Glycémie',
  laboratoryFiness: LABORATORY.finess,
  unit: 'g/L',
  number: { value: 1.05, decimals: 2 },
};

async function storeReport(): Promise<string> {
  const documentId = uuidv7(Date.now() - 120_000);
  const results = [{ n: 0, status: 'final', text: '1,05', ...older, normalised: { row: 'loinc:1234-4', rules: '2026-11-22' } }];
  await database.db.query(
    '',
    `insert into record.document (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results)
     values (gen_random_uuid(), $1, $2, $2, 1, '{}', $3, 'final', now(), now(), '{}', $4)`,
    [documentId, `1.2.3.${documentId}`, LABORATORY.finess, JSON.stringify(results)],
  );
  return documentId;
}

describe('a release of LOINC brought by the operator', () => {
  test('says what it has against the catalogue, and of several successors follows none', async () => {
    const loaded = await loadRelease(database.db, [MAP_TO, LOINC], asked('2099-01-01', '9.99'));
    expect(loaded).toMatchObject({ kind: 'loinc', codes: 2, replaced: 1, ambiguous: 1, reread: 0 });
    expect(loaded.findings.some(({ problem }) => problem === 'unknown')).toBe(true);
  });

  test('is in force from its day on, not before', async () => {
    await loadRelease(database.db, [LOINC], asked('2026-06-01', '2.80'));
    expect((await releaseInForce(database.db, 'loinc', '2026-05-31'))?.version).toBeUndefined();
    expect((await releaseInForce(database.db, 'loinc', '2026-06-01'))?.version).toBe('2.80');
    expect((await releaseInForce(database.db, 'loinc', '2099-01-01'))?.version).toBe('9.99');
  });

  test('makes a replaced code join the row of its successor, for what arrives and for history, and each says by which release', async () => {
    const { db } = database;
    const documentId = await storeReport();
    const tables = await openTables(db, never);
    expect(tables.normalise(older).row).toBe('loinc:1234-4');
    expect((await loadRelease(db, [LOINC, MAP_TO], asked('2026-11-01'))).reread).toBe(1);
    await tables.refresh();
    expect(tables.normalise(older)).toMatchObject({ row: 'glucose.serum', rules: expect.stringMatching(/\+m0\.loinc-2\.81$/) });
    while (await renormaliseBatch(db, tables, new Date(Date.now() + 60_000), 0));
    await tables.stop();
    const [reading] = await db.query<{ results: string }>('', 'select results from record.renormalised where document_id = $1', [
      documentId,
    ]);
    expect(JSON.parse(reading!.results)).toMatchObject([{ loinc: '1234-4', normalised: { row: 'glucose.serum' } }]);
  });

  test('is listed with the others, and history is read again on demand', async () => {
    expect((await releases(database.db)).map(({ version }) => version)).toEqual(['9.99', '2.81', '2.80']);
    expect(await database.db.transaction((tx) => rereadAll(tx, new Date()))).toBe(1);
  });

  test('is refused whole when a file is another one, or the day is not a day', async () => {
    for (const texts of [[MAP_TO], [LOINC, LOINC], ['a,b\n1,2'], []])
      await expect(loadRelease(database.db, texts, asked('2026-11-01'))).rejects.toThrow(/Give one|cannot be read/);
    await expect(loadRelease(database.db, [LOINC], asked('2026-02-30'))).rejects.toThrow('not a day');
    expect(await releases(database.db)).toHaveLength(3);
  });
});

describe('history', () => {
  test('is read again by itself, once, when rules never seen before run, and only by a process that has them', async () => {
    const { db } = database;
    const tables = await openTables(db, never);
    await tables.stop();
    expect(await followRules(db, tables.rules(), new Date())).toBe(false);
    expect(await followRules(db, '2031-01-01', new Date())).toBe(true);
    expect(await followRules(db, '2031-01-01', new Date())).toBe(false);
    expect(await renormaliseBatch(db, tables, new Date(Date.now() + 60_000), 0)).toBe(false);
    const upgraded = { ...tables, rules: () => '2031-01-01', refresh: async () => {} };
    while (await renormaliseBatch(db, upgraded, new Date(Date.now() + 60_000), 0));
    expect(await jobsOfRegion(db)).toMatchObject([{ laboratory: LABORATORY.finess, results: 1, finishedAt: expect.any(Date) }]);
  });
});

describe('a national value set', () => {
  test('is read as FHIR or as a table, and says which codes of the catalogue it does not hold', async () => {
    const fhir = JSON.stringify({
      resourceType: 'ValueSet',
      compose: { include: [{ concept: [{ code: '2345-7', display: 'Glucose' }] }] },
    });
    const table = 'code;libelle\n2345-7;Glucose\n2823-3;Potassium';
    expect(await loadRelease(database.db, [fhir], asked('2026-11-01', '2026.1'))).toMatchObject({ kind: 'value-set', codes: 1, reread: 0 });
    const loaded = await loadRelease(database.db, [table], asked('2026-11-02', '2026.2'));
    expect(loaded.codes).toBe(2);
    expect(loaded.findings.map(({ loinc }) => loinc)).not.toContain('2823-3');
    expect((await releaseInForce(database.db, 'value-set', '2026-11-22'))?.version).toBe('2026.2');
  });
});
