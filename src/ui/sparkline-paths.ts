export interface SparkPoint {
  /** Milliseconds since 1970. */
  at: number;
  value: number;
  /** Below or above what the method measures: drawn hollow when it is the last. */
  isCensored?: boolean;
  /** Not comparable with the point before (method or unit changed): the line breaks. */
  isCut?: boolean;
}

interface Frame {
  from: number;
  to: number;
  width: number;
  height: number;
  band?: { low?: number | undefined; high?: number | undefined };
}

interface Drawn {
  band?: { y: number; height: number };
  lines: string[];
  last?: { x: number; y: number; isCensored: boolean };
}

const MARGIN = 3;
/** Beyond this ratio between largest and smallest, a linear line would be one spike and a floor. */
const LOG_RATIO = 12;

/** Geometry of a sparkline. Points outside the time frame are left out; a flat series sits mid-height. */
export function sparklinePaths(points: readonly SparkPoint[], frame: Frame): Drawn {
  const seen = points.filter(({ at, value }) => at >= frame.from && at <= frame.to && Number.isFinite(value)).toSorted(byTime);
  if (seen.length === 0) return { lines: [] };
  const limits = [frame.band?.low, frame.band?.high].filter((limit) => limit !== undefined);
  const y = verticalScale([...seen.map(({ value }) => value), ...limits], frame.height);
  const x = ({ at }: SparkPoint) => round(MARGIN + ((at - frame.from) / (frame.to - frame.from || 1)) * (frame.width - 2 * MARGIN));
  const end = seen.at(-1)!;
  const band = bandOf(frame, y);
  return {
    ...(band ? { band } : {}),
    lines: runs(seen).map((run) => run.map((point, i) => `${i ? 'L' : 'M'}${x(point)} ${y(point.value)}`).join('')),
    last: { x: x(end), y: y(end.value), isCensored: end.isCensored ?? false },
  };
}

const byTime = (a: SparkPoint, b: SparkPoint) => a.at - b.at;
const round = (n: number) => Math.round(n * 10) / 10;

/** Consecutive comparable points; a lone point has no line. */
function runs(points: readonly SparkPoint[]): SparkPoint[][] {
  const all: SparkPoint[][] = [];
  for (const point of points) {
    if (point.isCut || all.length === 0) all.push([]);
    all.at(-1)!.push(point);
  }
  return all.filter((run) => run.length > 1);
}

/** The limits of the interval belong to the scale: the line is read against them. */
function verticalScale(values: readonly number[], height: number): (value: number) => number {
  const min = Math.min(...values);
  const max = Math.max(...values);
  if (min === max) return () => round(height / 2);
  const isLog = min > 0 && max / min > LOG_RATIO;
  const place = isLog ? Math.log : (value: number) => value;
  const low = place(min);
  const reach = place(max) - low;
  return (value) => {
    const at = value <= 0 && isLog ? 0 : (place(value) - low) / reach;
    return round(height - MARGIN - at * (height - 2 * MARGIN));
  };
}

/** One-sided intervals fill to the edge of the picture. */
function bandOf({ band, height }: Frame, y: (value: number) => number): { y: number; height: number } | undefined {
  if (!band || (band.low === undefined && band.high === undefined)) return undefined;
  const top = band.high === undefined ? 0 : y(band.high);
  const bottom = band.low === undefined ? height : y(band.low);
  return { y: top, height: round(Math.max(1, bottom - top)) };
}
