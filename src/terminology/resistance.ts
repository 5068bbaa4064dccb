/**
 * Resistances that a ward must know of, told from what the laboratory wrote and from the antibiogram. A help to see, never a
 * diagnosis of the mechanism: a carbapenemase or an ESBL is named only when the laboratory names it.
 *
 * Source: French definitions of multi-resistant and emerging highly resistant bacteria (SF2H 2009; HCSP 2013, BHRe).
 */
import { plainText } from './plain-text.ts';
import { organismKey, type Susceptibility } from './qualitative.ts';

export type Resistance =
  /** Staphylococcus aureus resistant to meticillin (SARM). */
  | 'mrsa'
  /** Enterobacterales with an ESBL named by the laboratory (BLSE). */
  | 'esbl'
  /** Enterobacterales resistant to a third-generation cephalosporin, mechanism not named. */
  | 'cephalosporin-resistant'
  /** Enterobacterales with a carbapenemase named by the laboratory (EPC), highly resistant emerging bacteria. */
  | 'carbapenemase'
  /** Resistant to imipenem or meropenem, mechanism not named. */
  | 'carbapenem-resistant'
  /** Enterococcus faecium resistant to vancomycin (ERV), highly resistant emerging bacteria. */
  | 'vre';

export interface IsolateResult {
  /** Normalised row (`abx_oxacillin.isolate`), or any other with the printed label. */
  row: string;
  label: string;
  susceptibility?: Susceptibility | undefined;
}

const ENTEROBACTERALES =
  /^(?:escherichia|klebsiella|enterobacter|citrobacter|serratia|proteus|morganella|providencia|salmonella|shigella|hafnia|raoultella|pantoea|yersinia)\b/;

const WORDS: readonly (readonly [RegExp, Resistance])[] = [
  [/\b(?:sarm|mrsa|meth?icillino ?-?resistant\w*|resistant\w* a la meth?icilline)\b/, 'mrsa'],
  [/\b(?:blse|esbl)\b|beta-?lactamase a spectre (?:etendu|elargi)/, 'esbl'],
  [/\b(?:epc|carbapenemase|oxa-?48|ndm|kpc)\b/, 'carbapenemase'],
  [/\b(?:erv|vre|erg)\b|vancomycine?-?resistant/, 'vre'],
];

/** Words with which a mention denies: « absence de BLSE », « recherche de SARM négative »; a positive search does not. */
const DENIED = /\b(?:absence|pas|non|sans|negati\w*|recherche)\b/;

/**
 * @param organism as printed
 * @param results the antibiogram
 * @param words comments of the laboratory on this isolate, phenotype lines
 */
export function resistancesOf(organism: string, results: readonly IsolateResult[], words: readonly string[] = []): Resistance[] {
  const key = organismKey(organism);
  const found = new Set<Resistance>([organism, ...words].flatMap(namedIn));
  const isResistantTo = (drug: RegExp) =>
    results.some(({ row, label, susceptibility }) => susceptibility === 'R' && (drug.test(row) || drug.test(plainText(label))));
  if (key.startsWith('staphylococcus aureus') && isResistantTo(/oxacillin|cefoxitin|meticillin/)) found.add('mrsa');
  if (key.startsWith('enterococcus faecium') && isResistantTo(/vancomycin/)) found.add('vre');
  if (ENTEROBACTERALES.test(key)) {
    if (!found.has('carbapenemase') && isResistantTo(/imipenem|meropenem/)) found.add('carbapenem-resistant');
    if (!found.has('esbl') && isResistantTo(/cefotaxime|ceftriaxone|ceftazidime/)) found.add('cephalosporin-resistant');
  }
  return [...found];
}

function namedIn(text: string): Resistance[] {
  return text
    .split(/[.;\n]/)
    .map(plainText)
    .filter((sentence) => !DENIED.test(sentence) || /\bpositi/.test(sentence))
    .flatMap((sentence) => WORDS.flatMap(([named, resistance]) => (named.test(sentence) ? [resistance] : [])));
}
