/**
 * The letter that follows a patient out of hospital (lettre de liaison à la sortie, CI-SIS LDL-SES 2022.01), as the doctor who
 * writes it thinks of it. `writeDischargeLetter` makes the document of it, `letterOf` reads it back.
 *
 * Words are plain text: one blank between words, line ends as `\n`.
 * Sources: CI-SIS volume LDL-SES 2022.01; article R.1112-1-2 of the Code de la santé publique, which lists what the letter must say.
 */
import { Refusal } from '#kernel';
import type { Coded, DocumentHeader, Hl7Time, Identifier, PrintedQuantity } from './lab-report.ts';

/** The model fixes the type and the title. `encounter` holds the dates of the stay. */
export type LetterHeader = Omit<DocumentHeader, 'code' | 'title'>;

/** Value set JDV_ModaliteEntree_CISIS (2024-03-15). */
export type AdmissionMode = 'emergency' | 'planned' | 'transfer' | 'other';
/** Value set JDV_ModaliteSortie_CISIS. */
export type DischargeMode = 'home' | 'rehabilitation' | 'hospital-at-home' | 'other-hospital' | 'nursing-home' | 'other';

export interface LetterTreatment {
  id?: Identifier;
  /** CIS code; CIP, ATC in `translations`. */
  product?: Coded;
  /** The name that the patient reads on the box. */
  name: string;
  start?: Hl7Time;
  end?: Hl7Time;
  /** Once every… */
  every?: PrintedQuantity;
  /** Least and most at a time. */
  dose?: { low: PrintedQuantity; high: PrintedQuantity };
  route?: Coded;
  maxDose?: { numerator: PrintedQuantity; denominator: PrintedQuantity };
  /** How to take it, in words for the patient. */
  instructions?: string;
  /** Why it was started, stopped or changed. */
  reason?: string;
}

export interface LetterAllergy {
  id?: Identifier;
  /** Allergy to a medicine, a food… (SNOMED CT). */
  kind: Coded;
  agent?: Coded;
  words: string;
  since?: Hl7Time;
}

export interface LetterPlan {
  id?: Identifier;
  kind: 'procedure' | 'examination' | 'visit';
  code?: Coded;
  words: string;
  at?: Hl7Time;
  priority?: Coded;
}

export interface LetterDevice {
  /** Identifier of the implanted device itself. */
  id: Identifier;
  code: Coded;
  words: string;
  since?: Hl7Time;
}

export interface DischargeLetter {
  header: LetterHeader;
  /** Approved by who signs it; else it is still being written. */
  isApproved: boolean;
  /** Why the patient was admitted. */
  reason: string;
  admission: AdmissionMode;
  discharge: DischargeMode;
  /** Medical synthesis of the stay. */
  synthesis: string;
  /** What went wrong during the stay; « Aucun » when nothing did: the law wants it said. */
  adverseEvents: string;
  /** Were resistant germs looked for, and which were found. */
  resistantGerms: { isSearched: boolean; found?: string };
  /** Blood products (red cells, platelets, plasma). */
  transfusion: { isGiven: boolean; accidents?: string };
  /** Medicines made from blood. */
  bloodDerivatives: { isGiven: boolean; adverseEvents?: string };
  /** Taken or stopped during the stay. */
  stayTreatments?: LetterTreatment[];
  /** To be taken after it; none is said by an empty list. */
  dischargeTreatments: LetterTreatment[];
  /** Results still awaited, and what the stay's examinations said. */
  results?: string;
  /** Care to come; none is said by an empty list. */
  plan: LetterPlan[];
  devices?: LetterDevice[];
  /** Found during the stay; an empty list says that none was. */
  allergies?: LetterAllergy[];
}

/** The headings without which no letter leaves, in French as its author knows them. */
const MANDATORY: readonly (readonly [name: string, at: string, isSaid: (letter: Partial<DischargeLetter>) => boolean])[] = [
  ['date d’entrée', 'header.encounter.start', ({ header }) => said(header?.encounter?.start)],
  ['date de sortie', 'header.encounter.end', ({ header }) => said(header?.encounter?.end)],
  ['responsable de la lettre', 'header.legalAuthenticator', ({ header }) => header?.legalAuthenticator !== undefined],
  ['date de naissance du patient', 'header.patient.birthDate', ({ header }) => said(header?.patient.birthDate)],
  ['motif d’hospitalisation', 'reason', ({ reason }) => said(reason)],
  ['modalité d’entrée', 'admission', ({ admission }) => admission !== undefined],
  ['modalité de sortie', 'discharge', ({ discharge }) => discharge !== undefined],
  ['synthèse médicale du séjour', 'synthesis', ({ synthesis }) => said(synthesis)],
  ['évènements indésirables', 'adverseEvents', ({ adverseEvents }) => said(adverseEvents)],
  ['micro-organismes multirésistants', 'resistantGerms', ({ resistantGerms }) => resistantGerms !== undefined],
  ['transfusion', 'transfusion', ({ transfusion }) => transfusion !== undefined],
  ['dérivés du sang', 'bloodDerivatives', ({ bloodDerivatives }) => bloodDerivatives !== undefined],
  ['traitements à la sortie', 'dischargeTreatments', ({ dischargeTreatments }) => dischargeTreatments !== undefined],
  ['suites à donner', 'plan', ({ plan }) => plan !== undefined],
];

const said = (words: string | undefined) => words !== undefined && words.trim() !== '';

/** The headings that a letter still lacks: what a screen shows before it lets it leave. */
export const missingHeadings = (letter: Partial<DischargeLetter>): { name: string; at: string }[] =>
  MANDATORY.filter(([, , isSaid]) => !isSaid(letter)).map(([name, at]) => ({ name, at }));

/** @throws Refusal `letter.incomplete`, which names every heading that is missing; `at` is the first */
export function refuseIncomplete(letter: DischargeLetter): void {
  const missing = missingHeadings(letter);
  const [first] = missing;
  if (!first) return;
  throw new Refusal('letter.incomplete', `the discharge letter lacks: ${missing.map(({ name }) => name).join(', ')}`, { at: first.at });
}
