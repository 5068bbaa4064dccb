/** Which rows an uncoded or locally coded result may belong to, best first: a help for the biologist who maps, never a decision. */
import { catalogueRows, type RowInfo } from './catalogue.ts';
import { bringTo } from './conversion.ts';
import { plainText } from './plain-text.ts';

/** What is known of one local code of one laboratory. */
export interface Observed {
  label: string;
  unit?: string | undefined;
  /** HL7 table 0487 code or French words. */
  specimen?: string | undefined;
  /** Some printed values, in the printed unit. */
  values?: readonly number[] | undefined;
}

export interface Proposal {
  row: RowInfo;
  /** 0 to 1. */
  score: number;
  /** What speaks for it and against it, as message keys. */
  reasons: ('same-name' | 'close-name' | 'same-unit' | 'convertible-unit' | 'same-specimen' | 'usual-values' | 'unusual-values')[];
}

/** Median of the values already known of a row, in the row's unit: from the region's own results. */
export type UsualValue = (row: string) => number | undefined;

/** Specimens that a word or an HL7 0487 code stands for. */
const SPECIMENS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:ur|uri|urn)$|urin|\bpu\b/, /^urine/],
  [/^(?:csf|lcr)$|cephalo|cerebrospinal/, /^csf/],
  [/^(?:stl|fec)$|selle|fecal/, /^stool/],
  [/^(?:ser|plas|ppp|bld|wb)$|^(?:serum|plasma|sang)/, /^(?:serum|plasma|blood|rbc|capillary)/],
  [/sperm|semen/, /^semen/],
  [/saliv/, /^saliva/],
];

/** At most `limit` rows whose name is near, whose unit can be brought and whose specimen does not contradict. */
export function proposeRows(observed: Observed, usual: UsualValue = () => undefined, limit = 5): Proposal[] {
  const words = wordsOf(observed.label);
  return catalogueRows()
    .flatMap((row) => propose(row, observed, words, usual))
    .toSorted((a, b) => b.score - a.score || a.row.order - b.row.order)
    .slice(0, limit);
}

function propose(row: RowInfo, observed: Observed, words: ReadonlySet<string>, usual: UsualValue): Proposal[] {
  const reasons: Proposal['reasons'] = [];
  const name = Math.max(...[row.label, ...row.synonyms, row.plain?.name ?? ''].map((known) => likeness(words, wordsOf(known))));
  if (name < 0.3) return [];
  reasons.push(name === 1 ? 'same-name' : 'close-name');
  const bringing = observed.unit?.trim() ? bringTo(row, observed.unit) : undefined;
  if (bringing?.kind === 'refused') return [];
  if (bringing && row.unit !== '') reasons.push(bringing.kind === 'same' ? 'same-unit' : 'convertible-unit');
  const specimen = specimenFit(row, observed.specimen);
  if (specimen === false) return [];
  if (specimen) reasons.push('same-specimen');
  const values = valueFit(row, observed, usual, bringing);
  if (values !== undefined) reasons.push(values > 0 ? 'usual-values' : 'unusual-values');
  const unit = bringing && row.unit !== '' ? (bringing.kind === 'same' ? 1 : 0.8) : 0.4;
  const score = 0.4 * name + 0.2 * unit + 0.1 * (specimen ? 1 : 0.5) + 0.3 * (values ?? 0.5);
  return [{ row, score: Math.round(score * 1000) / 1000, reasons }];
}

/** Words that say nothing of the analyte. */
const COMMON = new Set([
  'de',
  'du',
  'des',
  'la',
  'le',
  'les',
  'l',
  'd',
  'en',
  'et',
  'a',
  'dosage',
  'taux',
  'recherche',
  'serique',
  'sanguin',
  'sang',
]);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    plainText(text)
      .split(/[ /]+/)
      .filter((word) => word !== '' && !COMMON.has(word)),
  );
}

/** Shared words over all words; 1 when the two names are the same. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const shared = a.intersection(b).size;
  return shared / (a.size + b.size - shared);
}

function specimenFit(row: RowInfo, printed: string | undefined): boolean | undefined {
  const plain = plainText(printed ?? '');
  const known = plain === '' ? undefined : SPECIMENS.find(([words]) => words.test(plain));
  return known && known[1].test(row.row.slice(row.row.lastIndexOf('.') + 1));
}

/** 1 near the usual value, down to 0 from ten times away on. */
function valueFit(
  row: RowInfo,
  observed: Observed,
  usual: UsualValue,
  bringing: ReturnType<typeof bringTo> | undefined,
): number | undefined {
  const typical = usual(row.row);
  const positive = (observed.values ?? []).filter((value) => value > 0).toSorted((a, b) => a - b);
  const median = positive[Math.floor(positive.length / 2)];
  if (typical === undefined || typical <= 0 || median === undefined) return undefined;
  const brought = bringing?.kind === 'converted' ? median * bringing.scale + bringing.offset : median;
  return Math.max(0, 1 - Math.abs(Math.log10(brought / typical)));
}
