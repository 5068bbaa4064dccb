/**
 * One's own results, in words and not in letters: where a value stands against the laboratory's interval, and where it goes. No grade,
 * no score: position comes from the flag that the laboratory printed, or from its interval.
 */
import { type Change, changeBetween } from './change.ts';
import type { CatalogueRow } from './contract.ts';
import type { Gathered } from './gather.ts';
import { counts, infoOf, isMeasured, type Reading } from './reading.ts';

export type Position = 'within' | 'slightly-above' | 'above' | 'slightly-below' | 'below' | 'outside' | 'unknown';
export type Trend = { kind: 'up' | 'down' | 'steady'; from: Reading };

export interface OwnResult {
  reading: Reading;
  info?: CatalogueRow;
  position: Position;
  trend?: Trend;
}

/** What one laboratory measured in one sampling: reports that name the same moment stand together, two of one day stay apart. */
export interface Sampling {
  /** `2026-11-18.1795250520000.994000016`: day, moment and laboratory, for the address. */
  id: string;
  at: number;
  precision: Reading['precision'];
  laboratory: { finess: string; name: string };
  prescriber?: string;
  documentIds: string[];
  /** Outside the usual zone first, then as the catalogue orders them. */
  results: OwnResult[];
}

/** Within this part of the limit, one is only a little beyond it. */
const A_LITTLE = 0.2;

/** Without a known variation of the analyte, a smaller change is not called one. */
const SMALL_CHANGE_PERCENT = 10;

/** @param dayOf the day of an instant, `YYYY-MM-DD`, on the clock of the region */
export function ownSamplings({ readings: all, index }: Gathered, dayOf: (at: number) => string): Sampling[] {
  // A calculated value needs a professional's eye: one's own page holds what was measured and told.
  const readings = all.filter(({ derived }) => !derived);
  const byRow = Map.groupBy(readings.filter(counts), ({ rowId }) => rowId);
  const samplings = Map.groupBy(readings, ({ report }) => {
    const sampled = Date.parse(report.sampledAt);
    return `${dayOf(sampled)}.${sampled}.${report.laboratory.finess}`;
  });
  const place = ({ info }: OwnResult) => (info && index.order.get(info.row)) ?? Number.MAX_SAFE_INTEGER;
  return [...samplings]
    .map(([id, own]) => {
      const { report } = own.at(-1)!;
      const results = own.map((reading) => ownResult(reading, infoOf(index, reading.result), byRow.get(reading.rowId) ?? []));
      return {
        id,
        at: own[0]!.at,
        precision: own[0]!.precision,
        laboratory: report.laboratory,
        ...(report.prescriber && { prescriber: report.prescriber }),
        documentIds: [...new Set(own.map((reading) => reading.report.documentId))],
        results: results.toSorted((a, b) => Number(isUsual(a)) - Number(isUsual(b)) || place(a) - place(b)),
      };
    })
    .toSorted((a, b) => b.at - a.at || a.id.localeCompare(b.id));
}

/** In the usual zone, or with no zone to be outside of. */
export const isUsual = ({ position }: OwnResult): boolean => position === 'within' || position === 'unknown';

function ownResult(reading: Reading, info: CatalogueRow | undefined, sameRow: readonly Reading[]): OwnResult {
  const previous = counts(reading) ? sameRow.findLast((other) => other.at < reading.at && isMeasured(other)) : undefined;
  const change = previous && changeBetween(previous, reading, info);
  const trend = change && trendOf(change);
  return { reading, ...(info && { info }), position: positionOf(reading), ...(trend && { trend }) };
}

/** Without any flag, a number between the printed limits is within; nothing is called outside that nobody flagged. */
export function positionOf(reading: Pick<Reading, 'grade' | 'value' | 'low' | 'high'>): Position {
  const { grade, value, low, high } = reading;
  if (grade === 'none') return isBetween(value, low, high) ? 'within' : 'unknown';
  if (grade === 'within') return 'within';
  if (grade === 'abnormal' || grade === 'critical') return 'outside';
  const isHigh = grade.endsWith('high');
  const limit = isHigh ? reading.high : reading.low;
  const isNear = reading.value !== undefined && limit !== undefined && Math.abs(reading.value - limit) <= A_LITTLE * Math.abs(limit);
  if (isHigh) return grade === 'high' && isNear ? 'slightly-above' : 'above';
  return grade === 'low' && isNear ? 'slightly-below' : 'below';
}

function isBetween(value: number | undefined, low = -Infinity, high = Infinity): boolean {
  return value !== undefined && (low !== -Infinity || high !== Infinity) && value >= low && value <= high;
}

function trendOf({ absolute, percent, expectedPercent, beyondExpected, from }: Change): Trend {
  const isChange = expectedPercent === undefined ? percent !== undefined && Math.abs(percent) >= SMALL_CHANGE_PERCENT : beyondExpected;
  return { kind: isChange && absolute !== 0 ? (absolute > 0 ? 'up' : 'down') : 'steady', from };
}

/** Where things stand on a bar of 0 to 100: the usual zone in the middle, the value never off the bar. */
export interface RangeBarPlaces {
  from: number;
  to: number;
  value: number;
}

const ZONE = { from: 24, to: 70 } as const;
const EDGE = 3;

/** @returns undefined without a number or without any limit */
export function rangeBarPlaces({ value, low, high }: Pick<Reading, 'value' | 'low' | 'high'>): RangeBarPlaces | undefined {
  if (value === undefined || (low === undefined && high === undefined)) return undefined;
  if (low !== undefined && high !== undefined && high > low) {
    const place = ZONE.from + ((value - low) / (high - low)) * (ZONE.to - ZONE.from);
    return { ...ZONE, value: onBar(place) };
  }
  if (low === undefined && high !== undefined && high > 0) return { from: 0, to: ZONE.to, value: onBar((value / high) * ZONE.to) };
  if (high === undefined && low !== undefined && low > 0) return { from: ZONE.from, to: 100, value: onBar((value / low) * ZONE.from) };
  return undefined;
}

const onBar = (place: number): number => Math.min(100 - EDGE, Math.max(EDGE, Math.round(place * 10) / 10));
