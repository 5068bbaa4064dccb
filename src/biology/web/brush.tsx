import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { sparklinePaths, useLanguage, useText } from '#ui';
import type { Series } from '../series.ts';
import { pointsOf } from './plot-scale.ts';
import { longDay } from './show.ts';
import { DAY_MS } from '../time.ts';
import { REGION_ZONE } from './view.ts';
import './brush.css';

interface BrushProps {
  series: Series;
  /** Whole history. */
  start: number;
  end: number;
  from: number;
  to: number;
  onChange: (from: number, to: number) => void;
}

const HEIGHT = 34;
const WIDTH = 1000;
/** Shorter than this, the drawn period would hold one point at most. */
const SHORTEST_MS = 7 * DAY_MS;

/** The whole history in one strip, and the part of it that is drawn: both ends move by pointer or by arrows. */
export function Brush({ series, start, end, from, to, onChange }: BrushProps) {
  const t = useText();
  const strip = useRef<HTMLDivElement>(null);
  const grip = useRef<{ side: 'from' | 'to' | 'both'; x: number; from: number; to: number }>(undefined);
  const lines = useMemo(() => {
    const points = series.segments.flatMap((segment, at) =>
      segment.points.map((point, index) => ({ at: point.at, value: point.value, isCut: at > 0 && index === 0 })),
    );
    return sparklinePaths(points, { from: start, to: end, width: WIDTH, height: HEIGHT }).lines;
  }, [series, start, end]);
  const span = end - start || 1;
  const part = (at: number) => `${Math.min(100, Math.max(0, ((at - start) / span) * 100))}%`;

  const set = (nextFrom: number, nextTo: number) => {
    const low = Math.max(start, Math.min(nextFrom, nextTo - SHORTEST_MS));
    onChange(low, Math.min(end, Math.max(nextTo, low + SHORTEST_MS)));
  };
  const take = (side: 'from' | 'to' | 'both') => (event: PointerEvent) => {
    event.stopPropagation();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    grip.current = { side, x: event.clientX, from, to };
  };
  const drag = (event: PointerEvent) => {
    const held = grip.current;
    if (!held || !strip.current) return;
    const by = ((event.clientX - held.x) / strip.current.clientWidth) * span;
    if (held.side === 'from') set(held.from + by, held.to);
    else if (held.side === 'to') set(held.from, held.to + by);
    else {
      const kept = Math.max(start - held.from, Math.min(by, end - held.to));
      set(held.from + kept, held.to + kept);
    }
  };
  const drop = () => {
    grip.current = undefined;
  };
  const keys = (side: 'from' | 'to') => (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const step = by * 30 * DAY_MS;
    if (side === 'from') set(from + step, to);
    else set(from, to + step);
  };
  if (pointsOf(series).length < 2) return null;
  return (
    <div className="bio-brush">
      <span className="bio-brush-label">{t('biology.curve.whole')}</span>
      <div className="bio-brush-strip" ref={strip} onPointerMove={drag} onPointerUp={drop} onPointerCancel={drop}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {lines.map((line) => (
            <path key={line} d={line} />
          ))}
        </svg>
        <div className="bio-brush-window" style={{ left: part(from), right: `calc(100% - ${part(to)})` }} onPointerDown={take('both')} />
        {(['from', 'to'] as const).map((side) => (
          <Handle
            key={side}
            name={t(side === 'from' ? 'biology.curve.brushFrom' : 'biology.curve.brushTo')}
            at={side === 'from' ? from : to}
            start={start}
            end={end}
            left={part(side === 'from' ? from : to)}
            onPointerDown={take(side)}
            onKeyDown={keys(side)}
          />
        ))}
      </div>
    </div>
  );
}

interface HandleProps {
  name: string;
  at: number;
  start: number;
  end: number;
  left: string;
  onPointerDown: (event: PointerEvent) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Handle({ name, at, start, end, left, onPointerDown, onKeyDown }: HandleProps) {
  const language = useLanguage();
  return (
    <div
      // Two native ranges cannot share one track.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      className="bio-brush-handle"
      aria-label={name}
      aria-valuemin={Math.round(start / DAY_MS)}
      aria-valuemax={Math.round(end / DAY_MS)}
      aria-valuenow={Math.round(at / DAY_MS)}
      aria-valuetext={longDay(at, 'day', language, REGION_ZONE)}
      style={{ left }}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
