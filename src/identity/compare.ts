import type { Likeness, Traits } from './contract.ts';
import { comparedName, type PrintedTraits, wordsOf } from './traits.ts';

export const STRICT_TRAITS = ['birthFamily', 'firstBirthGiven', 'birthGivens', 'sex', 'birthDate', 'birthPlace'] as const;
const USED_TRAITS = ['usedFamily', 'usedGiven'] as const;
export type ComparedTrait = (typeof STRICT_TRAITS)[number] | (typeof USED_TRAITS)[number];
export type Comparison = Record<ComparedTrait, Likeness>;

/** COG code of a birthplace that nobody knows (INSEE). */
const UNKNOWN_PLACE = '99999';

/**
 * Trait by trait, what a sender printed against a record of the region. Case, accents, hyphens and apostrophes never make a difference.
 * Rules of the RNIV: the first given name must stand at the start of the list of given names; used names are extra.
 */
export function compareTraits(printed: PrintedTraits, known: Traits): Comparison {
  return {
    birthFamily: compareFamily(printed.birthFamily, known),
    firstBirthGiven: compareFirstGiven(printed, known),
    birthGivens: compareGivens(printed.birthGivens, known.birthGivens),
    sex: compareSex(printed.sex, known.sex),
    birthDate: compareDate(printed.birthDate, known.birthDate),
    birthPlace: comparePlace(printed.birthPlace?.cog, known.birthPlace?.cog),
    usedFamily: compareName(printed.usedFamily, known.usedFamily),
    usedGiven: compareName(printed.usedGiven, known.usedGiven),
  };
}

/** Whether the strict traits agree well enough for a matricule to be believed: all the same, given names may be a shorter list. */
export function isConcordant(comparison: Comparison): boolean {
  return STRICT_TRAITS.every((trait) => comparison[trait] === 'same' || (trait === 'birthGivens' && comparison.birthGivens === 'close'));
}

function compareName(printed: string | undefined, known: string | undefined): Likeness {
  if (!printed || !known) return 'missing';
  const [a, b] = [comparedName(printed), comparedName(known)];
  if (a === b) return 'same';
  return isSlip(a, b) || a.split(' ').toSorted().join() === b.split(' ').toSorted().join() ? 'close' : 'different';
}

function compareFamily(printed: string | undefined, known: Traits): Likeness {
  const likeness = compareName(printed, known.birthFamily);
  if (likeness !== 'different') return likeness;
  const [a, b] = [wordsOf(printed ?? ''), wordsOf(known.birthFamily)];
  const isShortened = startsWith(a, b) || startsWith(b, a);
  // the used name printed in the place of the birth name
  return isShortened || compareName(printed, known.usedFamily) === 'same' ? 'close' : 'different';
}

function compareFirstGiven(printed: PrintedTraits, known: Traits): Likeness {
  const likeness = compareName(printed.firstBirthGiven, known.firstBirthGiven);
  if (likeness === 'same' || likeness === 'missing') return likeness;
  const lists = [wordsOf(printed.birthGivens ?? ''), wordsOf(known.birthGivens)] as const;
  const firsts = [wordsOf(printed.firstBirthGiven ?? ''), wordsOf(known.firstBirthGiven)] as const;
  // JEAN and JEAN-PIERRE at the head of one and the same list: two ways to cut it, not two people
  const isSameList = lists[0].join(' ') === lists[1].join(' ');
  if (isSameList && startsWith(lists[0], firsts[0]) && startsWith(lists[1], firsts[1])) return 'same';
  return isShortOf(firsts[0], firsts[1]) || isShortOf(firsts[1], firsts[0]) ? 'close' : likeness;
}

/** Initials in the place of words: `J-PIERRE`, `J P` for JEAN-PIERRE. */
const isShortOf = (short: readonly string[], full: readonly string[]) =>
  short.length === full.length && short.every((word, n) => word === full[n] || (word.length === 1 && full[n]!.startsWith(word)));

function compareGivens(printed: string | undefined, known: string): Likeness {
  if (!printed) return 'missing';
  const [a, b] = [wordsOf(printed), wordsOf(known)];
  if (a.join(' ') === b.join(' ')) return 'same';
  return startsWith(a, b) || startsWith(b, a) ? 'close' : 'different';
}

function compareSex(printed: string | undefined, known: string): Likeness {
  if (!printed) return 'missing';
  if (printed === known) return 'same';
  return printed === 'UN' || known === 'UN' ? 'missing' : 'different';
}

function compareDate(printed: string | undefined, known: string): Likeness {
  if (!printed) return 'missing';
  if (printed === known) return 'same';
  const [year, month, day] = printed.split('-') as [string, string, string];
  const [knownYear, knownMonth, knownDay] = known.split('-') as [string, string, string];
  const may = (a: string, b: string) => a === b || a === '00' || b === '00';
  const saysLess = year === knownYear && may(month, knownMonth) && may(day, knownDay);
  const isSwapped = year === knownYear && month === knownDay && day === knownMonth;
  return saysLess || isSwapped || isSlip(printed, known) ? 'close' : 'different';
}

function comparePlace(printed: string | undefined, known: string | undefined): Likeness {
  if (!printed || !known) return 'missing';
  if (printed === known) return 'same';
  if (printed === UNKNOWN_PLACE || known === UNKNOWN_PLACE) return 'missing';
  return printed.slice(0, 2) === known.slice(0, 2) || isSlip(printed, known) ? 'close' : 'different';
}

const startsWith = (list: readonly string[], start: readonly string[]) =>
  start.length > 0 && start.every((word, index) => list[index] === word);

/** One letter changed, added, dropped, or two neighbours swapped; two of them in a long name. */
export function isSlip(a: string, b: string): boolean {
  const longest = Math.max(a.length, b.length);
  if (Math.abs(a.length - b.length) > 2) return false;
  return longest >= 3 && editDistance(a, b) <= (longest >= 9 && !/\d/.test(a) ? 2 : 1);
}

/** Edits between two texts (optimal string alignment: insert, delete, replace, swap of neighbours). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
