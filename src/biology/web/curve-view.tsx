import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button, KeyHints, Notice, Segmented, showBirthDate, showDate, useAnnounce, useLanguage, useShortcuts, useText } from '#ui';
import { gridOf, type Row } from '../grid.ts';
import { type Period, periodStart } from '../filter.ts';
import { seriesOf, type Point, type Series } from '../series.ts';
import type { Reading } from '../reading.ts';
import { expectedChangePercent } from '../change.ts';
import { shareWithin, targetOf } from '../follow-up.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { Brush } from './brush.tsx';
import { CurveTable } from './curve-table.tsx';
import { DetailCard, useSpokenPoint } from './detail-card.tsx';
import { ContextLanes, StayWash } from './late-lanes.ts';
import { MethodLane } from './method-lane.tsx';
import { Plot, PLOT_RIGHT } from './plot.tsx';
import { PlotLegend, shapesOf } from './plot-legend.tsx';
import { isLogBetter, mayBeLog, type PlotFrame, pointsOf, xOf, yOf } from './plot-scale.ts';
import { TargetDialog } from './target-dialog.tsx';
import { useRoom } from './use-room.ts';
import { TargetLines, TargetShareLine } from './target-lines.tsx';
import { useAfterPaint } from './use-after-paint.ts';
import { useFollowUp } from './use-follow-up.ts';
import { REGION_ZONE, readView } from './view.ts';
import { rowName, useRowTitle } from './words.ts';
import './curve.css';

const PLOT_LEFT = 74;
const NARROW_PX = 520;
/** What stands around the plot on the page, in px: with it, the axis of time, the whole period under it and the legend are in sight without scrolling. */
const AROUND_PX = 540;

/** The curve of one analyte: everything that a graph of results owes its reader, and the same values as a table. */
export function CurveView(props: ViewProps) {
  const { data, search, go, memory } = props;
  const t = useText();
  const { rows, period } = readView(search);
  const row = useMemo(() => {
    const { readings, index } = data.gathered;
    const own = readings.filter((reading) => reading.rowId === rows[0]);
    return own.length > 0 ? gridOf(own, index).groups[0]?.rows[0] : undefined;
  }, [data, rows]);
  useShortcuts({ Escape: () => go({ view: undefined, rows: undefined, period: undefined }) }, { isActive: row === undefined });
  if (!row) {
    return (
      <div className="bio-page">
        <div className="bio-state">
          <Notice
            tone="quiet"
            actions={<Button onPress={() => go({ view: undefined, rows: undefined })}>{t('biology.curve.back')}</Button>}
          >
            {t('biology.curve.none')}
          </Notice>
        </div>
      </div>
    );
  }
  const active = memory.get();
  const cell = active?.row === row.id ? row.cells.get(active.column)?.readings[0] : undefined;
  return <Curve key={row.id} {...props} row={row} first={cell ?? row.latest} period={search.period ? period : '3y'} />;
}

interface CurveProps extends ViewProps {
  row: Row;
  /** Reading to start from: the one focused on the grid. */
  first: Reading | undefined;
  period: Period;
}

function Curve(props: CurveProps) {
  const { row, data, go, patient, period, search } = props;
  const t = useText();
  const language = useLanguage();
  const title = useRowTitle();
  const announce = useAnnounce();
  const now = Date.parse(data.answer.completeness.asOf);
  const series = useMemo(() => seriesOf(row.readings, row.info), [row]);
  const points = useMemo(() => pointsOf(series), [series]);
  const bounds = useMemo(() => wholeRange(points, now), [points, now]);
  /* A zoom holds for the period in which it was made: another period starts whole. */
  const [zoomed, setZoomed] = useState<{ period: Period; range: Range }>();
  const range = zoomed?.period === period ? zoomed.range : rangeOf(period, bounds, points, now);
  const setRange = (next: Range) => setZoomed({ period, range: next });
  const [isLog, setIsLog] = useState(() => isLogBetter(series));
  const [active, setActive] = useState<Reading | undefined>(() => props.first ?? row.latest);
  const shapes = useMemo(() => shapesOf(data.answer.reports), [data]);
  const { followUp, mayNote } = useFollowUp();
  const target = targetOf(followUp, row);
  const also = useMemo(() => [target?.low, target?.high].filter((limit) => limit !== undefined), [target]);
  const [isAiming, setIsAiming] = useState(false);
  const figure = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLElement>(null);
  const speak = useSpokenPoint(row);
  const isPainted = useAfterPaint();
  useEffect(() => {
    figure.current?.focus({ preventScroll: true });
    // Some screen readers say nothing of a figure that takes the focus (Orca): the point where one is, is said.
    const start = props.first ?? row.latest;
    if (start) announce(speak(start));
    // Only when the curve opens.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const say = useCallback(
    (reading: Reading) => {
      setActive(reading);
      announce(speak(reading));
    },
    [announce, speak],
  );
  const move = (by: number) => {
    const at = points.findIndex((point) => point.reading.id === active?.id);
    const next = points[Math.min(points.length - 1, Math.max(0, at < 0 ? points.length - 1 : at + by))];
    if (!next) return;
    if (next.at < range.from || next.at > range.to) setRange(around(next.at, range.to - range.from, bounds));
    say(next.reading);
  };
  const zoom = (factor: number) => setRange(around(active?.at ?? (range.from + range.to) / 2, (range.to - range.from) * factor, bounds));
  const back = () => go({ view: undefined, rows: undefined, period: undefined });
  const source = () => {
    if (active) go({ view: 'report', report: active.report.documentId, result: active.result.n });
  };
  useShortcuts({
    Escape: back,
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    Enter: (event) => (event.target instanceof HTMLButtonElement ? undefined : source()),
    l: mayBeLog(series) ? () => setIsLog((on) => !on) : undefined,
    '+': () => zoom(0.5),
    '=': () => zoom(0.5),
    '-': () => zoom(2),
    x: () => go({ view: 'cross', rows: [row.id] }),
    p: () => window.print(),
    t: () => table.current?.focus(),
    c: mayNote ? () => setIsAiming(true) : undefined,
  });

  const height = useRoom(AROUND_PX + (series.cuts.length > 0 ? 75 : 0), 260, 560);
  const unit = row.unit ?? t('biology.curve.noUnit');
  const name = rowName(row, language);
  const who = `${patient.traits.birthFamily} ${patient.traits.usedGiven ?? patient.traits.firstBirthGiven}`;
  const edited = `${who} · ${showBirthDate(patient.traits.birthDate)} · ${name} · ${t('biology.curve.edited', { day: showDate(now, language, REGION_ZONE) })}`;
  return (
    <div className="bio-page bio-curve-page">
      <ViewHead title={<bdi>{title(row)}</bdi>} onBack={back}>
        <p className="bio-title-facts">
          {unit} · <Facts row={row} />
        </p>
        <div className="bio-title-tools">
          <Segmented
            label={t('biology.period.name')}
            value={period === '2y' && search.period === undefined ? '3y' : period}
            choices={
              (['6m', '1y', '3y', 'all'] as const).map((value) => ({ value, label: t(`biology.period.${value}`) })) as {
                value: Period;
                label: string;
              }[]
            }
            onChange={(value) => go({ period: value }, { replace: true })}
          />
          <Segmented
            label={t('biology.curve.scale')}
            value={isLog ? 'log' : 'linear'}
            choices={[
              { value: 'linear', label: t('biology.curve.linear') },
              { value: 'log', label: t('biology.curve.log'), isDisabled: !mayBeLog(series) },
            ]}
            onChange={(value) => setIsLog(value === 'log')}
          />
          <Button hint="X" onPress={() => go({ view: 'cross', rows: [row.id] })}>
            {t('biology.line.cross')}
          </Button>
          {mayNote ? (
            <Button hint="C" onPress={() => setIsAiming(true)}>
              {t('biology.target.open')}
            </Button>
          ) : null}
          <Button hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      <div className="bio-curve-body">
        <section className="ui-card bio-curve-card">
          <p className="bio-print-who">{edited}</p>
          {series.cuts.length > 0 ? (
            <Notice title={t('biology.curve.methods', { count: new Set(series.segments.map(({ letter }) => letter)).size })}>
              {t('biology.curve.methodsText')}
            </Notice>
          ) : null}
          {points.length === 0 ? (
            <p className="bio-state">{t('biology.curve.none')}</p>
          ) : (
            <>
              <Suspense fallback={<div className="bio-lanes-waiting" />}>
                <ContextLanes {...props} from={range.from} to={range.to} left={PLOT_LEFT} right={PLOT_RIGHT} />
              </Suspense>
              <MethodLane series={series} from={range.from} to={range.to} left={PLOT_LEFT} />
              <figure className="bio-figure">
                <span className="bio-axis-y" aria-hidden="true">
                  <strong>
                    {name} ({unit})
                  </strong>
                  {isLog ? ` · ${t('biology.curve.logAxis')}` : ''}
                </span>
                <div
                  ref={figure}
                  role="application"
                  // Arrows move the point: the figure must take the focus.
                  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
                  tabIndex={0}
                  className="bio-figure-focus"
                  aria-label={t('biology.curve.name', { row: title(row), unit, patient: who })}
                >
                  <Plot
                    series={series}
                    from={range.from}
                    to={range.to}
                    isLog={isLog && mayBeLog(series)}
                    height={height}
                    left={PLOT_LEFT}
                    hasTimeAxis
                    shapes={shapes}
                    radius={3.8}
                    hasValues
                    also={also}
                    onPoint={(point) => (point.reading.id === active?.id ? undefined : say(point.reading))}
                    onZoom={(from, to) => setRange({ from, to })}
                  >
                    {(frame, all) => {
                      const point = all.find(({ reading }) => reading.id === active?.id);
                      return (
                        <>
                          <Suspense>
                            <StayWash patientId={props.patientId} frame={frame} />
                          </Suspense>
                          {target ? <TargetLines target={target} frame={frame} /> : null}
                          <CutLabels series={series} frame={frame} />
                          {point && point.at >= frame.from && point.at <= frame.to ? (
                            <>
                              <div className="bio-cursor" style={{ left: xOf(frame, point.at), top: frame.top, bottom: frame.bottom }} />
                              <div className="bio-ring" style={{ left: xOf(frame, point.at), top: yOf(frame, point.value) }} />
                              <DetailCard row={row} point={point} frame={frame} others={all} cuts={series.cuts} />
                            </>
                          ) : null}
                        </>
                      );
                    }}
                  </Plot>
                </div>
                <figcaption className="bio-axis-x">{t('biology.curve.time')}</figcaption>
              </figure>
              <Brush
                series={series}
                start={bounds.from}
                end={bounds.to}
                from={range.from}
                to={range.to}
                onChange={(from, to) => setRange({ from, to })}
              />
              <PlotLegend series={series} shapes={shapes} readings={row.readings} />
            </>
          )}
          <NotDrawn series={series} />
        </section>
        {/* It scrolls: the keyboard must reach it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <section className="ui-card bio-twin-card" ref={table} tabIndex={0} aria-label={t('biology.table.title')}>
          <h2>
            {t('biology.table.title')} <span className="bio-quiet">T</span>
          </h2>
          {isPainted ? <CurveTable row={row} series={series} active={active?.id} onActive={say} /> : null}
          {target ? <TargetShareLine target={target} share={shareWithin(target, row.readings)} /> : null}
          <HowToRead row={row} />
        </section>
      </div>
      {isAiming ? <TargetDialog row={row} title={title(row)} target={target} onClose={() => setIsAiming(false)} /> : null}
      <div className="bio-hints">
        <CurveHints />
        <p className="bio-legend">
          <bdi>{edited}</bdi>
        </p>
      </div>
    </div>
  );
}

interface Range {
  from: number;
  to: number;
}

/** From a little before the first point to today, or to the last point when its date is ahead. */
function wholeRange(points: readonly Point[], now: number): Range {
  const first = points[0]?.at ?? now;
  const last = Math.max(points.at(-1)?.at ?? now, now);
  const air = Math.max((last - first) * 0.03, 86_400_000);
  return { from: first - air, to: last + Math.min(air / 2, 15 * 86_400_000) };
}

/** The period asked, no longer than the history; all of it when the period holds no point. */
function rangeOf(period: Period, bounds: Range, points: readonly Point[], now: number): Range {
  const start = Math.max(periodStart(period, now), bounds.from);
  return points.some((point) => point.at >= start) ? { from: start, to: bounds.to } : bounds;
}

/** A range of a given length around an instant, kept inside the history. */
function around(at: number, length: number, bounds: Range): Range {
  const span = Math.min(Math.max(length, 2 * 86_400_000), bounds.to - bounds.from);
  const from = Math.min(Math.max(at - span / 2, bounds.from), bounds.to - span);
  return { from, to: from + span };
}

function Facts({ row }: { row: Row }) {
  const t = useText();
  const language = useLanguage();
  const { readings } = row;
  const day = (reading: Reading | undefined) => (reading ? showDate(reading.at, language, REGION_ZONE) : '');
  return t('biology.curve.facts', {
    count: readings.length,
    laboratories: new Set(readings.map((reading) => reading.report.laboratory.finess)).size,
    from: day(readings[0]),
  });
}

function CutLabels({ series, frame }: { series: Series; frame: PlotFrame }) {
  const t = useText();
  const seen = series.cuts.filter((cut) => cut > frame.from && cut < frame.to);
  /* With many changes, or little room, the lane above names them: labels would hide the curve. */
  if (seen.length > 2 || frame.width < NARROW_PX) return null;
  return seen.map((cut) => (
    <div key={cut} className="bio-cut-label" style={{ left: xOf(frame, cut), top: frame.top + 2 }}>
      <strong>{t('biology.curve.changed')}</strong>
      <span>{t('biology.curve.notComparable')}</span>
    </div>
  ));
}

function NotDrawn({ series: { notDrawn } }: { series: Series }) {
  const t = useText();
  if (notDrawn.text + notDrawn.uncounted + notDrawn.undated === 0) return null;
  return <p className="bio-quiet">{t('biology.curve.notDrawn', { ...notDrawn })}</p>;
}

function HowToRead({ row }: { row: Row }) {
  const t = useText();
  const expected = expectedChangePercent(row.info);
  return (
    <div className="bio-how">
      <h3>{t('biology.read.title')}</h3>
      <p>{t('biology.read.band')}</p>
      {expected === undefined ? null : <p>{t('biology.read.expected', { expected: Math.round(expected) })}</p>}
      {row.readings.some((reading) => reading.comparator) ? <p>{t('biology.read.dashed')}</p> : null}
    </div>
  );
}

function CurveHints() {
  const t = useText();
  const keys: [string[], string][] = [
    [['←', '→'], 'point'],
    [['↵'], 'source'],
    [['+', '−'], 'zoom'],
    [['L'], 'scale'],
    [['X'], 'cross'],
    [['T'], 'table'],
    [['Échap'], 'grid'],
  ];
  return <KeyHints label={t('biology.keys.name')} hints={keys.map(([key, does]) => ({ keys: key, does: t(`biology.keys.${does}`) }))} />;
}
