import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { PrintedPatient } from '../formats/index.ts';
import type { Traits } from './contract.ts';
import { matchPatient } from './index.ts';
import { matricule, ODETTE } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { traitsOf } from './traits.ts';

const database = testDatabase();
const OID = ODETTE.ids[0]!.root;
const odette = traitsOf(ODETTE) as Traits;
const id = (n: number) => `0190c000-0000-7000-8000-00000000000${n}`;
const ins = (first13: string) => ({ oid: OID, value: matricule(first13) });

beforeAll(async () => {
  await registerPatients(
    database.db,
    [
      { patientId: id(1), traits: odette, status: 'qualified', ins: ins('2550699042042') },
      { patientId: id(2), traits: { ...odette, birthGivens: 'COLETTE', firstBirthGiven: 'COLETTE' }, status: 'validated' },
      { patientId: id(3), traits: { ...odette, birthFamily: 'ESSAI-MARCHANT' }, status: 'retrieved', ins: ins('2550699042777') },
    ],
    new Date('2026-11-22T09:00:00Z'),
  );
});

describe('a person described is matched', () => {
  const grades = async (described: PrintedPatient) =>
    (await matchPatient(database.db, described, 'demo')).map(({ candidate, grade }) => [candidate.patientId, grade]);
  const named: PrintedPatient = { ...ODETTE, ids: [] };

  test('for certain by INS and traits alone', async () => {
    expect((await grades(ODETTE))[0]).toEqual([id(1), 'certain']);
    expect((await grades(named)).map(([, grade]) => grade)).not.toContain('certain');
    expect((await grades({ ...ODETTE, birthDate: '19550615' }))[0]).toEqual([id(1), 'possible']);
  });
  test('possibly, in spite of a slip in the name', async () => {
    expect(await grades({ ...named, birthFamily: 'ESSAI-MARCHANX' })).toContainEqual([id(1), 'possible']);
  });
  test('with nobody when less than a birth name and a birth date is said', async () => {
    const { birthFamily: _family, ...nameless } = named;
    const { birthDate: _date, ...ageless } = named;
    expect([await grades(nameless), await grades(ageless)]).toEqual([[], []]);
  });
});
