import {
  contentOf,
  type Allergy,
  type ClinicalContent,
  type MedicalDevice,
  type PlannedCare,
  type Treatment,
} from '../../clinical-content.ts';
import type { ClinicalDocument, DocumentSection, Statement } from '../../clinical-document.ts';
import type { DischargeLetter, LetterAllergy, LetterDevice, LetterHeader, LetterPlan, LetterTreatment } from '../../discharge-letter.ts';
import type { Coded } from '../../lab-report.ts';
import { narrativeToText } from '../narrative-html.ts';
import { ADMISSIONS, AMBULATORY, APPROVED, COMMENT_CODE, DISCHARGES, FACTS, FOLLOW_UP, HEADINGS, STATUS, TO_PATIENT } from './codes.ts';
import { NONE_SAID } from './sections.ts';

/**
 * What a discharge letter says, by its headings and entries. A letter of another software may lack some: `missingHeadings` of the
 * result names them. A heading of words without entries is left out where entries are meant: its narrative is there to be read, and
 * « none » is believed only when the letter says it.
 */
export function letterOf(document: ClinicalDocument): Partial<DischargeLetter> & { header: LetterHeader } {
  const content = contentOf(document);
  const sections = flatten(document.sections);
  const header = headerOf(document);
  const out = listOf(sections, 'dischargeTreatments', content.treatments.filter(({ moment }) => moment === 'after').map(treatmentOf));
  const stay = listOf(sections, 'stayTreatments', content.treatments.filter(({ moment }) => moment === 'during').map(treatmentOf));
  const plan = listOf(sections, 'plan', content.plannedCare.filter(({ section }) => isUnder(section, 'plan')).flatMap(planOf));
  const devices = listOf(sections, 'devices', content.devices.flatMap(deviceOf));
  const allergies = listOf(sections, 'allergies', content.allergies.flatMap(allergyOf));
  const results = wordsUnder(sections, 'results');
  const reason = wordsUnder(sections, 'reason');
  return {
    header,
    isApproved: factCode(content, STATUS)?.code === APPROVED.code,
    ...(reason !== undefined && { reason }),
    ...factsOf(content),
    ...(stay && { stayTreatments: stay }),
    ...(out && { dischargeTreatments: out }),
    ...(results !== undefined && { results }),
    ...(plan && { plan }),
    ...(devices && { devices }),
    ...(allergies && { allergies }),
  };
}

/** What the document has beside its header. */
const BEYOND_HEADER = new Set('format kind templates modelVersion code title sections body pdf warnings'.split(' '));

function headerOf(document: ClinicalDocument): LetterHeader {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !BEYOND_HEADER.has(key))) as unknown as LetterHeader;
}

const flatten = (sections: readonly DocumentSection[]): DocumentSection[] =>
  sections.flatMap((section) => [section, ...flatten(section.sections)]);

const isUnder = (section: DocumentSection, heading: keyof typeof HEADINGS) => section.code?.code === HEADINGS[heading].code.code;

function wordsUnder(sections: readonly DocumentSection[], heading: keyof typeof HEADINGS): string | undefined {
  const narrative = sections.find((section) => isUnder(section, heading))?.narrative;
  return narrative === undefined ? undefined : narrativeToText(narrative) || undefined;
}

/** The items of a heading; empty only when it says there are none. */
function listOf<T>(sections: readonly DocumentSection[], heading: keyof typeof HEADINGS, items: T[]): T[] | undefined {
  if (items.length > 0) return items;
  const none: string | undefined = heading in NONE_SAID ? NONE_SAID[heading as keyof typeof NONE_SAID] : undefined;
  return none !== undefined && wordsUnder(sections, heading) === none ? [] : undefined;
}

const factNamed = ({ facts }: ClinicalContent, code: Coded) =>
  facts.find((fact) => fact.code?.code === code.code && fact.code?.system === code.system);

function factCode(content: ClinicalContent, code: Coded): Coded | undefined {
  const value = factNamed(content, code)?.values[0];
  return value?.type === 'coded' ? value.code : undefined;
}

function factWords(content: ClinicalContent, code: Coded): string | undefined {
  const fact = factNamed(content, code);
  const value = fact?.values[0];
  return value?.type === 'text' ? value.text || fact?.words : undefined;
}

function factBoolean(content: ClinicalContent, code: Coded): boolean | undefined {
  const value = factNamed(content, code)?.values[0];
  return value?.type === 'boolean' ? value.value : undefined;
}

type Facts = Partial<
  Pick<DischargeLetter, 'admission' | 'discharge' | 'synthesis' | 'adverseEvents' | 'resistantGerms' | 'transfusion' | 'bloodDerivatives'>
>;

function factsOf(content: ClinicalContent): Facts {
  const admission = keyOf(ADMISSIONS, factCode(content, FACTS.admission.code));
  const discharge = keyOf(DISCHARGES, factCode(content, FACTS.discharge.code));
  const synthesis = factWords(content, FACTS.synthesis.code);
  const adverseEvents = factWords(content, FACTS.adverseEvents.code);
  const isSearched = factBoolean(content, FACTS.germsSearched.code);
  const found = factWords(content, FACTS.germsFound.code);
  const isTransfused = factBoolean(content, FACTS.transfusion.code);
  const accidents = factWords(content, FACTS.transfusionAccidents.code);
  const isDerived = factBoolean(content, FACTS.derivatives.code);
  const events = factWords(content, FACTS.derivativesEvents.code);
  return {
    ...(admission && { admission }),
    ...(discharge && { discharge }),
    ...(synthesis !== undefined && { synthesis }),
    ...(adverseEvents !== undefined && { adverseEvents }),
    ...(isSearched !== undefined && { resistantGerms: { isSearched, ...(found !== undefined && { found }) } }),
    ...(isTransfused !== undefined && { transfusion: { isGiven: isTransfused, ...(accidents !== undefined && { accidents }) } }),
    ...(isDerived !== undefined && { bloodDerivatives: { isGiven: isDerived, ...(events !== undefined && { adverseEvents: events }) } }),
  };
}

const keyOf = <K extends string>(codes: Readonly<Record<K, Coded>>, code: Coded | undefined): K | undefined =>
  (Object.keys(codes) as K[]).find((key) => codes[key].code === code?.code && codes[key].system === code?.system);

/** A code without the words of its place, which are the item's. Absent when it said only that there is none. */
function bareCode(code: Coded | undefined): Coded | undefined {
  if (!code) return undefined;
  const { originalText: _, ref: __, ...rest } = code;
  return rest.code === undefined && !rest.translations ? undefined : rest;
}

const about = (statement: Statement, code: Coded) =>
  statement.relations.find((relation) => relation.statement.code?.code === code.code)?.statement.text?.words;

function treatmentOf({ entry, product, name, words, start, end, timings, dose, route, maxDose }: Treatment): LetterTreatment {
  const [id] = entry.ids;
  const code = bareCode(product);
  const every = timings.find((timing) => timing.every)?.every;
  const way = bareCode(route);
  const instructions = about(entry, TO_PATIENT);
  const reason = about(entry, COMMENT_CODE);
  return {
    ...(id && { id }),
    ...(code && { product: code }),
    name: words ?? name ?? product?.display ?? '',
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(every && { every: quantityOf(every) }),
    ...(dose?.low && dose.high && { dose: { low: quantityOf(dose.low), high: quantityOf(dose.high) } }),
    ...(way && { route: way }),
    ...(maxDose?.numerator && maxDose.denominator && { maxDose: { numerator: maxDose.numerator, denominator: maxDose.denominator } }),
    ...(instructions !== undefined && { instructions }),
    ...(reason !== undefined && { reason }),
  };
}

const quantityOf = ({ value, unit }: { value: string; unit?: string }) => ({ value, ...(unit !== undefined && { unit }) });

const PLAN_KINDS = { procedure: 'procedure', examination: 'examination', visit: 'visit' } as const;

function planOf({ kind, entry, code, words, at, priority }: PlannedCare): LetterPlan[] {
  if (!(kind in PLAN_KINDS)) return [];
  const [id] = entry.ids;
  const own = bareCode(code);
  const isOurs = own?.code === FOLLOW_UP.code || (kind === 'visit' && own?.code === AMBULATORY.code);
  return [
    {
      ...(id && { id }),
      kind: PLAN_KINDS[kind as keyof typeof PLAN_KINDS],
      ...(own && !isOurs && { code: own }),
      words: words ?? code?.display ?? '',
      ...(at !== undefined && { at }),
      ...(priority && { priority }),
    },
  ];
}

function deviceOf({ entry, code, start }: MedicalDevice): LetterDevice[] {
  const [id] = entry.ids;
  const own = bareCode(code);
  if (!id || !own) return [];
  return [{ id, code: own, words: code?.originalText ?? code?.display ?? '', ...(start !== undefined && { since: start }) }];
}

function allergyOf({ statement, kind, agent, agentName, words, start }: Allergy): LetterAllergy[] {
  const [id] = statement.ids;
  const code = bareCode(agent);
  const said = words ?? agentName;
  if (!kind || said === undefined) return [];
  return [{ ...(id && { id }), kind, ...(code && { agent: code }), words: said, ...(start !== undefined && { since: start }) }];
}
