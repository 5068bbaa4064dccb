import { beforeAll, describe, expect, test } from 'vitest';
import { LABORATORY, OTHER_LABORATORY, POTASSIUM, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeHprim } from '../formats/index.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const SENDER = {
  clientId: 'lis-essai',
  name: 'SIL des essais',
  structures: [LABORATORY.finess],
  formats: ['hprim'],
  state: 'production' as const,
  secret: SECRET,
  connectedSince: new Date(),
};

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...LABORATORY, kind: 'laboratory' },
    { ...OTHER_LABORATORY, kind: 'laboratory' },
  ]);
  await registerSenders(db, [SENDER], 'demo');
});

describe('a report in HPRIM', () => {
  const deposit = (body: string, type: string, bearer: string) =>
    server.app.inject({
      method: 'POST',
      url: '/api/deposits',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
      payload: body,
    });
  const hprim = (of: LabReport, code: string) =>
    Buffer.from(writeHprim(of))
      .toString('latin1')
      .replace(/\r\n1\d{9} /, `\r\n${code.padEnd(10)} `);
  const report = reportOf(1, { results: [POTASSIUM] });

  test('whose laboratory calls itself by a code of its own is the one structure that its sender is registered for', async () => {
    const text = hprim(report, 'LBMDEMO');
    expect(text).toContain('\r\nLBMDEMO   ');
    const answer = await deposit(text, 'text/hprim', await server.tokenOf('lis-essai', SECRET));
    expect(answer.json()).toMatchObject({ state: 'identity' });
    const [row] = await server.database.db.query('whose-structure', 'select structure from record.deposit where deposit_id = $1', [
      answer.json<{ depositId: string }>().depositId,
    ]);
    expect(row).toEqual({ structure: LABORATORY.finess });
  });

  test('beside another in one file goes its own way, and one that is refused does not hold the other back', async () => {
    const dossiers = [1, 2].map((n) =>
      hprim(reportOf(20, { results: [{ ...POTASSIUM, value: { type: 'quantity', value: `4.${n}`, unit: 'mmol/L' } }] }), 'LBMDEMO').replace(
        '****FINFICHIER****\r\n',
        '',
      ),
    );
    const file = [...dossiers, `${dossiers[0]!.replace('ESSAI-DURAND', ' ')}****FINFICHIER****\r\n`].join('');
    const answer = await deposit(file, 'text/hprim', await server.tokenOf('lis-essai', SECRET));
    expect(answer.json()).toMatchObject({
      documents: [
        { at: 'dossier 1', receipt: { state: 'identity' } },
        { at: 'dossier 2', receipt: { state: 'identity' } },
        { at: 'dossier 3', refusal: { code: 'report.unreadable', at: 'line 2' } },
      ],
    });
  });

  test('from a system of several structures has to say which', async () => {
    await registerSenders(
      server.database.db,
      [{ ...SENDER, clientId: 'lis-deux', structures: [LABORATORY.finess, OTHER_LABORATORY.finess] }],
      'demo',
    );
    const answer = await deposit(hprim(report, 'LBMDEUX'), 'text/hprim', await server.tokenOf('lis-deux', SECRET));
    expect([answer.statusCode, answer.json<{ code: string; at: string }>()]).toMatchObject([
      422,
      { code: 'report.unreadable', at: 'line 11' },
    ]);
  });
});
