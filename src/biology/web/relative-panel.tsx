import { useRef } from 'react';
import { useLanguage, showNumber, useText } from '#ui';
import type { Row } from '../grid.ts';
import type { Series } from '../series.ts';
import { scoreOf } from './score.ts';
import { pointsOf, timeTicks, type PlotFrame, xOf, yOf } from './plot-scale.ts';
import { useWidth } from './use-width.ts';
import { REGION_ZONE } from './view.ts';
import { rowName } from './words.ts';

interface RelativePanelProps {
  panels: readonly { row: Row; series: Series }[];
  from: number;
  to: number;
  at: number;
  left: number;
  /** With the axis of time, in px. */
  height: number;
}

/** Told apart by the line, not by a colour: they hold in grey and on paper. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 5'];

/** All analytes on one scale: how far from the middle of the interval of each laboratory, from −1.96 to +1.96 inside it. */
export function RelativePanel({ panels, from, to, at, left, height }: RelativePanelProps) {
  const t = useText();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const lines = panels.map(({ row, series }) => ({
    row,
    points: pointsOf(series)
      .map((point) => ({ at: point.at, score: scoreOf(point.reading) }))
      .filter((point): point is { at: number; score: number } => point.score !== undefined),
  }));
  const scores = lines.flatMap(({ points }) => points.filter((point) => point.at >= from && point.at <= to).map(({ score }) => score));
  const frame: PlotFrame = {
    width,
    height,
    left,
    right: 26,
    top: 8,
    bottom: 40,
    from,
    to,
    isLog: false,
    low: Math.min(-3, ...scores) - 0.5,
    high: Math.max(3, ...scores) + 0.5,
  };
  const ticks = width > 0 ? timeTicks(frame, language, REGION_ZONE) : [];
  return (
    <div className="bio-panel">
      <figure className="bio-figure" aria-label={t('biology.cross.relativeName')}>
        <span className="bio-axis-y" aria-hidden="true">
          <strong>{t('biology.cross.relative')}</strong>
          <br />
          {t('biology.cross.score')}
        </span>
        <div ref={box} className="bio-plot" style={{ height }}>
          {width > 0 ? (
            <svg className="bio-relative" width={width} height={height} aria-hidden="true" focusable="false">
              <rect
                className="bio-relative-band"
                x={left}
                width={width - left - 26}
                y={yOf(frame, 1.96)}
                height={yOf(frame, -1.96) - yOf(frame, 1.96)}
              />
              {[-1.96, 0, 1.96, 5, 10]
                .filter((mark) => mark < frame.high)
                .map((mark) => (
                  <g key={mark}>
                    <line className="bio-relative-rule" x1={left} x2={width - 26} y1={yOf(frame, mark)} y2={yOf(frame, mark)} />
                    <text className="bio-relative-mark" x={left - 8} y={yOf(frame, mark) + 4}>
                      {showNumber(mark, Number.isInteger(mark) ? 0 : 2, language)}
                    </text>
                  </g>
                ))}
              {lines.map(({ row, points }, index) => (
                <polyline
                  key={row.id}
                  className="bio-relative-line"
                  strokeDasharray={DASHES[index % DASHES.length]}
                  points={points
                    .filter((point) => point.at >= from)
                    .map((point) => `${xOf(frame, point.at)},${yOf(frame, point.score)}`)
                    .join(' ')}
                />
              ))}
            </svg>
          ) : null}
          <div className="bio-plot-over">
            <div className="bio-cursor" style={{ left: xOf(frame, at), top: 0, bottom: frame.bottom }} />
            {ticks.map((tick) => (
              <span key={tick.at} className="bio-tick" style={{ left: xOf(frame, tick.at), top: height - 33 }}>
                {tick.label}
                {tick.year ? <strong>{tick.year}</strong> : null}
              </span>
            ))}
          </div>
        </div>
      </figure>
      <ul className="bio-panel-facts">
        {lines.map(({ row, points }, index) => {
          const last = points.findLast((point) => point.at <= at);
          return (
            <li key={row.id} className="bio-relative-key">
              <svg width="32" height="8" aria-hidden="true" focusable="false">
                <line className="bio-relative-line" x1="0" x2="32" y1="4" y2="4" strokeDasharray={DASHES[index % DASHES.length]} />
              </svg>
              {rowName(row, language)}{' '}
              <strong>{last ? `${last.score > 0 ? '+' : ''}${showNumber(last.score, 1, language)}` : t('biology.heat.noScore')}</strong>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
