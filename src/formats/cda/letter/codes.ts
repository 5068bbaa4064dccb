import type { Template } from '../../clinical-document.ts';
import type { AdmissionMode, DischargeMode } from '../../discharge-letter.ts';
import type { Coded } from '../../lab-report.ts';
import { LOINC, TEMPLATE } from '../oids.ts';

/** Codes and templates of the discharge letter (CI-SIS LDL-SES 2022.01, with the value sets of 2023 and 2024). */

const SNOMED = '2.16.840.1.113883.6.96';
const TA_ASIP = '1.2.250.1.213.1.1.4.322';

const snomed = (code: string, display: string): Coded => ({ code, display, system: SNOMED, systemName: 'SNOMED CT' });
const french = (code: string, display: string): Coded => ({ code, display, system: TA_ASIP, systemName: 'TA_ASIP' });
export const loinc = (code: string, display: string): Coded => ({ code, display, system: LOINC, systemName: 'LOINC' });
export const templates = (...roots: string[]): Template[] => roots.map((root) => ({ root }));

export const LETTER_CODE = loinc('11490-0', "Lettre de liaison à la sortie d'un établissement de soins");
export const LETTER_TITLE = "Lettre de liaison à la sortie d'un établissement de soins";
export const LETTER_MODEL = '1.2.250.1.213.1.1.1.29';
export const LETTER_TEMPLATES: Template[] = [
  ...templates(TEMPLATE.hl7France, TEMPLATE.minimalStructure),
  { root: LETTER_MODEL, extension: '2022.01' },
];

/** The act documented when the letter names none: a stay in hospital. */
export const HOSPITALISATION: Coded = { code: 'IMP', display: 'Hospitalisation', system: '2.16.840.1.113883.5.4' };

export const STATUS = french('GEN-065', 'Statut du document');
/** Value set JDV_StatutDoc_CISIS (2023-01-31). */
export const APPROVED = snomed('9571008', 'approuvé');
export const IN_PROGRESS = snomed('385651009', "en cours d'exécution");

export const ADMISSIONS: Readonly<Record<AdmissionMode, Coded>> = {
  emergency: snomed('183452005', 'hospitalisation en urgence'),
  planned: snomed('8715000', 'hospitalisation programmée'),
  transfer: snomed('4563007', "hospitalisation, transfert d'un autre hôpital ou établissement de santé"),
  other: french('GEN-092.06.07', "Autre modalité d'entrée"),
};

export const DISCHARGES: Readonly<Record<DischargeMode, Coded>> = {
  home: snomed('160849004', 'retour au domicile'),
  rehabilitation: french('ORG-071', 'SSR'),
  'hospital-at-home': french('ORG-072', 'HAD'),
  'other-hospital': french('GEN-092.06.01', 'Autre établissement de santé'),
  'nursing-home': french('ORG-100', 'EHPAD'),
  other: french('GEN-092.06.03', 'Autre destination'),
};

/** The observations of the synthesis of the stay, by what they tell: their code and their own template. */
export const FACTS = {
  admission: { code: french('ORG-070', "Modalité d'entrée"), template: '1.2.250.1.213.1.1.3.48.6' },
  discharge: { code: french('ORG-074', 'Modalité de sortie'), template: '1.2.250.1.213.1.1.3.48.7' },
  synthesis: { code: french('MED-142', 'Synthèse médicale'), template: '1.2.250.1.213.1.1.3.48.9' },
  adverseEvents: {
    code: french('MED-143', "Evènements indésirables survenus pendant l'hospitalisation"),
    template: '1.2.250.1.213.1.1.3.48.3',
  },
  germsSearched: {
    code: french('MED-309', 'Recherche de microorganismes multi-résistants ou émergents effectuée'),
    template: '1.2.250.1.213.1.1.3.48.8',
  },
  germsFound: { code: french('MED-144', 'Identification de micro-organismes multirésistants'), template: '1.2.250.1.213.1.1.3.48.5' },
  transfusion: { code: french('MED-145', 'Transfusion de produits sanguins'), template: '1.2.250.1.213.1.1.3.48.10' },
  transfusionAccidents: { code: french('MED-146', 'Accidents transfusionnels'), template: '1.2.250.1.213.1.1.3.48.1' },
  derivatives: { code: french('MED-147', 'Administration de dérivés du sang'), template: '1.2.250.1.213.1.1.3.48.2' },
  derivativesEvents: {
    code: french('MED-148', "Evènements indésirables suite à l'administration de dérivés du sang"),
    template: '1.2.250.1.213.1.1.3.48.4',
  },
} as const;

export const SIMPLE_OBSERVATION = ['1.3.6.1.4.1.19376.1.5.3.1.4.13', '1.2.250.1.213.1.1.3.48'] as const;

/** Headings, in the order of the model. */
export const HEADINGS = {
  status: {
    code: loinc('33557-0', "Etat d'achèvement"),
    title: 'Statut du document',
    templates: templates('1.2.250.1.213.1.1.2.35', '1.2.250.1.213.1.1.2.35.1'),
  },
  reason: {
    code: loinc('42349-1', 'Raison de la recommandation'),
    title: "Motif de l'hospitalisation",
    templates: templates('1.3.6.1.4.1.19376.1.5.3.1.3.1', '1.2.250.1.213.1.1.2.127'),
  },
  stay: {
    code: loinc('42545-4', 'Evènements observés'),
    title: 'Synthèse médicale du séjour',
    templates: templates(
      '1.3.6.1.4.1.19376.1.5.3.1.1.21.2.9',
      '1.3.6.1.4.1.19376.1.7.3.1.1.13.7',
      '1.2.250.1.213.1.1.2.163',
      '1.2.250.1.213.1.1.2.163.1',
    ),
  },
  stayTreatments: {
    code: loinc('18610-6', 'Traitements administrés'),
    title: 'Traitements administrés ou arrêtés durant le séjour',
    templates: templates('1.3.6.1.4.1.19376.1.5.3.1.3.21', '1.2.250.1.213.1.1.2.145'),
  },
  dischargeTreatments: {
    code: loinc('10183-2', 'Traitements à la sortie'),
    title: 'Traitements à la sortie',
    templates: templates('1.3.6.1.4.1.19376.1.5.3.1.3.22', '1.2.250.1.213.1.1.2.146'),
  },
  results: {
    code: loinc('30954-2', "Résultats d'examens"),
    title: "Résultats d'examens",
    templates: templates('1.3.6.1.4.1.19376.1.5.3.1.3.27', '1.2.250.1.213.1.1.2.150'),
  },
  plan: {
    code: loinc('18776-5', 'Plan de soins'),
    title: 'Suites à donner',
    templates: templates('2.16.840.1.113883.10.20.1.10', '1.3.6.1.4.1.19376.1.5.3.1.3.36', '1.2.250.1.213.1.1.2.158'),
  },
  devices: {
    code: loinc('46264-8', 'Dispositifs médicaux'),
    title: 'Dispositifs médicaux',
    // Not « 113883 »: the model itself is spelt so, and the national checks look for its letters.
    templates: templates('2.16.840.1.11383.10.20.1.7', '1.3.6.1.4.1.19376.1.5.3.1.1.5.3.5', '1.2.250.1.213.1.1.2.1'),
  },
  allergies: {
    code: loinc('48765-2', 'Allergies et hypersensibilités'),
    title: 'Allergies identifiées pendant le séjour',
    templates: templates('2.16.840.1.113883.10.20.1.2', '1.3.6.1.4.1.19376.1.5.3.1.3.13', '1.2.250.1.213.1.1.2.137'),
  },
} as const;

export const TREATMENT = templates(
  '1.2.250.1.213.1.1.3.42',
  '2.16.840.1.113883.10.20.1.24',
  '1.3.6.1.4.1.19376.1.5.3.1.4.7',
  '1.3.6.1.4.1.19376.1.5.3.1.4.7.1',
);
export const PRODUCT = templates('1.2.250.1.213.1.1.3.43', '2.16.840.1.113883.10.20.1.53', '1.3.6.1.4.1.19376.1.5.3.1.4.7.2');
export const DRUG: Coded = { code: 'DRUG', display: 'Médicament', system: '2.16.840.1.113883.5.4', systemName: 'HL7:ActCode' };
export const INSTRUCTIONS = templates('2.16.840.1.113883.10.20.1.49', '1.3.6.1.4.1.19376.1.5.3.1.4.3', '1.2.250.1.213.1.1.3.33');
export const TO_PATIENT: Coded = { code: 'PINSTRUCT', system: '1.3.6.1.4.1.19376.1.5.3.2', systemName: 'IHEActCode' };
export const COMMENT = templates('2.16.840.1.113883.10.20.1.40', '1.3.6.1.4.1.19376.1.5.3.1.4.2', '1.2.250.1.213.1.1.3.32');
export const COMMENT_CODE = loinc('48767-8', 'Commentaire');

export const PLANNED = {
  procedure: {
    kind: 'procedure',
    classCode: 'PROC',
    mood: 'INT',
    templates: templates('2.16.840.1.113883.10.20.1.25', '1.3.6.1.4.1.19376.1.5.3.1.4.19', '1.2.250.1.213.1.1.3.62'),
  },
  examination: {
    kind: 'observation',
    classCode: 'OBS',
    mood: 'INT',
    templates: templates('2.16.840.1.113883.10.20.1.25', '1.3.6.1.4.1.19376.1.5.3.1.1.20.3.1', '1.2.250.1.213.1.1.3.27'),
  },
  visit: {
    kind: 'encounter',
    classCode: 'ENC',
    mood: 'ARQ',
    templates: templates(
      '2.16.840.1.113883.10.20.1.21',
      '2.16.840.1.113883.10.20.1.25',
      '1.3.6.1.4.1.19376.1.5.3.1.4.14',
      '1.2.250.1.213.1.1.3.58',
    ),
  },
} as const;
export const FOLLOW_UP = french('ORG-064', "Demande d'examen ou de suivi");
export const AMBULATORY: Coded = { code: 'AMB', display: 'Ambulatoire (hors établissement)', system: '2.16.840.1.113883.5.4' };

export const DEVICE = templates('2.16.840.1.113883.10.20.1.34', '1.2.250.1.213.1.1.3.20');
export const CONCERN = templates(
  '2.16.840.1.113883.10.20.1.27',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.1',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.3',
  '1.2.250.1.213.1.1.3.40',
);
export const ALLERGY = templates(
  '2.16.840.1.113883.10.20.1.28',
  '2.16.840.1.113883.10.20.1.18',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5',
  '1.3.6.1.4.1.19376.1.5.3.1.4.6',
  '1.2.250.1.213.1.1.3.41',
);
