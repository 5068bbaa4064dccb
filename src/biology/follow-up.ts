/** What the team noted beside the results, and where a value stands against the target set for this patient. Pure. */
import type { FollowUp, Note, Target } from './contract.ts';
import type { Row } from './grid.ts';
import { counts, type Reading } from './reading.ts';
import { DAY_MS } from './time.ts';

export const NOTHING_NOTED: FollowUp = { notes: [], targets: [] };

export const seenOf = ({ notes }: FollowUp, documentId: string): Note[] =>
  notes.filter((note) => note.kind === 'seen' && note.documentId === documentId);

/** Tasks of a report that nobody noted as done. */
export function openTasks({ notes }: FollowUp, documentId?: string): Note[] {
  const done = new Set(notes.flatMap(({ about }) => about ?? []));
  return notes.filter(
    (note) => note.kind === 'task' && !done.has(note.noteId) && (documentId === undefined || note.documentId === documentId),
  );
}

/** The target of a row: in another unit than today's it would lie, so it is left out. */
export function targetOf({ targets }: FollowUp, row: Pick<Row, 'id' | 'unit'>): Target | undefined {
  return targets.find((target) => target.row === row.id && (target.unit ?? '') === (row.unit ?? ''));
}

export type TargetPlace = 'within' | 'above' | 'below';

/** Limits belong to the target. A censored value is placed only when its limit is enough to tell. */
export function placeAgainst({ low, high }: Pick<Target, 'low' | 'high'>, { value, comparator }: Pick<Reading, 'value' | 'comparator'>) {
  if (value === undefined) return undefined;
  const isAtMost = comparator === '<' || comparator === '≤';
  const isAtLeast = comparator === '>' || comparator === '≥';
  if (high !== undefined && value > high && !isAtMost) return 'above' satisfies TargetPlace;
  if (low !== undefined && value < low && !isAtLeast) return 'below' satisfies TargetPlace;
  if (isAtMost && (low !== undefined || (high !== undefined && value > high))) return undefined;
  if (isAtLeast && (high !== undefined || (low !== undefined && value < low))) return undefined;
  return 'within' satisfies TargetPlace;
}

/** Between two measures further apart, nobody knows where the value was. */
const LONGEST_GAP_DAYS = 56;

export interface TargetShare {
  /** Results that can be placed, and those within the target. */
  results: number;
  within: number;
  /** Part of the time within, 0 to 1; absent when no two measures are close enough to tell. */
  time?: number;
}

/**
 * How often within the target. The part of the time supposes a straight line between two measures at most 56 days apart.
 * Source: Rosendaal et al., Thromb Haemost 1993; 69: 236–239 (linear interpolation; gaps over 8 weeks left out).
 * @param readings of one row, oldest first
 */
export function shareWithin(target: Pick<Target, 'low' | 'high'>, readings: readonly Reading[]): TargetShare {
  const placed = readings.filter((reading) => counts(reading)).flatMap((reading) => placeAgainst(target, reading) ?? []);
  const measured = readings.filter(
    (reading) => counts(reading) && reading.value !== undefined && reading.comparator === undefined && !reading.timeIsAssumed,
  );
  let known = 0;
  let within = 0;
  for (const [index, after] of measured.entries()) {
    const before = measured[index - 1];
    const days = before ? (after.at - before.at) / DAY_MS : 0;
    if (!before || days <= 0 || days > LONGEST_GAP_DAYS) continue;
    known += days;
    within += days * lineWithin(before.value!, after.value!, target);
  }
  return {
    results: placed.length,
    within: placed.filter((place) => place === 'within').length,
    ...(known > 0 && { time: within / known }),
  };
}

/** Part of a straight line from one value to another that lies within the limits. */
function lineWithin(
  from: number,
  to: number,
  { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY }: Pick<Target, 'low' | 'high'>,
) {
  const [least, most] = [Math.min(from, to), Math.max(from, to)];
  if (least === most) return least >= low && least <= high ? 1 : 0;
  return Math.max(0, Math.min(most, high) - Math.max(least, low)) / (most - least);
}
