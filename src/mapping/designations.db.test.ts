import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY } from '../../test/support/reports.ts';
import { registerPractitioners } from '../directory/index.ts';
import { ELSEWHERE, IRIS, local, testBench } from '../../test/support/mapping-bench.ts';
import type { DryRunView, RegionCodingView, Workbench } from './contract.ts';

const { server, deposit, call, workbench, codeOf, propose, count, renormaliseAll } = testBench();
const RPPS_OF_ADA = ELSEWHERE.id.replace('rpps:8', '');
const OF_IRIS = `?laboratory=${LABORATORY.finess}`;
const wish = { laboratory: LABORATORY.finess, rpps: RPPS_OF_ADA, designated: true, reason: 'une seule biologiste au laboratoire' };
const designate = async (asked: object, by: Parameters<typeof call>[0] = PEOPLE.operator) =>
  (await call(by, 'POST', '/api/region/mapping-validators', asked)).status;
const decide = async (lineId: string, person: Parameters<typeof call>[0], validated = true) =>
  (await call(person, 'POST', `/api/mapping/lines/${lineId}/verdict${OF_IRIS}`, { validated, reason: '' })).status;

beforeAll(async () => {
  await server.database.db.transaction((tx) =>
    registerPractitioners(tx, [
      { rpps: `8${RPPS_OF_ADA}`, family: 'PIPETTE-DEMO', given: 'Ada', title: 'DR', mailboxes: [], structures: [OTHER_LABORATORY.finess] },
      { rpps: IRIS.id.replace('rpps:', ''), family: 'TUBE-DEMO', given: 'Iris', mailboxes: [], structures: [LABORATORY.finess] },
    ]),
  );
  await deposit([local('GLYC', 'Glycémie', '0.95', 'g/L')]);
  await count();
});

describe('a laboratory whose biologist is alone', () => {
  test('maps nothing by herself, and a biologist of another laboratory neither sees nor decides', async () => {
    const lineId = await propose(await codeOf('GLYC'), '2345-7');
    expect(await decide(lineId, IRIS)).toBe(400);
    expect(await decide(lineId, ELSEWHERE)).toBe(403);
    expect((await call(ELSEWHERE, 'GET', `/api/mapping${OF_IRIS}`)).status).toBe(403);
    expect((await workbench()).validators).toEqual([]);
  });

  test('is given a second validator by the region alone, among professionals of the directory who do not work there', async () => {
    expect(await designate(wish, IRIS)).toBe(403);
    expect(await designate(wish, ELSEWHERE)).toBe(403);
    expect(await designate({ ...wish, rpps: '99700000001' })).toBe(404);
    expect(await designate({ ...wish, laboratory: '990009999' })).toBe(404);
    expect(await designate({ ...wish, rpps: IRIS.id.replace('rpps:8', '') })).toBe(400);
    expect(await designate({ ...wish, reason: '' })).toBe(400);
    expect(await designate(wish)).toBe(204);
    expect((await workbench()).validators).toEqual(['Dr Ada PIPETTE-DEMO']);
    const { body } = await call<RegionCodingView>(PEOPLE.operator, 'GET', '/api/region/coding');
    expect(body.designations).toMatchObject([
      { laboratory: LABORATORY.finess, rpps: `8${RPPS_OF_ADA}`, reason: wish.reason, by: PEOPLE.operator.name },
    ]);
  });

  test('shows them its bench and what each line would change, and lets them propose nothing', async () => {
    expect((await workbench(ELSEWHERE)).designatedFor).toEqual([LABORATORY]);
    const { body } = await call<Workbench>(ELSEWHERE, 'GET', `/api/mapping${OF_IRIS}`);
    expect(body).toMatchObject({ laboratory: LABORATORY, isOwn: false, lines: [{ state: 'waiting', isMine: false }] });
    const asked = { codeId: body.codes[0]!.codeId, loinc: '2345-7', unit: null };
    const tried = await call<DryRunView>(ELSEWHERE, 'POST', `/api/mapping/dry-run${OF_IRIS}`, asked);
    expect(tried.body.changes).toMatchObject([{ to: 'glucose.serum', results: 1 }]);
    expect((await call(ELSEWHERE, 'POST', `/api/mapping/lines${OF_IRIS}`, { ...asked, reason: 'essai' })).status).toBe(404);
  });

  test('is in force once they validate; the line says that it was for the region, and the trail by which right', async () => {
    const [line] = (await workbench()).lines;
    expect(await decide(line!.lineId, IRIS)).toBe(400);
    expect(await decide(line!.lineId, ELSEWHERE)).toBe(204);
    expect((await workbench()).lines).toMatchObject([
      { state: 'in-force', version: 1, proposedBy: IRIS.name, decidedBy: ELSEWHERE.name, asDesignated: true },
    ]);
    await renormaliseAll();
    expect((await workbench()).jobs).toMatchObject([{ version: 1, changedResults: 1, finishedAt: expect.any(String) }]);
    const [event] = await server.database.db.query<{ rule: string; organisation: string }>(
      '',
      `select rule, organisation from access.audit_event where action = 'mapping.validate' and actor = $1 and allowed`,
      [ELSEWHERE.id],
    );
    expect(event).toEqual({ rule: 'designated', organisation: OTHER_LABORATORY.finess });
  });

  test('keeps the designation to that laboratory, and until the region ends it', async () => {
    expect((await call(ELSEWHERE, 'GET', '/api/mapping?laboratory=990000999')).status).toBe(403);
    const lineId = await propose(await codeOf('GLYC'), null);
    expect(await designate({ ...wish, designated: false, reason: 'recrutement' })).toBe(204);
    expect(await decide(lineId, ELSEWHERE)).toBe(403);
    expect((await workbench(ELSEWHERE)).designatedFor).toEqual([]);
    expect((await workbench()).validators).toEqual([]);
  });
});
