import { type ReactNode, useLayoutEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Language, useLanguage, usePreferences } from '#ui';
import type { Point, Series } from '../series.ts';
import { drawBands, drawGrid, drawLimits, drawLines, drawPoints, drawValues, inksOf, type Shape } from './plot-drawing.ts';
import { type PlotFrame, pointsOf, timeTicks, valueRange, xOf, yOf } from './plot-scale.ts';
import { shownValue } from './show.ts';
import { useMedia } from './use-media.ts';
import { useWidth } from './use-width.ts';
import { REGION_ZONE } from './view.ts';
import './plot.css';

interface PlotProps {
  series: Series;
  from: number;
  to: number;
  isLog: boolean;
  height: number;
  left: number;
  /** Written under the plot; several aligned plots share the last one's. */
  hasTimeAxis: boolean;
  shapes: ReadonlyMap<string, Shape>;
  radius: number;
  /** Numbers beside the ends and extremes. */
  hasValues: boolean;
  /** Limits of a target: the axis reaches them when they are near. */
  also?: readonly number[];
  onPoint: (point: Point) => void;
  onZoom: (from: number, to: number) => void;
  /** Drawn above the canvas, at the places of the frame: focus ring, card, labels. */
  children: (frame: PlotFrame, points: readonly Point[]) => ReactNode;
}

/** Room right of the axis, in px. */
export const PLOT_RIGHT = 26;
const TIME_AXIS = 40;

/** One curve in true time. The canvas is for the eye; the same facts are in the live region and in the table twin. */
export function Plot(props: PlotProps) {
  const { series, from, to, isLog, height, left, hasTimeAxis, children, also } = props;
  const box = useRef<HTMLDivElement>(null);
  const language = useLanguage();
  const { theme } = usePreferences();
  const isDarkSystem = useMedia('(prefers-color-scheme: dark)');
  const isPrinted = useMedia('print');
  const look = `bio-look-${isPrinted ? 'print' : `${theme}-${isDarkSystem}`}`;
  const width = useWidth(box);
  const points = useMemo(() => pointsOf(series), [series]);
  const frame = useMemo<PlotFrame>(
    () => ({
      width,
      height,
      left,
      right: PLOT_RIGHT,
      top: 10,
      bottom: hasTimeAxis ? TIME_AXIS : 8,
      from,
      to,
      isLog,
      ...valueRange(series, from, to, isLog, also),
    }),
    [series, width, height, left, hasTimeAxis, from, to, isLog, also],
  );
  const ticks = useMemo(() => timeTicks(frame, language, REGION_ZONE), [frame, language]);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useLayoutEffect(() => {
    if (!box.current || width < 120) return;
    const plot = new uPlot(
      {
        ...optionsOf(
          box.current,
          frame,
          ticks.map(({ at }) => at),
          language,
          points,
          latest,
        ),
        class: look,
      },
      dataOf(points),
      box.current,
    );
    return () => plot.destroy();
    // The inks are read when the plot is made: a change of theme makes it again.
  }, [frame, ticks, points, language, width, look]);
  return (
    <div className="bio-plot" ref={box} style={{ height }}>
      {width > 0 ? (
        <div className="bio-plot-over">
          {hasTimeAxis
            ? ticks.map(({ at, label, year }) => (
                <span key={at} className="bio-tick" style={{ left: xOf(frame, at), top: height - TIME_AXIS + 7 }}>
                  {label}
                  {year ? <strong>{year}</strong> : null}
                </span>
              ))
            : null}
          {children(frame, points)}
        </div>
      ) : null}
    </div>
  );
}

/** uPlot works in seconds. */
const dataOf = (points: readonly Point[]): uPlot.AlignedData => [points.map(({ at }) => at / 1000), points.map(({ value }) => value)];

function optionsOf(
  box: HTMLElement,
  frame: PlotFrame,
  ticksAt: readonly number[],
  language: Language,
  points: readonly Point[],
  latest: { current: PlotProps },
): uPlot.Options {
  const inks = inksOf(box);
  /* uPlot paints in device pixels; our drawing speaks in those of the page. */
  const paint = (draw: (canvas: CanvasRenderingContext2D) => void) => (plot: uPlot) => {
    plot.ctx.save();
    plot.ctx.scale(uPlot.pxRatio, uPlot.pxRatio);
    draw(plot.ctx);
    plot.ctx.restore();
  };
  return {
    width: frame.width,
    height: frame.height,
    padding: [frame.top, frame.right, frame.bottom, frame.left],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [frame.from / 1000, frame.to / 1000] },
      y: { distr: frame.isLog ? 3 : 1, range: () => [frame.low, frame.high] },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, { paths: () => null, points: { show: false } }],
    cursor: { x: false, y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      drawClear: [
        paint((canvas) => {
          const { series } = latest.current;
          drawBands(canvas, series, frame, inks);
          drawGrid(canvas, frame, inks, latest.current.hasTimeAxis ? ticksAt : [], language);
          if (latest.current.hasValues) drawLimits(canvas, series, frame, inks, language);
        }),
      ],
      draw: [
        paint((canvas) => {
          const { series, shapes, radius, hasValues } = latest.current;
          drawLines(canvas, series, frame, inks);
          drawPoints(canvas, series, frame, inks, shapes, radius);
          if (hasValues) drawValues(canvas, series, frame, inks, ({ reading }) => shownValue(reading, language));
        }),
      ],
      setCursor: [
        (plot) => {
          const { left = -1, top = -1 } = plot.cursor;
          if (left < 0) return;
          const near = nearest(points, frame, left + frame.left, top + frame.top);
          if (near) latest.current.onPoint(near);
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 8) return;
          latest.current.onZoom(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
        },
      ],
    },
  };
}

/** How far a pointer may be from a point to mean it. */
const REACH_PX = 48;

function nearest(points: readonly Point[], frame: PlotFrame, x: number, y: number): Point | undefined {
  let best: Point | undefined;
  let bestDistance = REACH_PX;
  for (const point of points) {
    if (point.at < frame.from || point.at > frame.to) continue;
    const distance = Math.hypot(xOf(frame, point.at) - x, (yOf(frame, point.value) - y) / 3);
    if (distance < bestDistance) [best, bestDistance] = [point, distance];
  }
  return best;
}
