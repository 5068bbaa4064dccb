import type { Coded, PrintedPatient, ReferenceRange, Result } from '#formats';
import { completedYears } from '#terminology/contract';

/** The patient at the sampling, as far as the report says. */
export interface Sampled {
  sex?: 'M' | 'F' | undefined;
  /** Days since birth. */
  ageDays?: number | undefined;
  /** Birthdays passed. */
  ageYears?: number | undefined;
}

/** @param at ISO 8601 instant of the sampling */
export function sampledPatient({ sex, birthDate }: PrintedPatient, at: string | undefined): Sampled {
  const born = /^(\d{4})(\d{2})(\d{2})/.exec(birthDate ?? '');
  const day = born && `${born[1]}-${born[2]}-${born[3]}`;
  const days = day && at ? Math.floor((Date.parse(at) - Date.parse(day)) / 86_400_000) : undefined;
  return {
    sex: sex === 'M' || sex === 'F' ? sex : undefined,
    ageDays: days !== undefined && days >= 0 ? days : undefined,
    ageYears: day && at ? completedYears(day, at) : undefined,
  };
}

export interface ChosenReference {
  reference: ReferenceRange;
  /** Whom the laboratory said it is for: `F`, `âge 18 – 50`. Absent when it is for everybody. */
  isFor?: string;
  /** It says it is for somebody else: it is shown, and nothing is computed from it. */
  isForAnother?: true;
}

/**
 * The interval of this patient among those that the laboratory printed with conditions of sex and age: all conditions of the one chosen
 * hold, and no other says as much. Undefined when several could be theirs: a wrong interval is worse than none. Intervals without
 * conditions keep their order: the first is that of the value.
 */
export function chooseReference({ reference, otherReferences = [] }: Result, patient: Sampled): ChosenReference | undefined {
  if (!reference) return undefined;
  const all = [reference, ...otherReferences].map((one) => ({ one, conditions: one.preconditions ?? [] }));
  if (all.every(({ conditions }) => conditions.length === 0)) return { reference };
  const judged = all.map(({ one, conditions }) => ({ one, conditions, holds: allHold(conditions, patient) }));
  const fitting = judged.filter(({ holds }) => holds === true);
  const most = Math.max(...fitting.map(({ conditions }) => conditions.length));
  const best = fitting.filter(({ conditions }) => conditions.length === most);
  // One that might be theirs and says more than the best leaves it open.
  const isOpen = judged.some(({ holds, conditions }) => holds === undefined && conditions.length > Math.max(most, 0));
  if (best.length === 1 && !isOpen) return asReference(best[0]!.one);
  if (all.length > 1) return undefined;
  return judged[0]!.holds === false ? { ...asReference(judged[0]!.one), isForAnother: true } : asReference(judged[0]!.one);
}

/** An interval with whom it is for. */
export function asReference(reference: ReferenceRange): ChosenReference {
  const { preconditions: conditions = [] } = reference;
  return conditions.length === 0 ? { reference } : { reference, isFor: conditions.map(wordsOfCondition).join(', ') };
}

const wordsOfCondition = ({ display, originalText, code }: Coded) => display ?? originalText ?? code ?? '?';

/** False as soon as one does not hold; undefined when one cannot be told. */
function allHold(conditions: readonly Coded[], patient: Sampled): boolean | undefined {
  const each = conditions.map((condition) => holds(condition, patient));
  return each.includes(false) ? false : each.includes(undefined) ? undefined : true;
}

/** Sexes of JDV_J148 and of HL7; anything else that is not an age cannot be told. */
function holds(condition: Coded, { sex, ageDays, ageYears }: Sampled): boolean | undefined {
  const wanted = SEXES[(condition.code ?? condition.originalText ?? condition.display ?? '').toLowerCase()];
  if (wanted) return sex && sex === wanted;
  const range = ageRange(condition.originalText ?? condition.display ?? condition.code ?? '');
  if (!range) return undefined;
  const age = range.isYears ? ageYears : ageDays;
  if (age === undefined) return undefined;
  return (range.low === undefined || age >= range.low) && (range.high === undefined || age <= range.high);
}

const SEXES: Readonly<Record<string, 'M' | 'F'>> = {
  f: 'F',
  female: 'F',
  féminin: 'F',
  femme: 'F',
  m: 'M',
  male: 'M',
  masculin: 'M',
  homme: 'M',
};

/** UCUM and words of units of age, in days; a year is counted in birthdays. */
const DAYS: Readonly<Record<string, number>> = { d: 1, j: 1, jours: 1, wk: 7, sem: 7, semaines: 7, mo: 30.437_5, mois: 30.437_5 };

/** `âge 18 a – 50 a`, `âge  – 30 d`, `18 à 50 ans`. The last year given is counted whole. */
function ageRange(words: string): { low?: number; high?: number; isYears: boolean } | undefined {
  const found = /^(?:âge )?(?:de )?(\d{1,3})? ?([a-z]+)? ?(?:–|-|à) ?(\d{1,3})? ?([a-z]+)?$/.exec(words.trim().toLowerCase());
  if (!found) return undefined;
  const [, low, lowUnit, high, highUnit] = found;
  if (low === undefined && high === undefined) return undefined;
  const unit = highUnit ?? lowUnit;
  // Two units in one age: not read.
  if (unit === undefined || (lowUnit !== undefined && highUnit !== undefined && lowUnit !== highUnit)) return undefined;
  const isYears = ['a', 'an', 'ans'].includes(unit);
  const days = isYears ? 1 : DAYS[unit];
  if (days === undefined) return undefined;
  return {
    isYears,
    ...(low !== undefined && { low: Number(low) * days }),
    ...(high !== undefined && { high: Number(high) * days }),
  };
}
