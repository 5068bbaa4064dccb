/**
 * Why a value is shown as it is: which rule made its sign, from what, and where the rule comes from. Rules only, no judgement: the same
 * value always gives the same sentences. The screen has the words of each key. Pure.
 */
import { changeBetween, type Change } from './change.ts';
import type { CatalogueRow } from './contract.ts';
import { counts, isMeasured, type Reading } from './reading.ts';

export interface Explanation {
  key:
    | 'flag-laboratory'
    | 'flag-computed'
    | 'flag-region'
    | 'no-interval'
    | 'interval'
    | 'censored'
    | 'converted'
    | 'change-beyond'
    | 'change-within'
    | 'change-unknown'
    | 'change-method'
    | 'calculated'
    | 'corrected';
  /** Where the rule comes from; `biology.source.…` of the screen. */
  source: 'laboratory' | 'hl7' | 'cigogne' | 'region' | 'ucum' | 'rcv' | 'method';
  reading: Reading;
  change?: Change;
  info?: CatalogueRow;
}

/** @param readings of the row, oldest first */
export function explain(reading: Reading, readings: readonly Reading[], info: CatalogueRow | undefined): Explanation[] {
  const said: Explanation[] = [];
  const say = (key: Explanation['key'], source: Explanation['source'], more: Partial<Explanation> = {}) => {
    said.push({ key, source, reading, ...(info && { info }), ...more });
  };
  const { low, high, intervalText } = reading;
  if (reading.grade !== 'none' && reading.grade !== 'within') {
    if (reading.flagBy === 'laboratory') say('flag-laboratory', 'hl7');
    else if (reading.flagBy === 'region') say('flag-region', 'region');
    else say('flag-computed', 'cigogne');
  }
  if (reading.derived) say('calculated', 'cigogne');
  else if (low === undefined && high === undefined && intervalText === undefined) say('no-interval', 'laboratory');
  else say('interval', 'laboratory');
  if (reading.comparator) say('censored', 'laboratory');
  if (reading.isConverted) say('converted', 'ucum');
  if (reading.earlier) say('corrected', 'laboratory');
  const before = readings.findLast((other) => other.at < reading.at && counts(other) && isMeasured(other));
  if (before && isMeasured(reading)) {
    const change = changeBetween(before, reading, info);
    if (!change) say('change-method', 'method');
    else if (change.expectedPercent === undefined) say('change-unknown', 'rcv', { change });
    else say(change.beyondExpected ? 'change-beyond' : 'change-within', 'rcv', { change });
  }
  return said;
}
