import { describe, expect, test } from 'vitest';
import { letterOf } from '../../test/support/letters.ts';
import { reportOf } from '../../test/support/reports.ts';
import type { ClinicalDocument } from './clinical-document.ts';
import { facilityOf, settingOf } from './place-of.ts';

const encounterOf = (code: string) => ({ encounter: { code: { code, system: '2.16.840.1.113883.5.4' } } });
const consultation = letterOf(1, { type: { code: '11488-4', display: 'CR de consultation' } });
const practice = { custodian: { ids: [{ root: '1.2.250.1.71.4.2.2', extension: '489970000001100' }] } };
const placeOf = (document: Parameters<typeof facilityOf>[0]) => [facilityOf(document).code, settingOf(document).code];

describe('where a document was made', () => {
  test.each<[string, Partial<ClinicalDocument>, string, string]>([
    ['a stay', encounterOf('IMP'), 'SA43', 'ETABLISSEMENT'],
    ['emergencies', encounterOf('EMER'), 'SA43', 'ETABLISSEMENT'],
    ['a consultation in a hospital', encounterOf('EXTERNE'), 'SA43', 'ETABLISSEMENT'],
    ['a structure of which only the FINESS is known', encounterOf('AMB'), 'SA43', 'AMBULATOIRE'],
    ['the practice of a professional', { ...encounterOf('AMB'), ...practice }, 'SA07', 'AMBULATOIRE'],
    ['a stay told by a practice', { ...encounterOf('IMP'), ...practice }, 'SA43', 'ETABLISSEMENT'],
  ])('is deduced from what it says: %s', (_, more, facility, setting) => {
    expect(placeOf({ ...consultation, ...more })).toEqual([facility, setting]);
  });

  test('of a discharge letter is an establishment, whatever its encounter', () => {
    expect(placeOf({ ...letterOf(1), ...encounterOf('VR') })).toEqual(['SA43', 'ETABLISSEMENT']);
  });

  test('is what it says, and the setting follows from it', () => {
    const facility = (code: string) => ({ encounter: { facility: { code: { code, system: '1.2.250.1.71.4.2.4', display: 'x' } } } });
    expect(placeOf({ ...consultation, ...facility('SA01') })).toEqual(['SA01', 'ETABLISSEMENT']);
    expect(placeOf({ ...consultation, ...facility('SA08') })).toEqual(['SA08', 'AMBULATOIRE']);
    expect(placeOf({ ...consultation, ...facility('SA17') })).toEqual(['SA17', 'ESSMS']);
  });

  test('of a report of biology is a laboratory in town, wherever its patient is', () => {
    expect(placeOf({ ...reportOf(1), ...encounterOf('IMP') })).toEqual(['SA25', 'AMBULATOIRE']);
  });
});
