import type { ClinicalDocument, PrintedPatient } from '../../src/formats/index.ts';
import { JEANNE } from './reports.ts';

/** An invented hospital, and letters of it about the invented patient of the reports. */
export const HOSPITAL = { finess: '990200301', name: 'CH des Essais' };

const LOINC = '2.16.840.1.113883.6.1';

const cardiologist = {
  ids: [{ root: '1.2.250.1.71.4.2.1', extension: '899700000022' }],
  name: { given: 'Karim', family: 'BENALI-DEMO', suffix: 'DR' },
  code: { code: 'G15_10/SM04', display: 'Médecin - Cardiologie et maladies vasculaires (SM)', system: '1.2.250.1.213.1.1.4.5' },
};

export interface LetterMore {
  patient?: PrintedPatient;
  type?: { code: string; display: string };
  title?: string;
  narrative?: string;
  version?: number;
  set?: number;
  replaces?: number[];
  addsTo?: number[];
  /** Number of the order that it answers. */
  order?: string;
  pdf?: Buffer;
}

/** A discharge letter, or another document, of one heading; `n` makes its identifier. */
export function letterOf(n: number, more: LetterMore = {}): ClinicalDocument {
  const { type = { code: '11490-0', display: "Lettre de liaison à la sortie d'un établissement de soins" }, pdf } = more;
  const organization = { ids: [{ root: '1.2.250.1.71.4.2.2', extension: `1${HOSPITAL.finess}` }], name: HOSPITAL.name };
  const time = '20261106162000+0100';
  const oid = (id: number) => ({ root: `1.2.250.1.999.8.${HOSPITAL.finess}.${id}` });
  const code = { ...type, system: LOINC, systemName: 'LOINC' };
  return {
    format: pdf ? 'cda-n1' : 'cda-n3',
    kind: 'other',
    templates: [{ root: '2.16.840.1.113883.2.8.2.1' }, { root: '1.2.250.1.213.1.1.1.29', extension: '2022.01' }],
    realm: 'FR',
    id: oid(n),
    setId: oid(900_000 + (more.set ?? n)),
    version: more.version ?? 1,
    replaces: (more.replaces ?? []).map(oid),
    related: (more.addsTo ?? []).map((id) => ({ type: 'APND', ids: [oid(id)] })),
    code,
    title: more.title ?? type.display,
    createdAt: time,
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    language: 'fr-FR',
    patient: more.patient ?? JEANNE,
    authors: [{ ...cardiologist, time, organization }],
    custodian: organization,
    legalAuthenticator: { ...cardiologist, time, organization },
    validators: [],
    participants: [],
    orders: more.order === undefined ? [] : [{ root: '1.2.250.1.999.7', extension: more.order }],
    events: [
      { code, status: 'completed', start: '20261028090000+0100', end: '20261106160000+0100', performer: { ...cardiologist, organization } },
    ],
    encounter: { code: { code: 'IMP', system: '2.16.840.1.113883.5.4', display: 'Hospitalisation' }, start: '20261028090000+0100' },
    sections: pdf
      ? []
      : [
          {
            templates: [{ root: '1.2.250.1.213.1.1.2.163' }],
            code: { code: '42545-4', system: LOINC, display: 'Synthèse médicale du séjour' },
            title: 'Synthèse médicale du séjour',
            narrative:
              more.narrative ?? '<paragraph>Décompensation cardiaque globale sur écart de régime. Poids de sortie 68,4 kg.</paragraph>',
            entries: [],
            sections: [],
          },
        ],
    ...(pdf && { body: { mediaType: 'application/pdf', base64: pdf.toString('base64') }, pdf: { base64: pdf.toString('base64') } }),
    warnings: [],
  };
}
