/** The curve of one row: points in true time, cut where methods may not be compared, each with its own interval. */
import { areComparable } from './comparable.ts';
import { changeBetween, type Change } from './change.ts';
import type { CatalogueRow } from './contract.ts';
import { counts, type Reading } from './reading.ts';

export interface Point {
  reading: Reading;
  at: number;
  value: number;
  /** Which way the true value lies, when the laboratory could only say a limit: drawn hollow with an arrow. */
  censored?: 'down' | 'up';
  /** From the measured point before. */
  change?: Change;
}

export interface Segment {
  /** Letter of the method in order of time, absent when the row does not depend on it. */
  letter?: string;
  method?: string;
  points: Point[];
}

/** An interval holds from halfway to the point before to halfway to the point after. */
export interface IntervalStep {
  from: number;
  to: number;
  low?: number;
  high?: number;
}

export interface Series {
  segments: Segment[];
  steps: IntervalStep[];
  /** Where the line is cut, between the last point of a method and the first of the next. */
  cuts: number[];
  /** Readings that a curve cannot hold, by reason: they stand in the table twin. */
  notDrawn: { text: number; uncounted: number; undated: number };
}

/** @param readings of one row, oldest first: they share a unit by construction */
export function seriesOf(readings: readonly Reading[], info: CatalogueRow | undefined): Series {
  const notDrawn = { text: 0, uncounted: 0, undated: 0 };
  const points: Point[] = [];
  for (const reading of readings) {
    if (!counts(reading)) notDrawn.uncounted++;
    else if (reading.value === undefined) notDrawn.text++;
    else if (reading.timeIsAssumed) notDrawn.undated++;
    else points.push(pointOf(reading, points, info));
  }
  const segments = segmentsOf(points, info);
  return { segments, steps: stepsOf(points), cuts: cutsOf(segments), notDrawn };
}

function pointOf(reading: Reading, before: Point[], info: CatalogueRow | undefined): Point {
  const previous = before.findLast((point) => point.censored === undefined && point.at < reading.at)?.reading;
  const change = previous && changeBetween(previous, reading, info);
  const { comparator } = reading;
  return {
    reading,
    at: reading.at,
    value: reading.value!,
    ...(comparator && { censored: comparator === '<' || comparator === '≤' ? ('down' as const) : ('up' as const) }),
    ...(change && { change }),
  };
}

function segmentsOf(points: Point[], info: CatalogueRow | undefined): Segment[] {
  const segments: Segment[] = [];
  const letters = new Map<string, string>();
  let last: Point | undefined;
  for (const point of points) {
    if (!last || !areComparable(last.reading, point.reading, info)) segments.push(segmentOf(point, info, letters));
    segments.at(-1)!.points.push(point);
    last = point;
  }
  return segments;
}

/** A, B, C… in order of appearance; a method seen again gets its letter back. */
function segmentOf({ reading }: Point, info: CatalogueRow | undefined, letters: Map<string, string>): Segment {
  if (!info?.methodSensitive) return { points: [] };
  const method = reading.result.method;
  const key = method?.trim().toLowerCase() ?? `laboratory ${reading.report.laboratory.finess}`;
  const letter = letters.get(key) ?? String.fromCharCode(65 + (letters.size % 26));
  letters.set(key, letter);
  return { points: [], letter, ...(method && { method }) };
}

const cutsOf = (segments: Segment[]): number[] =>
  segments.slice(1).map((segment, index) => (segments[index]!.points.at(-1)!.at + segment.points[0]!.at) / 2);

/** Points at the same instant share a place: the interval of the last one is drawn. */
function stepsOf(points: Point[]): IntervalStep[] {
  const steps: IntervalStep[] = [];
  for (const [index, { at, reading }] of points.entries()) {
    const before = points[index - 1]?.at;
    const after = points[index + 1]?.at;
    const from = before === undefined ? at : (before + at) / 2;
    const to = after === undefined ? at : (at + after) / 2;
    if (reading.low === undefined && reading.high === undefined) continue;
    const { low, high } = reading;
    const last = steps.at(-1);
    if (last && last.to === from && last.low === low && last.high === high) last.to = to;
    else steps.push({ from, to, ...(low !== undefined && { low }), ...(high !== undefined && { high }) });
  }
  return steps;
}

/** Round values for an axis between two numbers, 4 to 7 of them; powers and their 2 and 5 on a logarithmic one. */
export function niceTicks(min: number, max: number, logarithmic: boolean): number[] {
  if (logarithmic && min > 0 && max / min > 3) {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
      for (const digit of [1, 2, 5]) ticks.push(Number((digit * 10 ** power).toPrecision(3)));
    }
    const inside = ticks.filter((tick) => tick >= min && tick <= max);
    return inside.length > 9 ? inside.filter((tick) => Number.isInteger(Math.log10(tick))) : inside;
  }
  const span = max - min || Math.abs(max) || 1;
  const raw = span / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= raw) ?? raw;
  const ticks: number[] = [];
  for (let tick = Math.ceil(min / step) * step; tick <= max + step * 1e-9; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}
