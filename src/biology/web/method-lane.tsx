import { useText } from '#ui';
import type { Series } from '../series.ts';

/** Which method made which part of the curve, above it: the line below is cut at the same places. */
export function MethodLane({ series, from, to, left }: { series: Series; from: number; to: number; left: number }) {
  const t = useText();
  if (series.cuts.length === 0) return null;
  const edges = [from, ...series.cuts, to];
  const parts = series.segments
    .map((segment, index) => ({ segment, start: Math.max(edges[index] ?? from, from), end: Math.min(edges[index + 1] ?? to, to) }))
    .filter(({ start, end }) => end > start);
  return (
    <div className="bio-lane">
      <span className="bio-lane-name" style={{ width: left }}>
        {t('biology.curve.method')}
      </span>
      <div className="bio-lane-parts">
        {parts.map(({ segment, start, end }) => {
          const words = `${t('biology.curve.methodLetter', { letter: segment.letter ?? '' })}${segment.method ? ` · ${segment.method}` : ''}`;
          return (
            <span key={start} className="bio-lane-part" title={words} style={{ flexGrow: end - start }}>
              <span>{words}</span>
            </span>
          );
        })}
      </div>
    </div>
  );
}
