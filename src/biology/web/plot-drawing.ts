/** What a curve paints on its canvas: bands of the intervals, line, cuts, points. Colours come from the tokens of the theme. */
import { type Language, tokenColour } from '#ui';
import type { Point, Series } from '../series.ts';
import { shownTick, toneOf } from './show.ts';
import { pointsOf, type PlotFrame, tickDecimals, valueTicks, xOf, yOf } from './plot-scale.ts';

export const SHAPES = ['circle', 'square', 'diamond', 'ring', 'star'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Inks {
  ink: string;
  faint: string;
  paper: string;
  band: string;
  bandEdge: string;
  hairline: string;
  axis: string;
  high: string;
  low: string;
  font: string;
}

export function inksOf(element: Element): Inks {
  return {
    ink: tokenColour('--ink', element),
    faint: tokenColour('--ink-3', element),
    paper: tokenColour('--paper', element),
    band: tokenColour('--band', element),
    bandEdge: tokenColour('--band-edge', element),
    hairline: tokenColour('--rule-row', element),
    axis: tokenColour('--axis', element),
    high: tokenColour('--high', element),
    low: tokenColour('--low', element),
    font: getComputedStyle(element).fontFamily,
  };
}

type Canvas = CanvasRenderingContext2D;

/** Behind everything: one step per interval, its limits ruled, printed at both ends. A one-sided interval fills to the edge. */
export function drawBands(canvas: Canvas, series: Series, frame: PlotFrame, inks: Inks): void {
  const { top, bottom, height } = frame;
  const clamp = (y: number) => Math.min(Math.max(y, top), height - bottom);
  for (const step of series.steps) {
    const { left, right } = stepSides(step, series, frame);
    if (right <= frame.left || left >= frame.width - frame.right) continue;
    const high = step.high === undefined ? top : clamp(yOf(frame, step.high));
    const low = step.low === undefined ? height - bottom : clamp(yOf(frame, step.low));
    canvas.fillStyle = inks.band;
    canvas.fillRect(left, high, right - left, Math.max(low - high, 0));
    canvas.strokeStyle = inks.bandEdge;
    canvas.lineWidth = 1;
    for (const [limit, y] of [
      [step.high, high],
      [step.low, low],
    ] as const) {
      if (limit === undefined || y === top || y === height - bottom) continue;
      canvas.beginPath();
      canvas.moveTo(left, Math.round(y) + 0.5);
      canvas.lineTo(right, Math.round(y) + 0.5);
      canvas.stroke();
    }
  }
}

/** The first and last intervals reach the edges of the plot: they are the ones in force before and after. */
function stepSides(step: Series['steps'][number], series: Series, frame: PlotFrame): { left: number; right: number } {
  const isFirst = series.steps[0] === step;
  const isLast = series.steps.at(-1) === step;
  const from = isFirst ? frame.left : xOf(frame, step.from);
  const to = isLast ? frame.width - frame.right : xOf(frame, step.to);
  return { left: Math.max(from, frame.left), right: Math.min(to, frame.width - frame.right) };
}

/** Limits printed at both ends of the band, where they can be read. */
export function drawLimits(canvas: Canvas, series: Series, frame: PlotFrame, inks: Inks, language: Language): void {
  const seen = series.steps.filter((step) => {
    const { left, right } = stepSides(step, series, frame);
    return right > left;
  });
  const [first, last] = [seen[0], seen.at(-1)];
  canvas.font = `400 11px ${inks.font}`;
  canvas.fillStyle = inks.faint;
  for (const [step, side] of [
    [first, 'left'],
    [last, 'right'],
  ] as const) {
    for (const [limit, drop] of [
      [step?.high, 1],
      [step?.low, -1],
    ] as const) {
      if (limit === undefined) continue;
      const y = yOf(frame, limit);
      if (y < frame.top || y > frame.height - frame.bottom) continue;
      const words = shownTick(limit, tickDecimals([limit]), language);
      const end = frame.width - frame.right;
      /* Inside the band at the left. At the right, where the last point stands, in the margin, or above the band when that is too narrow. */
      canvas.textAlign = side;
      if (side === 'left') canvas.fillText(words, frame.left + 6, y + (drop > 0 ? 13 : -5));
      else if (canvas.measureText(words).width <= frame.right - 5) canvas.fillText(words, frame.width - 1, y + 4);
      else canvas.fillText(words, end - 4, y + (drop > 0 ? -5 : 13));
    }
  }
}

export function drawGrid(canvas: Canvas, frame: PlotFrame, inks: Inks, ticksAt: readonly number[], language: Language): void {
  const { left, right, top, bottom, width, height } = frame;
  const ticks = valueTicks(frame);
  const decimals = tickDecimals(ticks);
  canvas.lineWidth = 1;
  canvas.font = `400 11.5px ${inks.font}`;
  canvas.textAlign = 'right';
  canvas.textBaseline = 'middle';
  for (const tick of ticks) {
    const y = Math.round(yOf(frame, tick)) + 0.5;
    line(canvas, inks.hairline, left, y, width - right, y);
    canvas.fillStyle = inks.faint;
    canvas.fillText(shownTick(tick, frame.isLog ? tickDecimals([tick]) : decimals, language), left - 8, y);
  }
  canvas.textBaseline = 'alphabetic';
  const base = height - bottom + 0.5;
  line(canvas, inks.axis, left, base, width - right, base);
  for (const at of ticksAt) line(canvas, inks.axis, Math.round(xOf(frame, at)) + 0.5, base, Math.round(xOf(frame, at)) + 0.5, base + 5);
  line(canvas, inks.axis, left + 0.5, top, left + 0.5, base);
}

function line(canvas: Canvas, ink: string, x1: number, y1: number, x2: number, y2: number): void {
  canvas.strokeStyle = ink;
  canvas.beginPath();
  canvas.moveTo(x1, y1);
  canvas.lineTo(x2, y2);
  canvas.stroke();
}

/** The line of each method, dashed on either side of a censored point; two dashed verticals where methods change. */
export function drawLines(canvas: Canvas, series: Series, frame: PlotFrame, inks: Inks): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(frame.left, frame.top - 2, frame.width - frame.left - frame.right, frame.height - frame.top - frame.bottom + 4);
  canvas.clip();
  canvas.lineWidth = 1.6;
  canvas.lineJoin = 'round';
  for (const { points } of series.segments) {
    for (const [index, point] of points.entries()) {
      const before = points[index - 1];
      if (!before) continue;
      canvas.setLineDash(before.censored || point.censored ? [4, 4] : []);
      line(canvas, inks.ink, xOf(frame, before.at), yOf(frame, before.value), xOf(frame, point.at), yOf(frame, point.value));
    }
  }
  canvas.lineWidth = 1;
  canvas.setLineDash([2, 3]);
  for (const cut of series.cuts) {
    for (const side of [-3, 3])
      line(canvas, inks.faint, xOf(frame, cut) + side, frame.top, xOf(frame, cut) + side, frame.height - frame.bottom);
  }
  canvas.restore();
}

/** Shape tells the laboratory, colour the grade; hollow with an arrow when only a limit is known. */
export function drawPoints(
  canvas: Canvas,
  series: Series,
  frame: PlotFrame,
  inks: Inks,
  shapes: ReadonlyMap<string, Shape>,
  radius: number,
): void {
  for (const point of pointsOf(series)) {
    if (point.at < frame.from || point.at > frame.to) continue;
    const [x, y] = [xOf(frame, point.at), yOf(frame, point.value)];
    const ink = inks[toneOf(point.reading.grade)];
    canvas.lineWidth = 1.6;
    canvas.strokeStyle = ink;
    canvas.fillStyle = point.censored ? inks.paper : ink;
    path(canvas, shapes.get(point.reading.report.laboratory.finess) ?? 'circle', x, y, point.censored ? radius + 0.6 : radius);
    canvas.fill();
    canvas.stroke();
    if (point.censored) arrow(canvas, ink, x, y, point.censored === 'down' ? 1 : -1, radius);
  }
}

function arrow(canvas: Canvas, ink: string, x: number, y: number, way: 1 | -1, radius: number): void {
  const end = y + way * (radius + 9);
  line(canvas, ink, x, y + way * (radius + 1), x, end);
  line(canvas, ink, x - 3, end - way * 3, x, end);
  line(canvas, ink, x + 3, end - way * 3, x, end);
}

function path(canvas: Canvas, shape: Shape, x: number, y: number, r: number): void {
  canvas.beginPath();
  if (shape === 'square') canvas.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  else if (shape === 'diamond') polygon(canvas, x, y, 4, r * 1.15, r * 1.15);
  else if (shape === 'star') polygon(canvas, x, y, 10, r * 1.25, r * 0.55);
  else canvas.arc(x, y, r, 0, 2 * Math.PI);
  if (shape !== 'ring') return;
  canvas.moveTo(x - r * 1.7, y);
  canvas.lineTo(x + r * 1.7, y);
  canvas.moveTo(x, y - r * 1.7);
  canvas.lineTo(x, y + r * 1.7);
}

function polygon(canvas: Canvas, x: number, y: number, corners: number, outer: number, inner: number): void {
  for (let corner = 0; corner <= corners; corner++) {
    const angle = (corner / corners) * 2 * Math.PI - Math.PI / 2;
    const reach = corner % 2 ? inner : outer;
    canvas.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
}

/** The numbers worth reading at once: ends and extremes. The others come with the cursor and stand in the table. */
export function drawValues(canvas: Canvas, series: Series, frame: PlotFrame, inks: Inks, say: (point: Point) => string): void {
  const seen = pointsOf(series).filter((point) => point.at >= frame.from && point.at <= frame.to);
  if (seen.length === 0) return;
  const least = seen.reduce((best, point) => (point.value < best.value ? point : best));
  const most = seen.reduce((best, point) => (point.value > best.value ? point : best));
  const told = new Set<Point>([seen[0]!, seen.at(-1)!, least, most, ...seen.filter((point) => point.censored)]);
  canvas.font = `600 11.5px ${inks.font}`;
  canvas.textAlign = 'center';
  for (const point of told) {
    const isLow = point === least && least !== most;
    const x = Math.min(Math.max(xOf(frame, point.at), frame.left + 14), frame.width - frame.right - 2);
    canvas.fillStyle = inks[toneOf(point.reading.grade)];
    if (point.censored) canvas.fillText(say(point), x + 22, yOf(frame, point.value) + 4);
    else canvas.fillText(say(point), x, yOf(frame, point.value) + (isLow ? 20 : -14));
  }
}
