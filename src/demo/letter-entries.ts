import type { DocumentSection, Statement } from '#formats';
import { type Day, hl7Date } from './clock.ts';
import { LOINC_OID } from './printing.ts';

/** What a letter of the demo region says as coded entries, under the national models (FR-Traitement, FR-Vaccination, FR-Simple-Observation). */

interface WrittenTreatment {
  /** Name and strength: `Furosémide 60 mg`. */
  name: string;
  /** Once every so many days; 1 when not said. */
  everyDays?: number;
  /** Days before the letter; the day of the letter when not said. */
  since?: number;
  /** Days before the letter: stopped then. */
  stopped?: number;
}

const ACT_OID = '2.16.840.1.113883.5.4';
const TREATMENT_TEMPLATES = ['1.2.250.1.213.1.1.3.42', '2.16.840.1.113883.10.20.1.24', '1.3.6.1.4.1.19376.1.5.3.1.4.7'];
const VACCINE_TEMPLATES = ['1.2.250.1.213.1.1.3.45', '2.16.840.1.113883.10.20.1.24', '1.3.6.1.4.1.19376.1.5.3.1.4.12'];
const FACT_TEMPLATES = ['1.3.6.1.4.1.19376.1.5.3.1.4.13', '1.2.250.1.213.1.1.3.48'];
const CONCERN_TEMPLATES = [
  '2.16.840.1.113883.10.20.1.27',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.1',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5.3',
  '1.2.250.1.213.1.1.3.40',
];
const ALLERGY_TEMPLATES = [
  '2.16.840.1.113883.10.20.1.28',
  '2.16.840.1.113883.10.20.1.18',
  '1.3.6.1.4.1.19376.1.5.3.1.4.5',
  '1.3.6.1.4.1.19376.1.5.3.1.4.6',
  '1.2.250.1.213.1.1.3.41',
];
const PRODUCT_TEMPLATES = ['1.2.250.1.213.1.1.3.43', '2.16.840.1.113883.10.20.1.53', '1.3.6.1.4.1.19376.1.5.3.1.4.7.2'];
const templatesOf = (roots: readonly string[]) => roots.map((root) => ({ root }));

/** What a letter says as coded entries, beside its words. */
export interface CodedPart {
  treatments?: readonly WrittenTreatment[];
  vaccines?: readonly string[];
  /** Agent in words, and since when (`YYYY` or longer). */
  allergies?: readonly { agent: string; since: string }[];
  /** Blood products were given during the stay. */
  isTransfused?: true;
}

/** Headings of what a letter says in codes; none when it says nothing so. */
export function codedHeadings(
  { type, treatments = [], vaccines = [], allergies = [], isTransfused }: CodedPart & { type: string },
  day: Day,
): DocumentSection[] {
  const taken = treatments.filter(({ stopped }) => stopped === undefined);
  const stopped = treatments.filter((treatment) => treatment.stopped !== undefined);
  const current =
    type === 'discharge'
      ? ['10183-2', 'Traitements à la sortie']
      : type === 'prescription'
        ? ['57828-6', 'Prescription']
        : ['10160-0', 'Traitements'];
  return [
    heading(
      '18610-6',
      'Traitements administrés ou arrêtés',
      stopped.map((treatment) => treatmentEntry(treatment, day)),
    ),
    heading(
      current[0]!,
      `${current[1]!} (liste codée)`,
      taken.map((treatment) => treatmentEntry(treatment, day)),
    ),
    heading(
      '11369-6',
      'Historique des vaccinations',
      vaccines.map((name) => vaccineEntry(name, day)),
    ),
    heading('48765-2', 'Allergies et hypersensibilités (liste codée)', allergies.map(allergyEntry)),
    heading('42545-4', 'Transfusion', isTransfused ? [TRANSFUSED] : []),
  ].filter(({ entries }) => entries.length > 0);
}

function heading(code: string, title: string, entries: Statement[]): DocumentSection {
  const words = entries.map(({ text }) => text?.words).filter((word) => word !== undefined);
  const items = words.map((word) => `<item>${word}</item>`).join('');
  return {
    templates: [],
    code: { code, system: LOINC_OID, systemName: 'LOINC', display: title },
    title,
    narrative: items === '' ? '<paragraph>Oui</paragraph>' : `<list>${items}</list>`,
    entries,
    sections: [],
  };
}

function treatmentEntry({ name, everyDays = 1, since = 0, stopped }: WrittenTreatment, day: Day): Statement {
  return {
    ...entry('administration', 'SBADM', TREATMENT_TEMPLATES),
    code: { code: 'DRUG', system: ACT_OID, systemName: 'HL7:ActCode', display: 'Médicament' },
    text: { words: name },
    times: [
      { type: 'IVL_TS', start: hl7Date(day - since), ...(stopped === undefined ? { noEnd: 'UNK' } : { end: hl7Date(day - stopped) }) },
      { type: 'PIVL_TS', operator: 'A', every: { value: String(everyDays), unit: 'd' } },
    ],
    product: { templates: templatesOf(PRODUCT_TEMPLATES), code: { nullFlavor: 'UNK', originalText: name }, name },
  };
}

function vaccineEntry(name: string, day: Day): Statement {
  return {
    ...entry('administration', 'SBADM', VACCINE_TEMPLATES),
    code: { code: 'IMMUNIZ', system: ACT_OID, systemName: 'HL7:ActCode', display: 'Immunisation' },
    text: { words: name },
    times: [{ at: hl7Date(day) }],
    product: { templates: templatesOf(PRODUCT_TEMPLATES), code: { nullFlavor: 'UNK', originalText: name }, name },
  };
}

/** In words: a medicine that the patient does not bear, in its concern, which lasts. */
function allergyEntry({ agent, since }: { agent: string; since: string }): Statement {
  const times = [{ type: 'IVL_TS', start: since }] as const;
  return {
    ...entry('act', 'ACT', CONCERN_TEMPLATES),
    code: { nullFlavor: 'NA' },
    text: { words: agent },
    status: 'active',
    times: [...times],
    relations: [
      {
        type: 'SUBJ',
        isInverted: false,
        statement: {
          ...entry('observation', 'OBS', ALLERGY_TEMPLATES),
          code: { code: '416098002', system: '2.16.840.1.113883.6.96', systemName: 'SNOMED CT', display: 'allergie à un médicament' },
          text: { words: agent },
          times: [...times],
          participants: [
            {
              type: 'CSM',
              templates: [],
              roleClass: 'MANU',
              ids: [],
              entity: { class: 'MMAT', code: { nullFlavor: 'UNK', originalText: agent }, name: agent },
            },
          ],
        },
      },
    ],
  };
}

/** « Transfusion de produits sanguins » of the discharge letter, said done. */
const TRANSFUSED: Statement = {
  ...entry('observation', 'OBS', FACT_TEMPLATES),
  code: { code: 'MED-145', system: '1.2.250.1.213.1.1.4.322', systemName: 'TA_ASIP', display: 'Transfusion de produits sanguins' },
  values: [{ type: 'boolean', value: true }],
};

function entry(kind: 'act' | 'administration' | 'observation', classCode: string, roots: readonly string[]): Statement {
  return { kind, classCode, mood: 'EVN', templates: templatesOf(roots), ids: [], status: 'completed', times: [], relations: [] };
}
