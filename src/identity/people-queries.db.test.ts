import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Traits } from './contract.ts';
import { crossReference, matchPatient, queryDemographics } from './index.ts';
import { mergePatients } from './merge.ts';
import { matricule, ODETTE } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { upsertLink } from './store-worklist.ts';
import { traitsOf } from './traits.ts';

const database = testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const OID = ODETTE.ids[0]!.root;
const odette = traitsOf(ODETTE) as Traits;
const id = (n: number) => `0190c000-0000-7000-8000-00000000000${n}`;
const ins = (first13: string) => ({ oid: OID, value: matricule(first13) });

beforeAll(async () => {
  const { db } = database;
  await registerPatients(
    db,
    [
      { patientId: id(1), traits: odette, status: 'qualified', ins: ins('2550699042042') },
      { patientId: id(2), traits: { ...odette, birthGivens: 'COLETTE', firstBirthGiven: 'COLETTE' }, status: 'validated' },
      { patientId: id(3), traits: { ...odette, birthFamily: 'ESSAI-MARCHANT' }, status: 'retrieved', ins: ins('2550699042777') },
    ],
    now,
  );
  for (const [domain, localId, n] of [
    ['1.2.3', 'A1', 1],
    ['1.2.4', 'B3', 3],
  ] as const) {
    await upsertLink(db, { senderFiness: '990000001', domain, localId, patientId: id(n), fingerprint: '', by: 'staff:1', now });
  }
});
const found = async (query: Parameters<typeof queryDemographics>[1]) =>
  (await queryDemographics(database.db, query, 'demo')).patients.map(({ patientId }) => patientId);

describe('a demographics query (PDQm, ITI-78)', () => {
  test('finds by INS, by a linked local number, by name and birth date; names by their beginning, accents and case ignored', async () => {
    expect(await found({ identifier: { system: OID, value: matricule('2550699042042') } })).toEqual([id(1)]);
    expect(await found({ identifier: { system: '1.2.4', value: 'B3' } })).toEqual([id(3)]);
    expect(await found({ family: 'éssai-marchand', given: 'Odet', birthDate: '1955-06-14' }), 'a used name counts too').toEqual([
      id(1),
      id(3),
    ]);
    expect(await found({ family: 'essai', birthDate: '1955-06-14' })).toHaveLength(3);
  });
  test('takes the given name for a given name, and the family name for one', async () => {
    expect(await found({ family: 'odette', birthDate: '1955-06-14' })).toEqual([]);
    expect(await found({ given: 'essai', birthDate: '1955-06-14' })).toEqual([]);
  });
  test('finds nobody by a name alone, by the other sex, or by an identifier with another birth date', async () => {
    expect(await found({ family: 'essai-marchand' })).toEqual([]);
    expect(await found({ family: 'essai', birthDate: '1955-06-14', gender: 'M' })).toEqual([]);
    expect(await found({ identifier: { system: '1.2.3', value: 'A1' }, birthDate: '1956-06-14' })).toEqual([]);
  });
});

describe('a match (ITI-119)', () => {
  const grades = async (described: Parameters<typeof matchPatient>[1], onlyCertain = false) =>
    (await matchPatient(database.db, described, { mode: 'demo', onlyCertain })).map(({ candidate, grade }) => [candidate.patientId, grade]);
  test('is certain by INS and traits, never by traits alone', async () => {
    expect((await grades(ODETTE))[0]).toEqual([id(1), 'certain']);
    expect(await grades(ODETTE, true)).toEqual([[id(1), 'certain']]);
    expect(await grades({ ...ODETTE, ids: [] }, true)).toEqual([]);
  });
  test('of a slip in the name is possible', async () => {
    expect(await grades({ ...ODETTE, ids: [], birthFamily: 'ESSAI-MARCHANX' })).toContainEqual([id(1), 'possible']);
  });
});

describe('a cross-reference (PIXm, ITI-83)', () => {
  const ask = (system: string, value: string) =>
    crossReference(database.db, { system, value }, { mode: 'demo', mayShowIns: ({ status }) => status === 'qualified' });
  test('gives the other numbers of the person, and the INS only when it may leave', async () => {
    expect(await ask('1.2.3', 'A1')).toEqual({
      patientId: id(1),
      ids: [
        { system: OID, value: matricule('2550699042042') },
        { system: '1.2.3', value: 'A1' },
      ],
    });
    expect(await ask('1.2.4', 'B3')).toEqual({ patientId: id(3), ids: [{ system: '1.2.4', value: 'B3' }] });
    expect(await ask('1.2.4', 'ZZ')).toBeUndefined();
  });
  test('of a merged record names the one that is read, with the numbers of both', async () => {
    const request = { patientId: id(3), into: id(1), who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'one person', now };
    await database.db.transaction((tx) => mergePatients(tx, request));
    const { patientId, ids } = (await ask('1.2.4', 'B3'))!;
    expect(patientId).toBe(id(1));
    expect(ids.map(({ value }) => value)).toEqual([matricule('2550699042042'), 'A1', 'B3']);
  });
});
