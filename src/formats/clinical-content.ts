/**
 * What the coded entries of a document say, as a clinician names them: treatments, allergies, problems, procedures, planned care,
 * devices, facts. Told beside the document, never instead of it: each thing keeps the entry it comes from, the heading it stands
 * under and its words in the narrative, and an entry that is none of these is in `others`, so that no entry is without a place.
 *
 * Sources: CI-SIS « modèles de contenu CDA » (FR-Traitement, FR-Allergie-ou-hypersensibilite, FR-Probleme, FR-Acte,
 * FR-Dispositif-medical, FR-Simple-Observation), IHE PCC; headings by their LOINC codes.
 */
import type { Amount, ClinicalDocument, DocumentSection, ExternalReference, Statement, Timing } from './clinical-document.ts';
import type { Coded, Hl7Time, Identifier, PrintedQuantity, ResultValue } from './lab-report.ts';

/** Where a thing was read. */
export interface Place {
  /** The heading that the entry stands under. */
  section: DocumentSection;
  /** The entry of the heading. */
  entry: Statement;
  /** The statement in it that says this very thing: the entry itself, or one inside. */
  statement: Statement;
  /** Its words in the narrative, and the xsd:ID of the element that holds them. */
  words?: string;
  ref?: string;
}

/** Why something is done: the words or code of a problem, or the identifier of one said elsewhere in the document. */
export interface Reason {
  id?: Identifier;
  code?: Coded;
}

/** When a treatment is taken, as its heading says. */
export type TreatmentMoment = 'before' | 'during' | 'after' | 'current' | 'prescribed' | 'unsaid';

export interface Treatment extends Place {
  moment: TreatmentMoment;
  product?: Coded;
  name?: string;
  start?: Hl7Time;
  end?: Hl7Time;
  /** The end is said unknown (`UNK`), not forgotten. */
  noEnd?: string;
  /** How often, with the doses of each step when they differ. */
  timings: Timing[];
  route?: Coded;
  dose?: Amount;
  rate?: Amount;
  maxDose?: { numerator?: PrintedQuantity; denominator?: PrintedQuantity };
  isNegated: boolean;
  reasons: Reason[];
  /** What the patient or the pharmacist is told, and comments. */
  instructions: string[];
}

export interface Reaction {
  code?: Coded;
  words?: string;
  severity?: Coded;
  start?: Hl7Time;
  isNegated: boolean;
}

export interface Allergy extends Place {
  /** Allergy, intolerance, side effect… to a medicine, a food… */
  kind?: Coded;
  agent?: Coded;
  agentName?: string;
  /** `active`, `completed`… of the concern; `clinicalStatus` of the allergy itself. */
  status?: string;
  clinicalStatus?: Coded;
  severity?: Coded;
  start?: Hl7Time;
  end?: Hl7Time;
  reactions: Reaction[];
  isNegated: boolean;
}

export interface Problem extends Place {
  /** Diagnosis, symptom, finding… */
  kind?: Coded;
  /** ICD-10 as a rule; words alone when not coded. */
  code?: Coded;
  /** `active` or `completed` of the concern. */
  status?: string;
  clinicalStatus?: Coded;
  severity?: Coded;
  start?: Hl7Time;
  end?: Hl7Time;
  isNegated: boolean;
  /** Of whom, when not of the patient: family history. */
  relative?: Coded;
}

export interface Procedure extends Place {
  /** CCAM as a rule. */
  code?: Coded;
  start?: Hl7Time;
  end?: Hl7Time;
  status?: string;
  sites: Coded[];
  reasons: Reason[];
  isNegated: boolean;
}

export interface PlannedCare extends Place {
  kind: 'procedure' | 'visit' | 'examination' | 'treatment' | 'supply' | 'act';
  code?: Coded;
  /** INT intended, ARQ an appointment asked for, RQO requested, PRMS promised, GOL a goal, PRP proposed. */
  mood: string;
  at?: Hl7Time;
  until?: Hl7Time;
  priority?: Coded;
  values: ResultValue[];
  reasons: Reason[];
}

export interface MedicalDevice extends Place {
  code?: Coded;
  ids: Identifier[];
  start?: Hl7Time;
  end?: Hl7Time;
}

/** Something observed and said once: how the patient came in, a resistant germ, tobacco… */
export interface Fact extends Place {
  code?: Coded;
  values: ResultValue[];
  at?: Hl7Time;
  isNegated: boolean;
}

export interface ClinicalContent {
  treatments: Treatment[];
  vaccinations: Treatment[];
  allergies: Allergy[];
  problems: Problem[];
  procedures: Procedure[];
  plannedCare: PlannedCare[];
  devices: MedicalDevice[];
  facts: Fact[];
  /** Documents and acts elsewhere that entries point to. */
  references: (Place & { reference: ExternalReference })[];
  /** Entries that are none of these, kept as they are. */
  others: Place[];
}

const emptyContent = (): ClinicalContent => ({
  treatments: [],
  vaccinations: [],
  allergies: [],
  problems: [],
  procedures: [],
  plannedCare: [],
  devices: [],
  facts: [],
  references: [],
  others: [],
});

/** Every entry of the document, under what it is. */
export function contentOf(document: ClinicalDocument): ClinicalContent {
  const content = emptyContent();
  for (const section of document.sections) takeSection(content, section);
  return content;
}

function takeSection(content: ClinicalContent, section: DocumentSection): void {
  for (const entry of section.entries) takeEntry(content, section, entry);
  for (const inner of section.sections) takeSection(content, inner);
}

const ALLERGY = '1.3.6.1.4.1.19376.1.5.3.1.4.6';
const PROBLEM = '1.3.6.1.4.1.19376.1.5.3.1.4.5';
const FAMILY_PROBLEM = '1.3.6.1.4.1.19376.1.5.3.1.4.13.3';
const VACCINE = 'IMMUNIZ';
const VACCINATION_TEMPLATE = '1.3.6.1.4.1.19376.1.5.3.1.4.12';

const has = (statement: Statement, root: string) => statement.templates.some((template) => template.root === root);

/** Moods of what is not done yet. */
const PLANNED = new Set(['INT', 'ARQ', 'RQO', 'PRMS', 'PRP', 'GOL', 'APT', 'OPT']);

function takeEntry(content: ClinicalContent, section: DocumentSection, entry: Statement): void {
  for (const reference of entry.references ?? []) content.references.push({ ...placeOf(section, entry, entry), reference });
  const concern = concernOf(entry);
  if (concern.length > 0) {
    for (const statement of concern) takeConcern(content, section, entry, statement);
  } else if (entry.kind === 'administration') takeAdministration(content, section, entry);
  else if (PLANNED.has(entry.mood ?? '') && entry.kind !== 'organizer') content.plannedCare.push(plannedOf(section, entry));
  else if (entry.kind === 'procedure') content.procedures.push(procedureOf(section, entry));
  else if (entry.kind === 'supply') content.devices.push(deviceOf(section, entry));
  else if (entry.kind === 'observation') content.facts.push(factOf(section, entry, entry));
  else if (isGroupOfFacts(entry)) for (const { statement } of entry.relations) content.facts.push(factOf(section, entry, statement));
  else content.others.push(placeOf(section, entry, entry));
}

/** Vital signs and the like: an organizer of nothing but observations. */
const isGroupOfFacts = ({ kind, relations }: Statement) =>
  kind === 'organizer' && relations.length > 0 && relations.every(({ statement }) => statement.kind === 'observation');

/** The problems or allergies that an entry is about: inside an act of concern, in a family history, or the entry itself. */
function concernOf(entry: Statement): Statement[] {
  if (isConcern(entry)) return [entry];
  if (entry.kind !== 'act' && entry.kind !== 'organizer') return [];
  return entry.relations.map(({ statement }) => statement).filter(isConcern);
}

const isConcern = (statement: Statement) =>
  statement.kind === 'observation' && (has(statement, ALLERGY) || has(statement, PROBLEM) || has(statement, FAMILY_PROBLEM));

function takeConcern(content: ClinicalContent, section: DocumentSection, entry: Statement, statement: Statement): void {
  if (has(statement, ALLERGY)) content.allergies.push(allergyOf(section, entry, statement));
  else content.problems.push(problemOf(section, entry, statement));
}

function takeAdministration(content: ClinicalContent, section: DocumentSection, entry: Statement): void {
  const list = entry.code?.code === VACCINE || has(entry, VACCINATION_TEMPLATE) ? content.vaccinations : content.treatments;
  list.push(treatmentOf(section, entry));
}

function placeOf(section: DocumentSection, entry: Statement, statement: Statement): Place {
  const { words, ref } = statement.text ?? {};
  return { section, entry, statement, ...(words !== undefined && { words }), ...(ref !== undefined && { ref }) };
}

/** Headings of treatments, by their LOINC code. */
const MOMENTS: Readonly<Record<string, TreatmentMoment>> = {
  '42346-7': 'before',
  '18610-6': 'during',
  '10183-2': 'after',
  '10160-0': 'current',
  '57828-6': 'prescribed',
  '60590-7': 'prescribed',
};

function treatmentOf(section: DocumentSection, entry: Statement): Treatment {
  const { product, times, route, dose, rate, maxDose } = entry;
  const period = times.find(({ type }) => type === undefined || type === 'IVL_TS' || type === 'TS');
  return {
    ...placeOf(section, entry, entry),
    moment: MOMENTS[section.code?.code ?? ''] ?? 'unsaid',
    ...given('product', product?.code),
    ...given('name', product?.name),
    ...given('start', period?.start ?? period?.at),
    ...given('end', period?.end),
    ...given('noEnd', period?.noEnd),
    timings: times.filter((timing) => timing !== period),
    ...given('route', route),
    ...given('dose', dose),
    ...given('rate', rate),
    ...given('maxDose', maxDose),
    isNegated: entry.isNegated === true,
    reasons: reasonsOf(entry),
    instructions: wordsAbout(entry),
  };
}

/** `{[key]: value}`, or nothing when there is no value. */
const given = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });

const related = (statement: Statement, type: string) => statement.relations.filter((relation) => relation.type === type);

const reasonsOf = (statement: Statement): Reason[] =>
  related(statement, 'RSON').map(({ statement: reason }) => ({
    ...given('id', reason.ids[0]),
    ...given('code', reason.kind === 'observation' ? codedValue(reason) : reason.code),
  }));

/** Words of the acts that bear on a statement: instructions and comments. */
const wordsAbout = (statement: Statement): string[] =>
  related(statement, 'SUBJ').flatMap(({ statement: about }) => (about.kind === 'act' ? (about.text?.words ?? []) : []));

function codedValue(statement: Statement): Coded | undefined {
  const value = statement.values?.find(({ type }) => type === 'coded');
  return value?.type === 'coded' ? value.code : undefined;
}

/** The value of an observation that hangs on another: its severity (SEV), its clinical status (LOINC 33999-4). */
function qualified(statement: Statement, code: string): Coded | undefined {
  const about = statement.relations.find((relation) => relation.statement.code?.code === code);
  return about && codedValue(about.statement);
}

const periodOf = (statement: Statement): { start?: Hl7Time; end?: Hl7Time } => {
  const [time] = statement.times;
  return { ...given('start', time?.start ?? time?.at), ...given('end', time?.end) };
};

function allergyOf(section: DocumentSection, entry: Statement, statement: Statement): Allergy {
  const agent = statement.participants?.find(({ type }) => type === 'CSM')?.entity;
  return {
    ...placeOf(section, entry, statement),
    ...given('kind', statement.code),
    ...given('agent', agent?.code ?? codedValue(statement)),
    ...given('agentName', agent?.name),
    ...given('status', entry.status),
    ...given('clinicalStatus', qualified(statement, '33999-4')),
    ...given('severity', qualified(statement, 'SEV')),
    ...periodOf(statement),
    reactions: related(statement, 'MFST').map((relation) => reactionOf(relation.statement)),
    isNegated: statement.isNegated === true,
  };
}

function reactionOf(statement: Statement): Reaction {
  return {
    ...given('code', codedValue(statement)),
    ...given('words', statement.text?.words),
    ...given('severity', qualified(statement, 'SEV')),
    ...given('start', periodOf(statement).start),
    isNegated: statement.isNegated === true,
  };
}

function problemOf(section: DocumentSection, entry: Statement, statement: Statement): Problem {
  return {
    ...placeOf(section, entry, statement),
    ...given('kind', statement.code),
    ...given('code', codedValue(statement)),
    ...given('status', entry === statement ? undefined : entry.status),
    ...given('clinicalStatus', qualified(statement, '33999-4')),
    ...given('severity', qualified(statement, 'SEV')),
    ...periodOf(statement),
    isNegated: statement.isNegated === true,
    ...given('relative', entry.subject?.relation),
  };
}

const procedureOf = (section: DocumentSection, entry: Statement): Procedure => ({
  ...placeOf(section, entry, entry),
  ...given('code', entry.code),
  ...periodOf(entry),
  ...given('status', entry.status),
  sites: entry.sites ?? [],
  reasons: reasonsOf(entry),
  isNegated: entry.isNegated === true,
});

const PLANNED_KINDS: Readonly<Record<Statement['kind'], PlannedCare['kind']>> = {
  procedure: 'procedure',
  encounter: 'visit',
  observation: 'examination',
  administration: 'treatment',
  supply: 'supply',
  act: 'act',
  organizer: 'act',
  media: 'act',
  region: 'act',
};

function plannedOf(section: DocumentSection, entry: Statement): PlannedCare {
  const { start, end } = periodOf(entry);
  return {
    ...placeOf(section, entry, entry),
    kind: PLANNED_KINDS[entry.kind],
    ...given('code', entry.code),
    mood: entry.mood ?? '',
    ...given('at', start),
    ...given('until', end),
    ...given('priority', entry.priority),
    values: entry.values ?? [],
    reasons: reasonsOf(entry),
  };
}

function deviceOf(section: DocumentSection, entry: Statement): MedicalDevice {
  const device = entry.participants?.find(({ type }) => type === 'DEV');
  return {
    ...placeOf(section, entry, entry),
    ...given('code', device?.device?.code ?? entry.product?.code ?? entry.code),
    ids: [...entry.ids, ...(device?.ids ?? [])],
    ...periodOf(entry),
  };
}

const factOf = (section: DocumentSection, entry: Statement, statement: Statement): Fact => ({
  ...placeOf(section, entry, statement),
  ...given('code', statement.code),
  values: statement.values ?? [],
  ...given('at', periodOf(statement).start ?? periodOf(entry).start),
  isNegated: statement.isNegated === true,
});
