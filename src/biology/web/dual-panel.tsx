import { useLayoutEffect, useRef, useState } from 'react';
import { useLanguage, useText } from '#ui';
import type { Row } from '../grid.ts';
import type { Point, Series } from '../series.ts';
import { isLogBetter, type PlotFrame, timeTicks, tickDecimals, valueRange, valueTicks, xOf, yOf } from './plot-scale.ts';
import { shownTick } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { rowName } from './words.ts';

interface DualPanelProps {
  /** Exactly two: more axes than two cannot be read. */
  panels: readonly [{ row: Row; series: Series }, { row: Row; series: Series }];
  from: number;
  to: number;
  at: number;
}

const HEIGHT = 340;
const SIDE = 78;
/** The second line is dashed and its points are squares: the two are told apart without a colour. */
const DASH = '7 4';

/** Two analytes in one frame, the first read at the left and the second at the right. Crossings mean nothing: the scales differ. */
export function DualPanel({ panels, from, to, at }: DualPanelProps) {
  const t = useText();
  const language = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const frames = panels.map(({ series }): PlotFrame => {
    const isLog = isLogBetter(series);
    const sides = { left: SIDE, right: SIDE, top: 12, bottom: 40 };
    return { width, height: HEIGHT, ...sides, from, to, isLog, ...valueRange(series, from, to, isLog) };
  });
  const names = panels.map(({ row }) => `${rowName(row, language)} (${row.unit ?? t('biology.curve.noUnit')})`);
  const ticks = width > 0 ? timeTicks(frames[0]!, language, REGION_ZONE) : [];
  const [first] = frames;
  return (
    <figure className="bio-figure" aria-label={t('biology.cross.dualName', { left: names[0]!, right: names[1]! })}>
      <figcaption className="bio-dual-names" aria-hidden="true">
        <span>━ ● {names[0]}</span>
        <span>┅ ■ {names[1]}</span>
      </figcaption>
      <div ref={box} style={{ height: HEIGHT }}>
        {width > 0 && first ? (
          <svg width={width} height={HEIGHT} aria-hidden="true" focusable="false" className="bio-dual">
            {ticks.map(({ at: tick, label, year }) => (
              <text key={tick} x={xOf(first, tick)} y={HEIGHT - 24} textAnchor="middle">
                {label} {year}
              </text>
            ))}
            <line x1={xOf(first, at)} x2={xOf(first, at)} y1={12} y2={HEIGHT - 40} className="bio-dual-cursor" />
            {frames.map((frame, side) => (
              <Axis key={names[side]} frame={frame} isRight={side === 1} />
            ))}
            {panels.map(({ series }, side) => (
              <Line key={names[side]} series={series} frame={frames[side]!} isSecond={side === 1} />
            ))}
          </svg>
        ) : null}
      </div>
      <p className="bio-quiet">{t('biology.cross.dualCaution')}</p>
    </figure>
  );
}

function Axis({ frame, isRight }: { frame: PlotFrame; isRight: boolean }) {
  const language = useLanguage();
  const ticks = valueTicks(frame);
  const decimals = tickDecimals(ticks);
  const x = isRight ? frame.width - frame.right : frame.left;
  return (
    <g>
      <line x1={x} x2={x} y1={frame.top} y2={frame.height - frame.bottom} className="bio-dual-axis" />
      {ticks.map((tick) => (
        <text key={tick} x={x + (isRight ? 8 : -8)} y={yOf(frame, tick) + 4} textAnchor={isRight ? 'start' : 'end'}>
          {shownTick(tick, frame.isLog ? tickDecimals([tick]) : decimals, language)}
        </text>
      ))}
    </g>
  );
}

function Line({ series, frame, isSecond }: { series: Series; frame: PlotFrame; isSecond: boolean }) {
  const isSeen = ({ at }: Point) => at >= frame.from && at <= frame.to;
  return (
    <g className="bio-dual-line">
      {series.segments.map(({ points }) => (
        <polyline
          key={points[0]?.reading.id}
          points={points
            .filter(isSeen)
            .map((point) => `${xOf(frame, point.at)},${yOf(frame, point.value)}`)
            .join(' ')}
          {...(isSecond ? { strokeDasharray: DASH } : {})}
        />
      ))}
      {series.segments
        .flatMap(({ points }) => points.filter(isSeen))
        .map((point) => {
          const [x, y] = [xOf(frame, point.at), yOf(frame, point.value)];
          const look = point.censored ? 'bio-dual-hollow' : 'bio-dual-point';
          return isSecond ? (
            <rect key={point.reading.id} x={x - 3.5} y={y - 3.5} width={7} height={7} className={look} />
          ) : (
            <circle key={point.reading.id} cx={x} cy={y} r={3.8} className={look} />
          );
        })}
    </g>
  );
}
