import type { Battery, LabReport, Organization, Participant, Result, Section } from '../../src/formats/lab-report.ts';

const LOINC = '2.16.840.1.113883.6.1';
const RPPS = '1.2.250.1.71.4.2.1';

const laboratory: Organization = {
  ids: [{ root: '1.2.250.1.71.4.2.2', extension: '1350000001' }],
  name: 'LBM DEMO des Tilleuls',
  telecoms: [{ value: 'tel:0200000000', use: 'WP' }],
  address: { houseNumber: '1', streetName: 'place du Test', postalCode: '35000', city: 'RENNES' },
};

const person = (rpps: string, given: string, family: string, more: Partial<Participant> = {}): Participant => ({
  ids: [{ root: RPPS, extension: rpps }],
  name: { given, family, suffix: 'DR' },
  code: { code: 'G15_10/SM03', display: 'Médecin - Biologie médicale (SM)', system: '1.2.250.1.213.1.1.4.5' },
  address: { nullFlavor: 'NAV' },
  telecoms: [{ value: 'tel:0200000000', use: 'WP' }],
  ...more,
});

/** An invented analyte: what a chemistry line carries, with interval, flag, method and a previous value. */
function result(n: number): Result {
  return {
    kind: 'result',
    code: {
      code: `${10_000 + n}-${n % 10}`,
      display: `Analyte d'essai numéro ${n} [Moles/Volume] Sérum/Plasma ; Numérique`,
      system: LOINC,
      systemName: 'LOINC',
    },
    status: 'completed',
    at: '20250314080500+0100',
    value: { type: 'quantity', value: `${n}.${n % 7}0`, unit: 'mmol/L' },
    interpretations: [n % 5 === 0 ? 'H' : 'N'],
    method: { code: 'DEI', display: 'Spectrophotométrie enzyme/UV', system: '1.2.250.1.213.2.3.5' },
    previous: [
      {
        code: { code: `${10_000 + n}-${n % 10}`, display: `Analyte d'essai numéro ${n}`, system: LOINC },
        status: 'completed',
        at: '20240910',
        value: { type: 'quantity', value: `${n}.5`, unit: 'mmol/L' },
      },
    ],
    reference: { low: { value: '4.1', unit: 'mmol/L' }, high: { value: '6.1', unit: 'mmol/L' }, interpretation: 'N' },
  };
}

/** A typical chemistry report of an invented patient: every mandatory part, one chapter, `results` results in batteries of ten. */
export function chemistryReport(results: number, documentNumber = 1): LabReport {
  const batteries: Battery[] = [];
  for (let n = 0; n < results; n += 10) {
    batteries.push({
      kind: 'battery',
      status: 'completed',
      items: Array.from({ length: Math.min(10, results - n) }, (_, k) => result(n + k)),
    });
  }
  const biologist = person('899700000001', 'Ada', 'BIOLOGISTE-DEMO', { organization: laboratory });
  const code = { code: '18719-5', display: 'Biochimie', system: LOINC, systemName: 'LOINC' };
  const chapter: Section = {
    kind: 'chapter',
    code,
    title: 'BIOCHIMIE',
    sections: [],
    entries: [
      {
        code,
        status: 'completed',
        validators: [person('899700000002', 'Max', 'VALIDEUR-DEMO', { time: '20250314111500+0100' })],
        specimens: [
          {
            ids: [{ root: '1.2.250.1.999.1.5', extension: 'TUBE-001' }],
            type: { code: 'BLD', display: 'Sang', system: '2.16.840.1.113883.18.311' },
            act: { code: '9050', display: 'Ponction veineuse', system: '1.2.250.1.213.2.7' },
            sampledAt: '20250314080500+0100',
            receivedAt: '20250314081000+0100',
          },
        ],
        items: batteries,
        comments: ['Contrôle conseillé sous un mois.'],
      },
    ],
  };
  return {
    format: 'cda-cr-bio',
    modelVersion: '2024.01',
    realm: 'FR',
    id: { root: `1.2.250.1.999.1.2.${700_000 + documentNumber}` },
    setId: { root: `1.2.250.1.999.1.3.${700_000 + documentNumber}` },
    version: 1,
    replaces: [],
    code: { code: '11502-2', display: "CR d'examens biologiques", system: LOINC, systemName: 'LOINC' },
    title: "Compte rendu d'examens biologiques",
    createdAt: '20250314113000+0100',
    confidentiality: { code: 'N', display: 'Normal', system: '2.16.840.1.113883.5.25' },
    language: 'fr-FR',
    patient: {
      ids: [
        { root: '1.2.250.1.213.1.4.10', extension: '255069933412305' },
        { root: '1.2.250.1.999.1.1', extension: 'IPP00042' },
      ],
      birthFamily: 'ESSAI',
      birthGivens: 'LUCIE ANNE',
      firstBirthGiven: 'LUCIE',
      usedFamily: 'ESSAI-DEMO',
      usedGiven: 'LUCIE',
      sex: 'F',
      birthDate: '19550612',
      birthPlace: { cog: '99334', label: 'FICTIVILLE' },
      addresses: [{ houseNumber: '3', streetName: 'rue des Essais', postalCode: '35000', city: 'RENNES', country: 'FRANCE' }],
      telecoms: [{ value: 'tel:0600000001', use: 'MC' }],
    },
    authors: [{ ...biologist, time: '20250314113000+0100' }],
    custodian: laboratory,
    legalAuthenticator: { ...biologist, time: '20250314113000+0100' },
    validators: [person('899700000002', 'Max', 'VALIDEUR-DEMO', { time: '20250314111500+0100' })],
    participants: [{ type: 'REF', ...person('899700000003', 'Paule', 'PRESCRIPTRICE-DEMO', { time: '20250313' }) }],
    orders: [{ root: '1.2.250.1.999.1.3', extension: 'ORD-2025-77' }],
    events: [
      {
        ids: [{ root: '1.2.250.1.999.1.4', extension: 'DEM-2025-4411' }],
        code,
        status: 'completed',
        start: '20250314081000+0100',
        end: '20250314113000+0100',
        performer: {
          ...biologist,
          time: '20250314110000+0100',
          organization: { ...laboratory, industry: { code: 'AMBULATOIRE', display: 'Ambulatoire', system: '1.2.250.1.213.1.1.4.9' } },
        },
      },
    ],
    encounter: {
      code: { code: 'AMB', display: 'Ambulatoire (hors établissement)', system: '2.16.840.1.113883.5.4' },
      start: '20250314080500+0100',
      responsible: { ...biologist },
      facility: {
        code: { code: 'SA25', display: 'Laboratoire de biologie médicale', system: '1.2.250.1.71.4.2.4' },
        name: 'LBM DEMO des Tilleuls',
      },
    },
    sections: [chapter],
    warnings: [],
  };
}
