import { expect, test } from 'vitest';
import type { PrintedPatient } from '#formats';
import { candidatesFor, type PracticePatient, recognise } from './recognise.ts';

const INS = { oid: '1.2.250.1.213.1.4.10', value: '255069933412305' };
const lucie: PracticePatient = {
  patientId: 'a',
  number: '42',
  ins: INS,
  isQualified: true,
  traits: {
    birthFamily: 'ESSAI',
    birthGivens: 'LUCIE ANNE',
    firstBirthGiven: 'LUCIE',
    sex: 'F',
    birthDate: '1955-06-12',
    birthPlace: { cog: '99334' },
  },
};
const stranger: PracticePatient = { ...lucie, patientId: 'b', number: '7', traits: { ...lucie.traits, birthDate: '1971-01-30' } };
const printed: PrintedPatient = {
  ids: [{ root: INS.oid, extension: INS.value }],
  birthFamily: 'Essai',
  birthGivens: 'Lucie Anne',
  firstBirthGiven: 'Lucie',
  sex: 'F',
  birthDate: '19550612',
  birthPlace: { cog: '99334' },
};

test('a qualified INS with the same strict traits is recognised; case and accents change nothing', () => {
  expect(recognise(printed, [stranger, lucie], 'demo')).toMatchObject({ kind: 'triage', doubt: 'ins-several' });
  expect(recognise(printed, [{ ...stranger, ins: { ...INS, value: 'other' } }, lucie], 'demo')).toEqual({ kind: 'filed', patient: lucie });
});

test.each([
  ['the practice has not qualified the identity', printed, { ...lucie, isQualified: false }, 'not-qualified'],
  ['the birthplace is not printed', { ...printed, birthPlace: undefined }, lucie, 'traits-differ'],
  ['the sex differs', { ...printed, sex: 'M' }, lucie, 'traits-differ'],
  ['the key of the INS is wrong', { ...printed, ids: [{ root: INS.oid, extension: '255069933412306' }] }, lucie, 'ins-invalid'],
  ['nothing says who it is', undefined, lucie, 'no-identity'],
] as const)('a person is asked when %s', (_, given, patient, doubt) => {
  expect(recognise(given as PrintedPatient | undefined, [patient], 'demo')).toEqual({ kind: 'triage', doubt });
});

test('a test identity is not filed in a real practice', () => {
  expect(recognise(printed, [lucie], 'production')).toEqual({ kind: 'triage', doubt: 'ins-forbidden' });
});

test('those who share name and birth date are proposed, also by the one name that HPRIM prints; nobody else is', () => {
  const hprim: PrintedPatient = { ids: [], usedFamily: 'ESSAI-DEMO', usedGiven: 'LUCIE', birthDate: '19550612' };
  const far = { ...stranger, ins: { ...INS, value: 'other' } };
  expect(candidatesFor(hprim, [far, lucie]).map(({ patient }) => patient.number)).toEqual(['42']);
  expect(candidatesFor(printed, [far, lucie]).map(({ patient, sameIns }) => [patient.number, sameIns])).toEqual([['42', true]]);
});
