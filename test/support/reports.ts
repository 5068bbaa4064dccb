import type { LabReport, PrintedPatient, Result } from '../../src/formats/index.ts';
import { insKey } from '../../src/identity/index.ts';

/** Invented laboratory, patient and reports for tests that go all the way. */
export const LABORATORY = { finess: '990400101', name: 'LBM des Essais' };
export const OTHER_LABORATORY = { finess: '990400202', name: 'LBM des Fictions' };

const LOINC = '2.16.840.1.113883.6.1';
const INS_TEST = '1.2.250.1.213.1.4.10';

export const JEANNE: PrintedPatient = {
  ids: [{ root: INS_TEST, extension: `2550699042123${insKey('2550699042123')}` }],
  birthFamily: 'ESSAI-DURAND',
  birthGivens: 'JEANNE MARIE',
  firstBirthGiven: 'JEANNE',
  sex: 'F',
  birthDate: '19550612',
  birthPlace: { cog: '99042', label: 'FICTIVILLE' },
};

export const MARIE: PrintedPatient = {
  ...JEANNE,
  ids: [{ root: INS_TEST, extension: `2600699042456${insKey('2600699042456')}` }],
  birthFamily: 'ESSAI-LEROY',
  birthGivens: 'MARIE',
  firstBirthGiven: 'MARIE',
  birthDate: '19600615',
};

export const quantity = (loinc: string, label: string, value: string, unit: string, more: Partial<Result> = {}): Result => ({
  kind: 'result',
  code: { code: loinc, system: LOINC, systemName: 'LOINC', display: label, originalText: label },
  status: 'completed',
  at: '20260302074200+0100',
  value: { type: 'quantity', value, unit },
  ...more,
});

export const POTASSIUM = quantity('2823-3', 'Potassium', '5.60', 'mmol/L', {
  interpretations: ['H'],
  reference: { low: { value: '3.5', unit: 'mmol/L' }, high: { value: '5.1', unit: 'mmol/L' } },
});

const biologist = {
  ids: [{ root: '1.2.250.1.71.4.2.1', extension: '899700000099' }],
  name: { given: 'Iris', family: 'TUBE-DEMO', suffix: 'DR' },
};

/** A report of one chapter; `n` makes its identifier. */
export function reportOf(
  n: number,
  more: {
    patient?: PrintedPatient;
    results?: Result[];
    laboratory?: typeof LABORATORY;
    version?: number;
    replaces?: number[];
    set?: number;
  } = {},
): LabReport {
  const laboratory = more.laboratory ?? LABORATORY;
  const organization = { ids: [{ root: '1.2.250.1.71.4.2.2', extension: `1${laboratory.finess}` }], name: laboratory.name };
  const time = '20260302110000+0100';
  const chapter = { code: '18719-5', system: LOINC, systemName: 'LOINC', display: 'Biochimie' };
  const oid = (id: number) => ({ root: `1.2.250.1.999.7.${laboratory.finess}.${id}` });
  return {
    format: 'cda-cr-bio',
    modelVersion: '2024.01',
    realm: 'FR',
    id: oid(n),
    setId: oid(900_000 + (more.set ?? n)),
    version: more.version ?? 1,
    replaces: (more.replaces ?? []).map(oid),
    code: { code: '11502-2', system: LOINC, systemName: 'LOINC', display: "CR d'examens biologiques" },
    title: "Compte rendu d'examens biologiques",
    createdAt: time,
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    language: 'fr-FR',
    patient: more.patient ?? JEANNE,
    authors: [{ ...biologist, time, organization }],
    custodian: organization,
    legalAuthenticator: { ...biologist, time },
    validators: [],
    participants: [],
    orders: [],
    events: [
      { code: chapter, status: 'completed', start: '20260302080000+0100', end: time, performer: { ...biologist, time, organization } },
    ],
    encounter: { code: { code: 'AMB', system: '2.16.840.1.113883.5.4', display: 'Ambulatoire' }, start: '20260302074000+0100' },
    sections: [
      {
        kind: 'chapter',
        code: chapter,
        title: 'BIOCHIMIE',
        entries: [
          { code: chapter, status: 'completed', items: [{ kind: 'battery', status: 'completed', items: more.results ?? [POTASSIUM] }] },
        ],
        sections: [],
      },
    ],
    warnings: [],
  };
}
