import { FlagGlyph, useText } from '#ui';
import type { StoredReport } from '#record/contract';
import type { Reading } from '../reading.ts';
import type { Series } from '../series.ts';
import { SHAPES, type Shape } from './plot-drawing.ts';

/** A shape for each laboratory, the same on every curve of this patient: the one with the most reports has the circle. */
export function shapesOf(reports: readonly StoredReport[]): Map<string, Shape> {
  const counts = new Map<string, number>();
  for (const { laboratory } of reports) counts.set(laboratory.finess, (counts.get(laboratory.finess) ?? 0) + 1);
  const ranked = [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  return new Map(ranked.map(([finess], index) => [finess, SHAPES[Math.min(index, SHAPES.length - 1)]!]));
}

interface PlotLegendProps {
  series: Series;
  shapes: ReadonlyMap<string, Shape>;
  readings: readonly Reading[];
}

export function PlotLegend({ series, shapes, readings }: PlotLegendProps) {
  const t = useText();
  const laboratories = new Map(readings.map(({ report }) => [report.laboratory.finess, report.laboratory.name]));
  return (
    <ul className="bio-plot-legend" aria-label={t('biology.legend.name')}>
      {[...laboratories].map(([finess, name]) => (
        <li key={finess}>
          <ShapeMark shape={shapes.get(finess) ?? 'circle'} /> <bdi>{name}</bdi>
        </li>
      ))}
      {readings.some((reading) => reading.comparator) ? (
        <li>
          <ShapeMark shape="circle" isHollow /> {t('biology.curve.legend.censored')}
        </li>
      ) : null}
      {series.steps.length > 0 ? (
        <li>
          <span className="bio-legend-band" /> {t('biology.curve.legend.band')}
        </li>
      ) : null}
      {series.cuts.length > 0 ? (
        <li>
          <span className="bio-legend-cut" /> <span className="bio-legend-cut" /> {t('biology.curve.legend.cut')}
        </li>
      ) : null}
      <li>
        <FlagGlyph grade="H" /> {t('biology.grade.high')}
      </li>
      <li>
        <FlagGlyph grade="L" /> {t('biology.grade.low')}
      </li>
    </ul>
  );
}

export function ShapeMark({ shape, isHollow = false }: { shape: Shape; isHollow?: boolean }) {
  return (
    <svg
      className={isHollow ? 'bio-shape-hollow' : 'bio-shape'}
      width="11"
      height="11"
      viewBox="0 0 12 12"
      aria-hidden="true"
      focusable="false"
    >
      {shape === 'square' ? <rect x="2.5" y="2.5" width="7" height="7" /> : null}
      {shape === 'diamond' ? <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" /> : null}
      {shape === 'star' ? <path d="M6 .8 7.3 4.3 11 4.4 8.1 6.7 9.1 10.3 6 8.2 2.9 10.3 3.9 6.7 1 4.4 4.7 4.3Z" /> : null}
      {shape === 'circle' || shape === 'ring' ? <circle cx="6" cy="6" r="3.8" /> : null}
      {shape === 'ring' ? <path className="bio-shape-cross" d="M0 6h12M6 0v12" /> : null}
    </svg>
  );
}
