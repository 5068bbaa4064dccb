import type { ClinicalDocument, DocumentSection } from '#formats';
import { HOSPITAL_CLIENT, PRACTICE_CLIENT } from './accounts.ts';
import { hl7Time, type Day } from './clock.ts';
import { codedHeadings, type CodedPart } from './letter-entries.ts';
import { DEMO_OID } from './ids.ts';
import type { Person } from './people.ts';
import { LOINC_OID } from './printing.ts';
import type { Professional, Structure } from './region.ts';
import { organization, participant, printedPatient } from './report.ts';

/** Documents other than reports of biology, as hospitals and practices send them: invented, short, each under its national type. */

/** National types (JDV_J07) of the documents of the demo region, with the template of their model and the heading of their text. */
const TYPES = {
  discharge: { code: '11490-0', label: "Lettre de liaison à la sortie d'un établissement de soins", template: '1.2.250.1.213.1.1.1.29' },
  hospital: { code: '34112-3', label: 'CR hospitalier (séjour)' },
  emergency: { code: '15507-7', label: 'CR de passage aux urgences' },
  imaging: { code: '18748-4', label: "CR d'imagerie médicale", template: '1.2.250.1.213.1.1.1.45' },
  consultation: { code: '11488-4', label: 'CR ou fiche de consultation ou de visite' },
  pathology: { code: '60568-3', label: "CR d'anatomie et de cytologie pathologiques", template: '1.2.250.1.213.1.1.1.57' },
  prescription: { code: '57833-6', label: 'Prescription de produits de santé', template: '1.2.250.1.213.1.1.1.39' },
  summary: { code: '60591-5', label: 'Synthèse médicale', template: '1.2.250.1.213.1.1.1.51' },
  meeting: { code: '34794-8', label: 'CR de réunion de concertation pluridisciplinaire', template: '1.2.250.1.213.1.1.1.8' },
  plan: { code: '18776-5', label: 'Plan personnalisé de soins', template: '1.2.250.1.213.1.1.1.26' },
  vaccination: { code: '87273-9', label: 'Note de vaccination', template: '1.2.250.1.213.1.1.1.46' },
  referral: { code: '96349-6', label: "Lettre d'adressage" },
  psychiatry: { code: '68599-0', label: 'Synthèse psychiatrique' },
} as const;
export type LetterType = keyof typeof TYPES;

/** One heading: its title, then paragraphs; a paragraph that begins with `- ` is an item of a list. */
export type Heading = readonly [title: string, ...words: string[]];

export interface WrittenLetter extends CodedPart {
  /** Days before today. */
  ago: number;
  type: LetterType;
  title: string;
  author: Professional;
  /** Who answers for it; the author's own structure when not said. */
  structure?: Structure;
  text: readonly Heading[];
  /** Minutes since midnight; the afternoon when not said. */
  at?: number;
  /** To whom it is sent. */
  to?: Professional;
  /** Of the stay, days before the letter. */
  stayedDays?: number;
  /** Its own name among the letters of the person, when another one replaces or completes it. */
  name?: string;
  version?: number;
  replaces?: string;
  addsTo?: string;
}

export interface DemoLetter {
  document: ClinicalDocument;
  clientId: string;
  k: number;
}

/** @param n number of the letter among those of the person, from 1: its identifier */
export function makeLetter(person: Person, today: Day, written: WrittenLetter, n: number, idOf: (name: string) => number): DemoLetter {
  const { ago, type, title, author, structure = author.structure, text, stayedDays = 0, version = 1, at = 16 * 60 + 20, to } = written;
  const kind = TYPES[type];
  const day = today - ago;
  const issuedAt = hl7Time(day, at);
  const startedAt = hl7Time(day - stayedDays, stayedDays > 0 ? 9 * 60 : 15 * 60 + 30);
  const oid = (number: number) => ({ root: `${DEMO_OID}.8.${person.k}.${number}` });
  const replaced = written.replaces === undefined ? undefined : idOf(written.replaces);
  const signer = { ...participant(author, issuedAt), organization: organization(structure) };
  const code = { code: kind.code, system: LOINC_OID, systemName: 'LOINC', display: kind.label };
  const document: ClinicalDocument = {
    format: 'cda-n3',
    kind: 'other',
    templates: [
      { root: '2.16.840.1.113883.2.8.2.1' },
      { root: '1.2.250.1.213.1.1.1.1' },
      ...('template' in kind ? [{ root: kind.template, extension: '2024.01' }] : []),
    ],
    realm: 'FR',
    id: oid(n),
    setId: oid(1_000 + (replaced ?? n)),
    version,
    replaces: replaced === undefined ? [] : [oid(replaced)],
    ...(written.addsTo !== undefined && { related: [{ type: 'APND', ids: [oid(idOf(written.addsTo))] }] }),
    code,
    title,
    createdAt: issuedAt,
    confidentiality: { code: 'N', system: '2.16.840.1.113883.5.25', display: 'Normal' },
    language: 'fr-FR',
    patient: patientOf(person),
    authors: [signer],
    ...(to && { recipients: [participant(to, issuedAt)] }),
    custodian: organization(structure),
    legalAuthenticator: signer,
    validators: [],
    participants: [],
    orders: [],
    events: [{ code, status: 'completed', start: startedAt, end: issuedAt, performer: signer }],
    encounter: {
      code: stayedDays > 0 ? { code: 'IMP', display: 'Hospitalisation (établissement, y compris HAD)', system: ACT_OID } : AMBULATORY,
      start: startedAt,
      responsible: signer,
    },
    sections: [...text.map(headingOf), ...codedHeadings(written, day)],
    warnings: [],
  };
  return { document, clientId: structure.kind === 'hospital' ? HOSPITAL_CLIENT : PRACTICE_CLIENT, k: person.k };
}

/** Under the INS alone: hospitals and practices know them by no number of a laboratory. */
function patientOf(person: Person): ClinicalDocument['patient'] {
  const printed = printedPatient(person, person.laboratories[0]!);
  return { ...printed, ids: printed.ids.filter(({ root }) => root === person.ins.oid) };
}

const ACT_OID = '2.16.840.1.113883.5.4';
const AMBULATORY = { code: 'AMB', display: 'Ambulatoire (hors établissement)', system: ACT_OID };

function headingOf([title, ...words]: Heading): DocumentSection {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const items = words.filter((word) => word.startsWith('- ')).map((word) => `<item>${escaped(word.slice(2))}</item>`);
  const paragraphs = words.filter((word) => !word.startsWith('- ')).map((word) => `<paragraph>${escaped(word)}</paragraph>`);
  const narrative = `${paragraphs.join('')}${items.length > 0 ? `<list>${items.join('')}</list>` : ''}`;
  return {
    templates: [],
    code: { code: '51848-0', system: LOINC_OID, systemName: 'LOINC', display: title },
    title,
    narrative,
    entries: [],
    sections: [],
  };
}
