import type { DischargeLetter } from '../../src/formats/discharge-letter.ts';
import type { LetterContent } from '../../src/letters/contract.ts';
import { emptyContent, emptyTreatment } from '../../src/letters/empty-content.ts';
import { chemistryReport } from './lab-report.ts';

/** A discharge letter of an invented patient, with every heading of the model. */
export function dischargeLetter(more: Partial<DischargeLetter> = {}): DischargeLetter {
  const { patient, legalAuthenticator, authors, custodian, confidentiality } = chemistryReport(0);
  return {
    header: {
      id: { root: '1.2.250.1.999.2.700001' },
      setId: { root: '1.2.250.1.999.2.700000' },
      version: 1,
      replaces: [],
      createdAt: '20250322110000+0100',
      confidentiality,
      language: 'fr-FR',
      patient,
      authors,
      custodian,
      ...(legalAuthenticator && { legalAuthenticator }),
      validators: [],
      participants: [],
      orders: [],
      events: [],
      encounter: {
        start: '20250314083000+0100',
        end: '20250322103000+0100',
        facility: { code: { code: 'SA01', display: 'Etablissement public de santé', system: '1.2.250.1.71.4.2.4' } },
      },
    },
    isApproved: true,
    reason: 'Décompensation cardiaque',
    admission: 'emergency',
    discharge: 'home',
    synthesis: 'Poussée d’insuffisance cardiaque sur écart de régime.\nÉvolution favorable sous diurétiques.',
    adverseEvents: 'Aucun',
    resistantGerms: { isSearched: true, found: 'Aucun' },
    transfusion: { isGiven: false },
    bloodDerivatives: { isGiven: false },
    stayTreatments: [
      {
        product: { code: '60000001', display: 'IBUPROFENE ESSAI 400 mg, comprimé', system: '1.2.250.1.213.2.3.1', systemName: 'CIS' },
        name: 'IBUPROFENE ESSAI 400 mg',
        start: '20240901',
        end: '20250314',
        dose: { low: { value: '1', unit: '{tablet}' }, high: { value: '1', unit: '{tablet}' } },
        every: { value: '8', unit: 'h' },
        reason: 'Arrêté : insuffisance cardiaque et fonction rénale',
      },
      {
        product: { code: '60000002', display: 'FUROSEMIDE ESSAI 40 mg, comprimé', system: '1.2.250.1.213.2.3.1', systemName: 'CIS' },
        name: 'FUROSEMIDE ESSAI 40 mg',
        start: '20230110',
        dose: { low: { value: '1', unit: '{tablet}' }, high: { value: '1', unit: '{tablet}' } },
        every: { value: '1', unit: 'd' },
      },
    ],
    dischargeTreatments: [
      {
        product: { code: '60000002', display: 'FUROSEMIDE ESSAI 40 mg, comprimé', system: '1.2.250.1.213.2.3.1', systemName: 'CIS' },
        name: 'FUROSEMIDE ESSAI 40 mg',
        start: '20230110',
        dose: { low: { value: '2', unit: '{tablet}' }, high: { value: '2', unit: '{tablet}' } },
        every: { value: '1', unit: 'd' },
        route: { code: '20053000', display: 'Voie orale', system: '0.4.0.127.0.16.1.1.2.1', systemName: 'EDQM' },
        maxDose: { numerator: { value: '120', unit: 'mg' }, denominator: { value: '1', unit: 'd' } },
        instructions: 'Le matin.\nSe peser chaque jour.',
        reason: 'Dose doublée : surcharge',
      },
      { name: 'RAMIPRIL ESSAI 2,5 mg', start: '20250318', every: { value: '1', unit: 'd' }, reason: 'Introduit pendant le séjour' },
    ],
    results: 'Échographie cardiaque : FEVG 35 %. Ferritine en attente.',
    plan: [
      { kind: 'visit', words: 'Médecin traitant sous 7 jours', at: '20250329' },
      { kind: 'examination', words: 'Ionogramme et créatinine', at: '20250327' },
      {
        kind: 'procedure',
        words: 'Coronarographie',
        code: { code: 'DDQH009', display: 'Artériographie coronaire', system: '1.2.250.1.215.300.1', systemName: 'CCAM' },
        priority: { code: 'R', display: 'Routine', system: '2.16.840.1.113883.5.7' },
      },
    ],
    devices: [
      {
        id: { root: '1.2.250.1.999.7', extension: 'DM-0001' },
        code: { code: 'J010104', display: 'STIMULATEURS CARDIAQUES IMPLANTABLES TRIPLE CHAMBRE', system: '1.2.250.1.213.2.68' },
        words: 'Stimulateur triple chambre',
        since: '20210405',
      },
    ],
    allergies: [
      {
        kind: { code: '416098002', display: 'allergie médicamenteuse', system: '2.16.840.1.113883.6.96', systemName: 'SNOMED CT' },
        words: 'Amoxicilline',
        since: '2010',
      },
    ],
    ...more,
  };
}

/** What a doctor types of a letter that lacks nothing, discharged today; `to`: whom it is for. */
export const typedLetter = (to: LetterContent['recipients'], more: Partial<LetterContent> = {}): LetterContent => ({
  ...emptyContent({ entry: '2026-10-02', exit: regionDay(new Date()), unit: 'Cardiologie', kind: 'inpatient' }, to),
  admission: 'emergency',
  discharge: 'home',
  reason: 'Décompensation cardiaque',
  synthesis: 'Évolution favorable sous diurétiques.',
  adverseEvents: 'Aucun',
  germs: 'none',
  transfusion: 'no',
  derivatives: 'no',
  treatments: [
    { ...emptyTreatment('continued'), name: 'BISOPROLOL ESSAI 2,5 mg' },
    {
      ...emptyTreatment('started'),
      name: 'RAMIPRIL ESSAI 2,5 mg',
      code: 'C09AA05',
      route: '20053000',
      reason: 'Fraction d’éjection à 35 %',
    },
    {
      ...emptyTreatment('changed'),
      name: 'FUROSEMIDE ESSAI 40 mg',
      code: '60123456',
      before: { dose: { value: '1', unit: '{tablet}' }, every: { value: '1', unit: 'd' } },
      now: { dose: { value: '2', unit: '{tablet}' }, every: { value: '1', unit: 'd' } },
      reason: 'Surcharge',
    },
    { ...emptyTreatment('stopped'), name: 'IBUPROFENE ESSAI 400 mg', reason: 'Insuffisance rénale' },
  ],
  pending: [{ words: 'Ferritine', day: '2026-10-04' }],
  plan: [{ kind: 'visit', words: 'Médecin traitant sous 7 jours', day: '' }],
  ...more,
});

export const regionDay = (at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short' }).format(at);
