/** Places of a curve: from values and times to pixels, and the round numbers written on its axes. Pure. */
import { clockTime, type Language, showDate, type Zone } from '#ui';
import { niceTicks, type Point, type Series } from '../series.ts';
import { DAY_MS } from '../time.ts';

export interface PlotFrame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  from: number;
  to: number;
  low: number;
  high: number;
  isLog: boolean;
}

/** What the axis of time is told from. */
type TimeFrame = Pick<PlotFrame, 'width' | 'left' | 'right' | 'from' | 'to'>;

export const xOf = (frame: TimeFrame, at: number): number =>
  frame.left + ((at - frame.from) / (frame.to - frame.from)) * (frame.width - frame.left - frame.right);

export function yOf(frame: PlotFrame, value: number): number {
  const place = frame.isLog ? Math.log : (it: number) => it;
  const [low, high] = [place(frame.low), place(frame.high)];
  const reach = frame.height - frame.top - frame.bottom;
  return frame.top + reach * (1 - (place(Math.max(value, frame.isLog ? Number.MIN_VALUE : value)) - low) / (high - low || 1));
}

export const pointsOf = (series: Series): Point[] => series.segments.flatMap((segment) => segment.points);

/** A logarithmic scale needs values above zero. */
export const mayBeLog = (series: Series): boolean => {
  const points = pointsOf(series);
  return points.length > 0 && points.every((point) => point.value > 0);
};

/** Wide values are first drawn on a logarithmic scale: one spike would flatten all the rest. */
const LOG_RATIO = 12;

export function isLogBetter(series: Series): boolean {
  const values = pointsOf(series).map((point) => point.value);
  return mayBeLog(series) && Math.max(...values) / Math.min(...values) > LOG_RATIO;
}

/**
 * Low and high of the axis: all points of the period and the near limits of their intervals, with a little air.
 * @param also other limits worth seeing when they are near: the target of this patient
 */
export function valueRange(
  series: Series,
  from: number,
  to: number,
  isLog: boolean,
  also: readonly number[] = [],
): { low: number; high: number } {
  const seen = pointsOf(series).filter((point) => point.at >= from && point.at <= to);
  const values = (seen.length > 0 ? seen : pointsOf(series)).map((point) => point.value);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const limits = seen
    .flatMap(({ reading }) => [reading.low, reading.high, ...also])
    .filter((limit): limit is number => limit !== undefined);
  /* A limit far from every value would flatten the curve: it is told by its number, not by its place. */
  const near = limits.filter((limit) =>
    isLog
      ? limit > 0 && limit < max * 8 && limit > min / 8
      : Math.abs(limit - (min + max) / 2) < Math.max((max - min) * 2.5, Math.abs(max) * 0.6),
  );
  const low = Math.min(min, ...near);
  const high = Math.max(max, ...near);
  if (isLog) return low === high ? { low: low / 2, high: high * 2 } : { low: low / 1.35, high: high * 1.35 };
  const air = (high - low || Math.abs(high) || 1) * 0.12;
  return { low: low >= 0 && low - air < 0 ? 0 : low - air, high: high + air };
}

/** Lower than this, in px, only the powers of ten of a logarithmic axis can be written without touching. */
const LOW_PX = 110;

export function valueTicks(frame: PlotFrame): number[] {
  const ticks = niceTicks(frame.low, frame.high, frame.isLog);
  const powers = frame.isLog && frame.height < LOW_PX ? ticks.filter((tick) => Number.isInteger(Math.log10(tick))) : [];
  return powers.length > 1 ? powers : ticks;
}

/** Decimals that tell the ticks apart. */
export function tickDecimals(ticks: readonly number[]): number {
  return Math.max(0, ...ticks.map((tick) => /\.(\d+)$/.exec(String(tick))?.[1]?.length ?? 0));
}

export interface TimeTick {
  at: number;
  label: string;
  /** Written under the first tick of each year. */
  year?: string;
}

const STEPS: readonly { days: number; months?: number }[] = [
  { days: 1 },
  { days: 2 },
  { days: 7 },
  { days: 14 },
  { days: 30, months: 1 },
  { days: 91, months: 3 },
  { days: 182, months: 6 },
  { days: 365, months: 12 },
  { days: 730, months: 24 },
  { days: 1826, months: 60 },
];

/** Months or days of the calendar of the region, as many as the width can hold without touching. */
export function timeTicks(frame: TimeFrame, language: Language, zone: Zone): TimeTick[] {
  const room = (frame.width - frame.left - frame.right) / 72;
  const step = STEPS.find(({ days }) => (frame.to - frame.from) / (days * DAY_MS) <= room) ?? STEPS.at(-1)!;
  const starts = step.months ? monthStarts(frame, step.months, zone) : dayStarts(frame, step.days, zone);
  let lastYear = 0;
  return starts.map((at) => {
    const { year } = clockTime(at + DAY_MS / 2, zone);
    const [day = '', month = ''] = showDate(at + DAY_MS / 2, language, zone).split(' ');
    const label = step.months && step.months >= 12 ? String(year) : step.months ? month : `${day} ${month}`;
    const isFirst = year !== lastYear && !(step.months && step.months >= 12);
    lastYear = year;
    return { at, label, ...(isFirst && { year: String(year) }) };
  });
}

function monthStarts({ from, to }: TimeFrame, every: number, zone: Zone): number[] {
  const { year, month } = clockTime(from, zone);
  const first = Math.ceil((year * 12 + month - 1) / every) * every;
  const starts: number[] = [];
  for (let index = first; ; index += every) {
    const at = midnight(Math.floor(index / 12), index % 12, 1, zone);
    if (at > to) return starts;
    if (at >= from) starts.push(at);
  }
}

function dayStarts({ from, to }: TimeFrame, every: number, zone: Zone): number[] {
  const { year, month, day } = clockTime(from, zone);
  const starts: number[] = [];
  for (let index = 0; ; index += every) {
    const at = midnight(year, month - 1, day + index, zone);
    if (at > to) return starts;
    if (at >= from) starts.push(at);
  }
}

function midnight(year: number, month: number, day: number, zone: Zone): number {
  const utc = Date.UTC(year, month, day);
  const clock = clockTime(utc, zone);
  const seen = Date.UTC(clock.year, clock.month - 1, clock.day, clock.hour, clock.minute);
  return utc - (seen - utc);
}

/** Corner for a card of a given size that hides the fewest points, near the point it speaks of. */
export function cardPlace(
  frame: PlotFrame,
  point: { x: number; y: number },
  others: readonly { x: number; y: number }[],
  card: { width: number; height: number },
): { left: number; top: number } {
  const gap = 18;
  const tops = [point.y + gap, point.y - gap - card.height, frame.top + 4, frame.height - frame.bottom - card.height - 4];
  /* Beside the point, then farther and farther from it: a card that hides no point is worth a look aside. */
  const lefts = [0, 70, 140, 210, 280, 350, 420].flatMap((far) => [point.x + gap + far, point.x - gap - card.width - far]);
  const places = lefts.flatMap((left) =>
    tops.map((top) => ({
      left: Math.min(Math.max(left, 4), frame.width - card.width - 4),
      top: Math.min(Math.max(top, 0), frame.height - frame.bottom - card.height - 2),
    })),
  );
  const hides = (place: { left: number; top: number }) =>
    [...others, point].filter(
      ({ x, y }) => x > place.left - 8 && x < place.left + card.width + 8 && y > place.top - 8 && y < place.top + card.height + 8,
    ).length;
  return places.reduce((best, place) => (hides(place) < hides(best) ? place : best));
}
