import './sparkline.css';
import { type SparkPoint, sparklinePaths } from './sparkline-paths.ts';

interface SparklineProps {
  points: readonly SparkPoint[];
  /** Milliseconds since 1970: the same for all rows, so that rows compare vertically in time. */
  from: number;
  to: number;
  band?: { low?: number | undefined; high?: number | undefined };
  /** Grade of the last point, for its colour. */
  tone?: 'high' | 'low' | 'ink';
  width?: number;
  height?: number;
}

/** Two years at a glance: band, line, last point. No axis, no smoothing; the numbers are in the cells beside it. */
export function Sparkline({ points, from, to, band, tone = 'ink', width = 110, height = 21 }: SparklineProps) {
  const drawn = sparklinePaths(points, { from, to, width, height, ...(band ? { band } : {}) });
  return (
    <svg className="ui-spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
      {drawn.band ? <rect className="ui-spark-band" x="0" width={width} y={drawn.band.y} height={drawn.band.height} /> : null}
      {drawn.lines.map((line) => (
        <path key={line} className="ui-spark-line" d={line} />
      ))}
      {drawn.last ? (
        <circle
          className={`ui-spark-last ui-spark-${tone} ${drawn.last.isCensored ? 'ui-spark-censored' : ''}`}
          cx={drawn.last.x}
          cy={drawn.last.y}
          r="2.4"
        />
      ) : null}
    </svg>
  );
}
