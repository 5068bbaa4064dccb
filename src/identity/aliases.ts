import type { Traits } from './contract.ts';
import { comparedName, type PrintedTraits, searchColumns, wordsOf } from './traits.ts';

/** A family name with the given names beside it, as received. */
export interface Name {
  family: string;
  /** Space separated. */
  givens: string;
  firstGiven: string;
}

/** A name, and where it is known from. */
export interface KnownName extends Name {
  /** Borne by the record before, printed by a sender of a linked arrival or number, or of a record merged into this one. */
  origin: 'history' | 'print' | 'merged';
  /** FINESS of the structure that printed it; null when a person or a service gave it. */
  sender: string | null;
  knownAt: Date;
}

/** The names in a print, or in the traits of a record: at birth, and in use. A family name alone is nobody's. */
export function namesIn(traits: PrintedTraits): Name[] {
  const { birthFamily, usedFamily, usedGiven } = traits;
  const birthGivens = traits.birthGivens ?? traits.firstBirthGiven;
  const firstGiven = traits.firstBirthGiven ?? birthGivens?.split(/\s+/)[0];
  const [family, given] = [usedFamily ?? birthFamily, usedGiven ?? firstGiven];
  return [
    ...(birthFamily && birthGivens && firstGiven ? [{ family: birthFamily, givens: birthGivens, firstGiven }] : []),
    ...((usedFamily || usedGiven) && family && given ? [{ family, givens: given, firstGiven: given }] : []),
  ];
}

/** Whether a record bears a name as it is: either of its family names, beside any of its lists of given names, which may be shorter. */
export function isBorne(name: Name, { birthFamily, usedFamily, birthGivens, firstBirthGiven, usedGiven }: Traits): boolean {
  const families = [birthFamily, usedFamily ?? birthFamily].map(comparedName);
  return (
    families.includes(comparedName(name.family)) &&
    [birthGivens, firstBirthGiven, usedGiven ?? firstBirthGiven].some((givens) => isShorterOrSame(name.givens, givens))
  );
}

/** Two names written differently, or one with fewer given names, are one. */
export const isSameName = (a: Name, b: Name): boolean =>
  comparedName(a.family) === comparedName(b.family) && isShorterOrSame(a.givens, b.givens);

function isShorterOrSame(one: string, another: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(another)];
  return a.every((word, n) => n >= b.length || word === b[n]);
}

/** The names that are aliases of a record: not borne now, each once in its fullest form, the earliest known first. */
export function aliasesAmong(current: Traits, names: readonly KnownName[]): KnownName[] {
  const kept: KnownName[] = [];
  const length = ({ givens }: Name) => wordsOf(givens).length;
  for (const name of names.toSorted((a, b) => length(b) - length(a) || a.knownAt.getTime() - b.knownAt.getTime()))
    if (!isBorne(name, current) && !kept.some((other) => isSameName(other, name))) kept.push(name);
  return kept.toSorted((a, b) => a.knownAt.getTime() - b.knownAt.getTime());
}

/** The traits of a record, had it borne that name. */
export function traitsUnder({ family, givens, firstGiven }: Name, current: Traits): Traits {
  const { usedFamily: _, usedGiven: __, ...traits } = current;
  return { ...traits, birthFamily: family, birthGivens: givens, firstBirthGiven: firstGiven };
}

/** The columns by which an alias is found: by its family name, beside any word of the names borne now. */
export function aliasColumns(name: Name, current: Traits) {
  const { comparedFamily, searchFamily, searchWords, sound } = searchColumns(traitsUnder(name, current));
  return {
    birth_date: current.birthDate,
    compared_family: comparedFamily,
    search_family: searchFamily,
    search_words: `${searchWords}${searchColumns(current).searchWords}`,
    sound,
  };
}
