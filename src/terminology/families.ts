/**
 * Families of results that need more care than the rest, and what each asks for. This file says which result belongs to which
 * family and the strictest default; who is who, and what a region opens, is decided by the rights module. A result may belong to
 * several families: the strictest rule of each applies. What is uncertain (an unknown age, an uncoded label) counts as belonging.
 */

import { plainText } from './plain-text.ts';

/** Changes whenever the table changes; kept with the decisions made by it. */
export const FAMILIES_VERSION = '2026-11-22';

export const FAMILIES = [
  'constitutional-genetics',
  'hiv',
  'sexual-health-of-minor',
  'pregnancy-of-minor',
  'anonymous',
  'childbirth-under-secrecy',
  'not-for-care',
] as const;
export type Family = (typeof FAMILIES)[number];

export interface FamilyRule {
  /** Who may read it among professionals with a care link. `none`: the result never enters the record. */
  professionals: 'care-team' | 'treating-doctor-prescriber-laboratory' | 'prescriber-laboratory' | 'none';
  /** When the person sees it: at once, once a professional has told them, once their prescriber has told them, or never here. */
  patient: 'at-once' | 'after-told' | 'after-told-by-prescriber' | 'none';
  /** May its arrival be announced to the person (message, mail)? When not, the person finds it only by coming to look. */
  isPushed: boolean;
  /** Holders of parental authority. */
  representatives: boolean;
  /** What the rule rests on, French law. */
  basis: string;
}

/** A rule for every family; a region's own table has the same shape. */
export type FamilyRules = Readonly<Record<Family, FamilyRule>>;

export const FAMILY_RULES: FamilyRules = {
  'constitutional-genetics': {
    professionals: 'prescriber-laboratory',
    patient: 'after-told-by-prescriber',
    isPushed: false,
    representatives: false,
    basis:
      'Code de la santé publique, examination of constitutional genetic characteristics (L1131-1 and following): told by the prescriber',
  },
  hiv: {
    professionals: 'treating-doctor-prescriber-laboratory',
    patient: 'after-told',
    isPushed: false,
    representatives: false,
    basis: 'professional secrecy (CSP L1110-4); a screening result is told by a professional',
  },
  'sexual-health-of-minor': {
    professionals: 'treating-doctor-prescriber-laboratory',
    patient: 'after-told',
    isPushed: false,
    representatives: false,
    basis: 'care of a minor in secret from the parents (CSP L1111-5, L1111-5-1)',
  },
  'pregnancy-of-minor': {
    professionals: 'treating-doctor-prescriber-laboratory',
    patient: 'after-told',
    isPushed: false,
    representatives: false,
    basis: 'contraception and termination of pregnancy of a minor (CSP L5134-1, L2212-7)',
  },
  anonymous: {
    professionals: 'none',
    patient: 'none',
    isPushed: false,
    representatives: false,
    basis: 'anonymous screening: no identity, no record',
  },
  'childbirth-under-secrecy': {
    professionals: 'none',
    patient: 'none',
    isPushed: false,
    representatives: false,
    basis: 'secrecy of admission and identity (Code de l’action sociale et des familles, L222-6): no record under the identity',
  },
  'not-for-care': {
    professionals: 'none',
    patient: 'none',
    isPushed: false,
    representatives: false,
    basis: 'occupational, insurance and forensic tests are not care and never enter the record',
  },
};

/** What the families are told from. */
export interface SensitiveResult {
  /** Normalised row. */
  row: string;
  label: string;
  loinc?: string | undefined;
}

export interface SensitiveContext {
  /** Completed years at the sampling; unknown counts as a minor. */
  ageYears?: number | undefined;
  isAnonymous?: boolean | undefined;
  isChildbirthUnderSecrecy?: boolean | undefined;
  purpose?: 'care' | 'occupational' | 'insurance' | 'forensic' | undefined;
}

const ADULT_YEARS = 18;

/** Rows by the part of the key before the specimen. JAK2 is an acquired mutation of a tumour: not constitutional. */
const GENETIC_ROWS = new Set(['hla_b27', 'f2_g20210a', 'f5_mutations', 'hfe']);
const HIV_ROWS = /^hiv/;
const SEXUAL_ROWS = /^(?:chlamydia|gonorrhoea|syphilis|tpha|rpr|vdrl|hsv2|hpv|hiv|hbs_ag|hcv_ab)/;
const PREGNANCY_ROWS = /^(?:hcg|papp_a|t21|afp_mom|fetal_fibronectin)/;

/** For rows outside the catalogue: words of the printed label, without accents. */
const GENETIC_WORDS =
  /\b(?:genetique|genotyp|mutation|caryotype|adn constitutionnel|acpa|exome|brca|cftr|facteur v leiden|leiden|hla[ -]?b ?27|hemochromatose|x fragile)/;
const ACQUIRED_WORDS = /\b(?:somatique|tumoral|tumeur|jak2|bcr|egfr|kras|nras|braf|virus|viral|vih|vhc|vhb|hcv|hbv|hpv|resistance)/;
const HIV_WORDS = /\b(?:vih|hiv|p24|sida)\b/;
const SEXUAL_WORDS =
  /\b(?:ist|mst|chlamydia\w*|gonocoque|gonorrhoeae?|syphilis|treponem\w*|tpha|vdrl|rpr|papillomavirus|hpv|trichomonas|genitalium|herpes genital)\b/;
const PREGNANCY_WORDS = /\b(?:hcg|grossesse|trisomie|t21|ivg)\b/;

/** The families of one result, or none. Pure: same result, same context, same answer. */
export function familiesOf(result: SensitiveResult, context: SensitiveContext = {}): Family[] {
  const families: Family[] = [];
  if (context.isAnonymous) families.push('anonymous');
  if (context.isChildbirthUnderSecrecy) families.push('childbirth-under-secrecy');
  if (context.purpose !== undefined && context.purpose !== 'care') families.push('not-for-care');
  const of = (rows: RegExp, words: RegExp) => belongs(result, (analyte) => rows.test(analyte), words);
  if (isConstitutionalGenetics(result)) families.push('constitutional-genetics');
  if (of(HIV_ROWS, HIV_WORDS)) families.push('hiv');
  const isMinor = context.ageYears === undefined || context.ageYears < ADULT_YEARS;
  if (isMinor && of(SEXUAL_ROWS, SEXUAL_WORDS)) families.push('sexual-health-of-minor');
  if (isMinor && of(PREGNANCY_ROWS, PREGNANCY_WORDS)) families.push('pregnancy-of-minor');
  return families;
}

function isConstitutionalGenetics(result: SensitiveResult): boolean {
  const words = plainText(result.label);
  return (
    belongs(result, (analyte) => GENETIC_ROWS.has(analyte), GENETIC_WORDS) && (isInCatalogue(result.row) || !ACQUIRED_WORDS.test(words))
  );
}

/** A row of the catalogue decides by itself; any other by the words printed. */
function belongs(result: SensitiveResult, isRow: (analyte: string) => boolean, words: RegExp): boolean {
  return isInCatalogue(result.row) ? isRow(result.row.slice(0, result.row.indexOf('.'))) : words.test(plainText(result.label));
}

function isInCatalogue(row: string): boolean {
  return !/^(?:loinc|local|calc):/.test(row) && row.includes('.');
}
