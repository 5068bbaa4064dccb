/** Answers in words over time, one lane an analyte: what was negative and became positive is seen at once. Pure. */
import { answerOf } from './answer.ts';
import type { Row } from './grid.ts';
import { counts, type Reading } from './reading.ts';

export interface SerologyMark {
  reading: Reading;
  at: number;
  /** `positive`, `negative`, `equivocal`, `trace`; a titre stands as positive, with its words. */
  answer: string;
  /** Another answer than the one before it. */
  isTurn: boolean;
}

export interface SerologyLane {
  row: Row;
  marks: SerologyMark[];
}

/** LOINC part of the disciplines whose answers make a lane: serology and virology, among the chapters of the catalogue. */
const CHAPTER = /s[ée]rolog|virolog|infectieu/i;

/**
 * Rows of serology and virology, and any other row that answered positive or negative at least twice, each with its answers, oldest first.
 * @param rows of the whole record
 */
export function serologyLanes(rows: readonly Row[]): SerologyLane[] {
  return rows
    .map((row) => ({ row, marks: marksOf(row) }))
    .filter(
      ({ row, marks }) => marks.length > 0 && (marks.length > 1 || CHAPTER.test(`${row.info?.chapter ?? ''} ${row.info?.panel ?? ''}`)),
    );
}

function marksOf(row: Row): SerologyMark[] {
  const said = row.readings.flatMap((reading) => {
    const answer = counts(reading) && !reading.timeIsAssumed ? answerOf(reading) : undefined;
    return answer === undefined ? [] : [{ reading, at: reading.at, answer }];
  });
  return said.map((mark, i) => ({ ...mark, isTurn: i > 0 && sideOf(mark.answer) !== sideOf(said[i - 1]!.answer) }));
}

export type Side = 'positive' | 'negative' | 'between';

/** A titre was found: it is on the positive side of the lane, as `traces` is of neither. `<1/20` is not found. */
export function sideOf(answer: string): Side {
  if (answer === 'negative' || /^[<≤]/.test(answer)) return 'negative';
  return answer === 'positive' || /1\//.test(answer) ? 'positive' : 'between';
}
