import { describe, expect, test } from 'vitest';
import { type Principal, registerLinks } from '../access/index.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, quantity } from '../../test/support/reports.ts';
import { registerSenders } from '../directory/index.ts';
import type { ReportView } from '../record/contract.ts';
import type { StoredResult } from '../record/index.ts';
import { ELSEWHERE, HUGO, IRIS, local, LOCAL_SYSTEM, SECRET, testBench } from '../../test/support/mapping-bench.ts';
import type { CatalogueTaken, DryRunView, ObservedCode, Proposals, Quality } from './contract.ts';
import { renormaliseBatch } from './renormalise.ts';

/** How long a deposit may take here. What waits is over after twice that, which `renormaliseAll` looks past and no slow machine comes near by itself. */
const SETTLE_MS = 28_000;

const { server, deposit, sent, call, workbench, codeOf, propose, count, renormaliseAll } = testBench();

/** What the screens get of a document now. */
async function resultOf(documentId: string): Promise<StoredResult> {
  const [row] = await server.database.db.query<{ results: string }>(
    '',
    `select coalesce((select r.results from record.renormalised r where r.document_id = d.document_id order by made_at desc limit 1), d.results) as results
     from record.document d where d.document_id = $1`,
    [documentId],
  );
  return (JSON.parse(row!.results) as StoredResult[])[0]!;
}

async function firstReading(documentId: string): Promise<StoredResult> {
  const [row] = await server.database.db.query<{ results: string }>('', 'select results from record.document where document_id = $1', [
    documentId,
  ]);
  return (JSON.parse(row!.results) as StoredResult[])[0]!;
}

/** One person proposes, another validates. */
async function map(code: ObservedCode, loinc: string | null): Promise<void> {
  const lineId = await propose(code, loinc);
  const verdict = await call(HUGO, 'POST', `/api/mapping/lines/${lineId}/verdict`, { validated: true, reason: '' });
  expect(verdict.status).toBe(204);
}

describe("a laboratory's own code", () => {
  test('is listed for its biologists with what it is printed as, until it is mapped; nobody else sees it', async () => {
    await deposit([local('GLYC', 'Glycémie', '0.95', 'g/L')]);
    await deposit([local('GLYC', 'Glycémie', '1.05', 'g/L')]);
    await count();
    expect(await codeOf('GLYC')).toMatchObject({ labels: ['Glycémie'], units: [{ unit: 'g/L', results: 2 }], results: 2, state: 'to-map' });
    expect((await workbench(ELSEWHERE)).codes).toEqual([]);
    const refused = await call(PEOPLE.gp, 'GET', '/api/mapping');
    expect(refused.status).toBe(403);
  });

  test('is offered the rows that its label, unit and values speak for, best first', async () => {
    const { codeId } = await codeOf('GLYC');
    const { body } = await call<Proposals>(IRIS, 'GET', `/api/mapping/codes/${codeId}`);
    expect(body.proposals[0]).toMatchObject({ row: expect.stringMatching(/^glucose/), loinc: expect.stringMatching(/^\d+-\d$/) });
    const searched = await call<Proposals>(IRIS, 'GET', `/api/mapping/codes/${codeId}?q=ferritine`);
    expect(searched.body.proposals[0]).toMatchObject({ row: 'ferritin.serum' });
  });

  test('a dry run tells exactly what would change, with values, and changes nothing', async () => {
    const { codeId } = await codeOf('GLYC');
    const { body } = await call<DryRunView>(IRIS, 'POST', '/api/mapping/dry-run', { codeId, loinc: '2345-7', unit: null });
    expect(body).toMatchObject({ results: 2, unchanged: 0 });
    expect(body.changes).toMatchObject([
      {
        to: 'glucose.serum',
        results: 2,
        examples: [
          { value: 1.05, unit: 'g/L', becomes: { value: 5.83, unit: 'mmol/L' } },
          { value: 0.95, unit: 'g/L', becomes: { value: 5.27, unit: 'mmol/L' } },
        ],
      },
    ]);
    expect((await workbench()).version).toBe(0);
  });

  test('is mapped only when a second biologist of the laboratory validates', async () => {
    const { codeId } = await codeOf('GLYC');
    const wish = { codeId, loinc: '2345-7', unit: null, reason: 'glycémie veineuse' };
    const { body } = await call<{ lineId: string }>(IRIS, 'POST', '/api/mapping/lines', wish);
    const url = `/api/mapping/lines/${body.lineId}/verdict`;
    expect((await call(IRIS, 'POST', url, { validated: true, reason: '' })).status).toBe(400);
    expect((await call(ELSEWHERE, 'POST', url, { validated: true, reason: '' })).status).toBe(404);
    expect((await codeOf('GLYC')).state).toBe('waiting');
    expect((await call(HUGO, 'POST', url, { validated: true, reason: 'exact' })).status).toBe(204);
    expect((await call(HUGO, 'POST', url, { validated: true, reason: 'exact' })).status).toBe(400);
    expect(await codeOf('GLYC')).toMatchObject({ state: 'mapped', row: 'glucose.serum' });
    expect((await workbench()).lines).toMatchObject([{ state: 'in-force', version: 1, proposedBy: IRIS.name, decidedBy: HUGO.name }]);
  });

  test('a report that arrives next is read with the new table, and says by which version', async () => {
    const documentId = await deposit([local('GLYC', 'Glycémie', '1.20', 'g/L')]);
    expect((await resultOf(documentId)).normalised).toMatchObject({
      row: 'glucose.serum',
      rules: expect.stringMatching(/\+m1$/),
      converted: { value: 6.66, unit: 'mmol/L' },
    });
  });

  test('history is read again: what was printed stays, the first reading stays beside the new one', async () => {
    const early = await server.database.db.query<{ documentId: string }>(
      '',
      'select document_id as "documentId" from record.document order by document_id limit 1',
    );
    const { documentId } = early[0]!;
    await renormaliseAll();
    const [before, after] = [await firstReading(documentId), await resultOf(documentId)];
    expect(before.normalised.row).toBe(`local:${LABORATORY.finess}:${LOCAL_SYSTEM}:GLYC`);
    expect(after).toEqual({ ...before, normalised: after.normalised });
    expect(after.normalised).toMatchObject({ row: 'glucose.serum', rules: expect.stringMatching(/\+m1$/) });
    expect((await workbench()).jobs).toMatchObject([{ version: 1, results: 3, changedResults: 2, finishedAt: expect.any(String) }]);
  });

  test('the opened report tells each reading of a value, by which rules, and which two biologists said what its code means', async () => {
    const [first] = await server.database.db.query<{ documentId: string; patientId: string }>(
      '',
      'select document_id as "documentId", patient_id as "patientId" from record.document order by document_id limit 1',
    );
    const { documentId, patientId } = first!;
    const care = { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor' as const, since: new Date(Date.now() - 1_000) };
    await registerLinks(server.database.db, [care], 'test');
    const { body } = await call<ReportView>(PEOPLE.gp, 'GET', `/api/patients/${patientId}/reports/${documentId}`);
    expect(body.readings).toEqual([
      { n: 0, at: expect.any(String), normalised: (await firstReading(documentId)).normalised },
      {
        n: 0,
        at: expect.any(String),
        normalised: (await resultOf(documentId)).normalised,
        validation: { loinc: '2345-7', proposedBy: IRIS.name, validatedBy: HUGO.name, validatedAt: expect.any(String) },
      },
    ]);
  });

  test('a mapping withdrawn by two biologists leaves the row it had joined', async () => {
    await map(await codeOf('GLYC'), null);
    await renormaliseAll();
    const documentId = await deposit([local('GLYC', 'Glycémie', '1.10', 'g/L')]);
    expect((await resultOf(documentId)).normalised.row).toMatch(/^local:/);
    const rows = await server.database.db.query<{ rules: string }>('', 'select rules from record.renormalised order by made_at');
    expect(new Set(rows.map(({ rules }) => rules.split('+')[1]))).toEqual(new Set(['m1', 'm2']));
  });

  test('is never mapped to what is no LOINC code, nor to one that nothing compares under', async () => {
    const { codeId } = await codeOf('GLYC');
    for (const loinc of ['2345-8', '99999-7']) {
      const answer = await call(IRIS, 'POST', '/api/mapping/lines', { codeId, loinc, unit: null, reason: 'essai' });
      expect([loinc, answer.status]).toEqual([loinc, 400]);
    }
  });
});

describe('history read again', () => {
  test('goes on where it stopped when the process died in the middle', async () => {
    for (let n = 0; n < 5; n += 1) await deposit([local('CREA', 'Créatinine', '80', 'µmol/L')]);
    await count();
    await map(await codeOf('CREA'), '14682-9');
    const { db } = server.database;
    const dying = {
      ...db,
      transaction: <T>(work: (tx: never, end: () => void) => Promise<T>) =>
        db.transaction(async (tx) => {
          await work(tx as never, () => {});
          throw new Error('the process died before the commit');
        }) as Promise<T>,
    };
    await expect(renormaliseBatch(dying as typeof db, server.tables, new Date(), -1_000)).rejects.toThrow('died');
    expect((await workbench()).jobs[0]).toMatchObject({ results: 0, finishedAt: null });
    await renormaliseAll();
    const [job] = (await workbench()).jobs;
    expect(job).toMatchObject({ changedResults: 5, changedDocuments: 5, finishedAt: expect.any(String) });
  });

  test('is not over before what was on its way with the former tables has come in', async () => {
    await map(await codeOf('CREA'), '2160-0');
    const { db } = server.database;
    while (await renormaliseBatch(db, server.tables, new Date(), SETTLE_MS));
    expect((await workbench()).jobs[0]!.finishedAt).toBeNull();
    await renormaliseAll();
    expect((await workbench()).jobs[0]!.finishedAt).not.toBeNull();
  });
});

describe('the quality of coding', () => {
  test('counts what can be compared, what is uncoded, units nobody reads and codes in two units', async () => {
    await deposit([quantity('2823-3', 'Potassium', '4.1', 'mmol/L')]);
    await deposit([quantity('2823-3', 'Potassium', '160', 'mg/L')]);
    await deposit([quantity('2951-2', 'Sodium', '140', 'zorglub')]);
    await count();
    const { quality } = await workbench();
    expect(quality).toMatchObject({
      name: LABORATORY.name,
      unknownUnits: [{ unit: 'zorglub', results: 1 }],
      conflicts: [{ loinc: '2823-3', units: ['mg/L', 'mmol/L'] }],
    });
    expect(quality!.results).toBe(sent());
  });

  test('is told to the regional team for every laboratory, in counts only', async () => {
    const { body } = await call<{ laboratories: Quality[] }>(PEOPLE.operator, 'GET', '/api/region/coding');
    expect(body.laboratories.map(({ name }) => name)).toEqual([LABORATORY.name]);
    expect((await call(IRIS, 'GET', '/api/region/coding')).status).toBe(403);
  });
});

describe('the sites of one system', () => {
  const group = 'groupe-essai';
  const depositOf = async (laboratory: typeof LABORATORY, code: string): Promise<string> =>
    deposit([local(code, 'Ferritinémie', '80', 'µg/L')], { token: await server.tokenOf(group, SECRET), laboratory });

  test('share one line: tried on all, validated by a biologist of another site, in force and read again for each', async () => {
    const structures = [LABORATORY.finess, OTHER_LABORATORY.finess];
    const system = { clientId: group, name: 'SIL du groupe', structures, formats: ['cda-cr-bio'], state: 'production' as const };
    await registerSenders(server.database.db, [{ ...system, secret: SECRET, connectedSince: new Date() }], 'demo');
    const [here, there] = [await depositOf(LABORATORY, 'FERR'), await depositOf(OTHER_LABORATORY, 'FERR')];
    await count();
    expect((await workbench()).sites).toEqual([OTHER_LABORATORY]);
    const { codeId } = await codeOf('FERR');
    const wish = { codeId, loinc: '2276-4', unit: null, allSites: true };
    const changed = async (asked: object) => {
      const { changes } = (await call<DryRunView>(IRIS, 'POST', '/api/mapping/dry-run', asked)).body;
      return changes.map(({ to, results }) => [to, results]);
    };
    expect(await changed({ ...wish, allSites: false })).toEqual([['ferritin.serum', 1]]);
    expect((await changed(wish)).reduce((sum, [, results]) => sum + Number(results), 0)).toBe(2);
    const { body } = await call<{ lineId: string }>(IRIS, 'POST', '/api/mapping/lines', { ...wish, reason: 'même système' });
    expect((await workbench(ELSEWHERE)).lines).toMatchObject([{ state: 'waiting', sites: [LABORATORY.name], isMine: false }]);
    const url = `/api/mapping/lines/${body.lineId}/verdict`;
    expect((await call(ELSEWHERE, 'POST', url, { validated: true, reason: '' })).status).toBe(204);
    // All is read, and neither job is over: one that waits for what was on its way holds no other back.
    while (await renormaliseBatch(server.database.db, server.tables, new Date(Date.now() + 1.5 * SETTLE_MS), SETTLE_MS));
    expect([(await resultOf(here)).normalised.row, (await resultOf(there)).normalised.row]).toEqual(['ferritin.serum', 'ferritin.serum']);
    expect([(await workbench()).jobs[0], (await workbench(ELSEWHERE)).jobs[0]]).toMatchObject([{ finishedAt: null }, { finishedAt: null }]);
    await renormaliseAll();
    expect((await workbench(ELSEWHERE)).jobs[0]).toMatchObject({ finishedAt: expect.any(String) });
  });

  test('a site may still say otherwise for itself', async () => {
    const code = (await workbench(ELSEWHERE)).codes.find(({ local: name }) => name === 'FERR')!;
    const wish = { codeId: code.codeId, loinc: null, unit: null, reason: 'autre réactif chez nous' };
    const { body } = await call<{ lineId: string }>(ELSEWHERE, 'POST', '/api/mapping/lines', wish);
    const colleague: Principal = { ...HUGO, organisation: OTHER_LABORATORY };
    expect((await call(colleague, 'POST', `/api/mapping/lines/${body.lineId}/verdict`, { validated: true, reason: '' })).status).toBe(204);
    const [here, there] = [await depositOf(LABORATORY, 'FERR'), await depositOf(OTHER_LABORATORY, 'FERR')];
    expect((await resultOf(here)).normalised.row).toBe('ferritin.serum');
    expect((await resultOf(there)).normalised.row).toMatch(/^local:/);
  });
});

describe('the catalogue of a laboratory, taken before its first results', () => {
  const text =
    'code;libellé;unité;milieu;loinc;sexe\nNEUFK;Potassium neuf;mmol/L;;2823-3;\nNEUFX;Analyse maison;;;;\nNEUFZ;Zinc;;;2823-4;\n';
  const take = (who: Principal, isTrial: boolean) =>
    call<CatalogueTaken>(who, 'POST', '/api/mapping/catalogue', { text, reason: 'Catalogue du laboratoire (essai.csv)', isTrial });

  test('tells what it would do, then announces its codes; a LOINC code of it waits for another biologist; once more changes nothing', async () => {
    const found = {
      codes: 2,
      announced: 2,
      proposed: 1,
      outside: 0,
      refused: [{ line: 4, fault: 'not-loinc' }],
      refusedInAll: 1,
      ignored: ['sexe'],
    };
    expect((await take(IRIS, true)).body).toEqual(found);
    expect((await workbench()).codes.some(({ local: code }) => code?.startsWith('NEUF'))).toBe(false);
    expect((await take(IRIS, false)).body).toEqual(found);
    expect(await codeOf('NEUFK')).toMatchObject({
      labels: ['Potassium neuf'],
      units: [{ unit: 'mmol/L', results: 0 }],
      results: 0,
      state: 'waiting',
    });
    expect(await codeOf('NEUFX')).toMatchObject({ results: 0, state: 'to-map' });
    expect((await take(IRIS, false)).body).toMatchObject({ announced: 0, proposed: 0 });
    expect((await take(PEOPLE.gp, true)).status).toBe(403);
  });

  test('the first result that comes by a code validated so is compared at once', async () => {
    const line = (await workbench(HUGO)).lines.find(({ local: code }) => code === 'NEUFK')!;
    expect(line).toMatchObject({ loinc: '2823-3', reason: 'Catalogue du laboratoire (essai.csv)', proposedBy: IRIS.name });
    const verdict = await call(HUGO, 'POST', `/api/mapping/lines/${line.lineId}/verdict`, { validated: true, reason: '' });
    expect(verdict.status).toBe(204);
    const documentId = await deposit([local('NEUFK', 'Potassium neuf', '4.1', 'mmol/L')]);
    expect((await resultOf(documentId)).normalised).toMatchObject({ row: 'potassium.serum' });
  });
});
