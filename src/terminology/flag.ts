/**
 * High, low, within: the laboratory's own word wins; from its own interval only when it sent none.
 * A value below or above the measuring range gets a flag only when every value it can stand for deserves it.
 */
import type { Comparator, Flag, PrintedInterval, PrintedNumber } from './result.ts';

/** ObservationInterpretation (HL7 v3 code system 2.16.840.1.113883.5.83) to what a reader must see. */
const FLAG_OF: Readonly<Record<string, Flag>> = {
  N: 'N',
  L: 'L',
  H: 'H',
  LL: 'LL',
  HH: 'HH',
  A: 'A',
  AA: 'AA',
  LU: 'LL',
  HU: 'HH',
  LX: 'L',
  HX: 'H',
  EX: 'A',
};

/** The strongest flag among the codes received, or undefined when none of them is about height or abnormality (S, POS, U…). */
export function flagOfInterpretations(codes: readonly string[] | undefined): Flag | undefined {
  const flags = (codes ?? []).flatMap((code) => (Object.hasOwn(FLAG_OF, code) ? [FLAG_OF[code] ?? 'A'] : []));
  return flags.toSorted((a, b) => STRENGTH.indexOf(b) - STRENGTH.indexOf(a))[0];
}

const STRENGTH: readonly Flag[] = ['N', 'A', 'L', 'H', 'AA', 'LL', 'HH'];

/**
 * The flag that the laboratory's own interval gives to its own value, both in the printed unit. Bounds belong to the interval
 * unless the sender said otherwise. Undefined when nothing certain can be said. Never a critical flag: that is the laboratory's.
 */
export function flagFromInterval(number: PrintedNumber, interval: PrintedInterval): Flag | undefined {
  const { low, high } = interval;
  if (low === undefined && high === undefined) return undefined;
  if (low !== undefined && high !== undefined && low > high) return undefined;
  const [least, most] = possible(number.value, number.comparator);
  if (low !== undefined && isBelow(most, low, interval.lowInclusive === false)) return 'L';
  if (high !== undefined && isAbove(least, high, interval.highInclusive === false)) return 'H';
  const isOverLow = low === undefined || least.value > low || (least.value === low && (least.isOpen || interval.lowInclusive !== false));
  const isUnderHigh = high === undefined || most.value < high || (most.value === high && (most.isOpen || interval.highInclusive !== false));
  return isOverLow && isUnderHigh ? 'N' : undefined;
}

interface End {
  value: number;
  /** The end itself cannot be the value: `<5` is never 5. */
  isOpen: boolean;
}

/** The least and the most that the printed number can stand for. What is printed above zero is of a kind that has none below. */
function possible(value: number, comparator: Comparator | undefined): [least: End, most: End] {
  const closed = { value, isOpen: false };
  const floor = { value: value < 0 ? -Infinity : 0, isOpen: false };
  switch (comparator) {
    case '<':
      return [floor, { value, isOpen: true }];
    case '≤':
      return [floor, closed];
    case '>':
      return [
        { value, isOpen: true },
        { value: Infinity, isOpen: true },
      ];
    case '≥':
      return [closed, { value: Infinity, isOpen: true }];
    default:
      return [closed, closed];
  }
}

/** Everything up to `most` lies below the bound. */
function isBelow(most: End, bound: number, boundIsOutside: boolean): boolean {
  return most.value < bound || (most.value === bound && (most.isOpen || boundIsOutside));
}

/** Everything from `least` on lies above the bound. */
function isAbove(least: End, bound: number, boundIsOutside: boolean): boolean {
  return least.value > bound || (least.value === bound && (least.isOpen || boundIsOutside));
}
