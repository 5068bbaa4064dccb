/** Answers in words: qualitative results, susceptibility of a germ, titres, organisms. What was printed is always kept beside. */
import { plainText } from './plain-text.ts';

export type Qualitative = 'positive' | 'negative' | 'equivocal' | 'trace';

/** ObservationInterpretation codes that answer by themselves. */
const BY_CODE: Readonly<Record<string, Qualitative>> = {
  POS: 'positive',
  DET: 'positive',
  RR: 'positive',
  WR: 'equivocal',
  NEG: 'negative',
  ND: 'negative',
  NR: 'negative',
  E: 'equivocal',
  IND: 'equivocal',
};

/** Whole answers, plain text. Tried in this order: a negation is read before the word that it denies. */
const ANSWERS: readonly (readonly [RegExp, Qualitative])[] = [
  [/^(?:douteux|douteuse|equivoque|indetermine|indeterminee|limite|zone grise|faiblement reactif|a controler|\+\/-)$/, 'equivocal'],
  [/^(?:traces?|presence de traces|\(\+\))$/, 'trace'],
  [
    /^(?:neg|negatif|negative|absence|absent|absente|absents|absentes|neant|nul|nulle|non|sterile|aucune?)$|^(?:non|in)[ -]?(?:detecte|reactif|decele|mis en evidence|retrouve)[es]*$|^(?:absence|pas|recherche negative)\b|^recherche [a-z ]*negative$|^culture sterile$|^indetectable$|^-$/,
    'negative',
  ],
  [
    /^(?:pos|positif|positive|presence|present|presente|presents|presentes|oui|detecte|detectee|reactif|reactive|\+{1,4}|[1-4] ?\+)$|^(?:presence|recherche positive)\b/,
    'positive',
  ],
];

/**
 * What a qualitative result answers, from its interpretation code or its words. Undefined when the words are not a plain
 * answer: a sentence is for a person to read, and half-read it would be dangerous.
 */
export function readQualitative(text: string, interpretations: readonly string[] = []): Qualitative | undefined {
  const coded = interpretations.find((code) => Object.hasOwn(BY_CODE, code));
  if (coded !== undefined) return BY_CODE[coded];
  const plain = text.trim() === '-' ? '-' : plainText(text.replaceAll('(+)', 'traces'));
  return plain.length > 60 ? undefined : ANSWERS.find(([words]) => words.test(plain))?.[1];
}

/** S, susceptible at increased exposure (SFP in France), R. `I` without a date may be the older "intermediate". */
export type Susceptibility = 'S' | 'SFP' | 'I' | 'R' | 'not-susceptible';

/** First year of the French antibiogram committee's wording « sensible à forte posologie ». */
const SFP_SINCE_YEAR = 2020;

const SUSCEPTIBILITY: Readonly<Record<string, Susceptibility>> = {
  s: 'S',
  sensible: 'S',
  susceptible: 'S',
  sfp: 'SFP',
  sdd: 'SFP',
  'sensible a forte posologie': 'SFP',
  'sensible forte posologie': 'SFP',
  'sensible a forte dose': 'SFP',
  i: 'I',
  intermediaire: 'I',
  r: 'R',
  resistant: 'R',
  ns: 'not-susceptible',
  'non sensible': 'not-susceptible',
};

/**
 * The category of an antibiogram line, from a code or the French words. `I` is read as SFP from 2020 on, when EUCAST's new
 * meaning was taken up in France, and stays `I` before or without a date: the two do not call for the same treatment.
 */
export function readSusceptibility(printed: string, year?: number): Susceptibility | undefined {
  const plain = plainText(printed);
  const found = Object.hasOwn(SUSCEPTIBILITY, plain) ? SUSCEPTIBILITY[plain] : undefined;
  return found === 'I' && plain === 'i' && year !== undefined && year >= SFP_SINCE_YEAR ? 'SFP' : found;
}

/** `1/160` is the titre 160; undefined for any other text. A titre is never a fraction. */
export function readTitre(text: string): { titre: number; comparator?: '<' | '≤' | '>' | '≥' } | undefined {
  const found = /^(<=|>=|[<>≤≥])? ?1 ?[/:] ?(\d{1,3}(?: \d{3})+|\d{1,7})$/.exec(text.trim().replaceAll(/[\u00a0\u202f]/g, ' '));
  if (!found) return undefined;
  const titre = Number(found[2]?.replaceAll(' ', ''));
  const sign = found[1]?.replace('<=', '≤').replace('>=', '≥') as '<' | '≤' | '>' | '≥' | undefined;
  return titre > 0 ? { titre, ...(sign && { comparator: sign }) } : undefined;
}

const SHORT_GENUS: Readonly<Record<string, string>> = {
  'e coli': 'escherichia coli',
  'e faecalis': 'enterococcus faecalis',
  'e faecium': 'enterococcus faecium',
  'k pneumoniae': 'klebsiella pneumoniae',
  'k oxytoca': 'klebsiella oxytoca',
  'p aeruginosa': 'pseudomonas aeruginosa',
  'p mirabilis': 'proteus mirabilis',
  's aureus': 'staphylococcus aureus',
  's epidermidis': 'staphylococcus epidermidis',
  's saprophyticus': 'staphylococcus saprophyticus',
  's agalactiae': 'streptococcus agalactiae',
  's pneumoniae': 'streptococcus pneumoniae',
  's pyogenes': 'streptococcus pyogenes',
};

/**
 * A key to gather one organism over time, printed names differing by case, accents or a shortened genus. The printed name is
 * what is shown; names that this does not know stay apart.
 */
export function organismKey(printed: string): string {
  const plain = plainText(printed);
  return Object.hasOwn(SHORT_GENUS, plain) ? (SHORT_GENUS[plain] ?? plain) : plain;
}
