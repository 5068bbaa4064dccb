/** Which samplings were taken during a stay, for the band over the dates. Pure: times in milliseconds since 1970. */
import type { Column } from '../columns.ts';
import { stayBars } from './lanes.ts';

type StayBar = ReturnType<typeof stayBars>[number];

/** Neighbouring columns of one stay. */
export interface StayRun {
  stay: StayBar;
  /** Places of its first and last columns. */
  first: number;
  last: number;
  /** Places of the columns that its name may cover: the longest stretch without another tag; absent when each has one. */
  name?: { first: number; last: number };
}

interface Sampled extends Pick<Column, 'at' | 'timeIsAssumed' | 'suspectTime'> {
  /** Something else is said over its date, which no name of a stay may hide. */
  isTagged: boolean;
}

/**
 * A sampling whose time is assumed or doubtful is in no stay: nothing says where the patient was. Between a stay and a passage through an
 * emergency department at the same moment, the stay.
 * @param dayOf the day of an instant on the clock of the region, `YYYY-MM-DD`
 */
export function stayRuns(columns: readonly Sampled[], stays: readonly StayBar[], dayOf: (at: number) => string): StayRun[] {
  const runs: StayRun[] = [];
  for (const [place, column] of columns.entries()) {
    const held = column.timeIsAssumed || column.suspectTime ? [] : stays.filter((stay) => holds(stay, column.at, dayOf));
    const stay = held.find(({ kind }) => kind === 'stay') ?? held[0];
    const before = runs.at(-1);
    if (stay && before?.stay === stay && before.last === place - 1) before.last = place;
    else if (stay) runs.push({ stay, first: place, last: place });
  }
  return runs.map((run) => ({ ...run, ...nameOf(run, columns) }));
}

/** A stay that is known to the day lasts until the end of its last day; one without an end is of its first day alone. */
function holds({ from, to }: StayBar, at: number, dayOf: (at: number) => string): boolean {
  if (at < from) return false;
  const isToTheDay = to === from || dayOf(to - 1) !== dayOf(to);
  return at <= to || (isToTheDay && dayOf(at) === dayOf(to));
}

function nameOf({ first, last }: StayRun, columns: readonly Sampled[]): Pick<StayRun, 'name'> {
  let best: StayRun['name'];
  let start = first;
  for (let place = first; place <= last + 1; place++) {
    if (place <= last && !columns[place]!.isTagged) continue;
    if (place > start && (!best || place - start > best.last - best.first + 1)) best = { first: start, last: place - 1 };
    start = place + 1;
  }
  return best ? { name: best } : {};
}
