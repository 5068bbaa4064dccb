import { ContextLanes, StayWash } from './late-lanes.ts';
import { Suspense, useCallback, useMemo, useState } from 'react';
import { Button, KeyHints, Menu, Notice, Segmented, showDate, Toggle, useAnnounce, useLanguage, useShortcuts, useText } from '#ui';
import { type Period, periodStart } from '../filter.ts';
import { gridOf, type Row } from '../grid.ts';
import { seriesOf, type Point, type Series } from '../series.ts';
import { crossedWith } from '../crossed-with.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { CrossTable } from './cross-table.tsx';
import { useSpokenPoint } from './detail-card.tsx';
import { GradeGlyph, Value } from './cell-content.tsx';
import { Plot, PLOT_RIGHT } from './plot.tsx';
import { shapesOf } from './plot-legend.tsx';
import { isLogBetter, pointsOf, xOf, yOf } from './plot-scale.ts';
import { DualPanel } from './dual-panel.tsx';
import { RelativePanel } from './relative-panel.tsx';
import { changeOf } from './reading-line.tsx';
import { useRoom } from './use-room.ts';
import { gradeKey, shownChange, shownInterval, toneOf } from './show.ts';
import { REGION_ZONE, readView } from './view.ts';
import { rowName } from './words.ts';
import './curve.css';
import './cross.css';

/** More than five panels and none can be read: refused kindly. */
const MOST_PANELS = 5;
const PANEL_LEFT = 96;
/** Up to this number of panels, analytes often read beside these are one press away. */
const OFFERED_UP_TO = 3;
/** What stands around the panels on the page, in px, and around each: what fits is seen without scrolling. */
const AROUND_PX = 458;
const BETWEEN_PX = 10;
/** Height of the relative view, with the axis of time. */
const RELATIVE_PX = 158;
const RELATIVE_AMONG_MANY_PX = 132;

interface Panel {
  row: Row;
  series: Series;
}

function panelsOf({ readings, index }: ViewProps['data']['gathered'], ids: readonly string[]): Panel[] {
  const rows = gridOf(
    readings.filter((reading) => ids.includes(reading.rowId)),
    index,
  ).groups.flatMap((group) => group.rows);
  return ids
    .slice(0, MOST_PANELS)
    .map((id) => rows.find((row) => row.id === id))
    .filter((row): row is Row => row !== undefined)
    .map((row) => ({ row, series: seriesOf(row.readings, row.info) }));
}

/** Several analytes on one time axis, one cursor through all: what moved together is seen, what caused what is not said. */
export function CrossView(props: ViewProps) {
  const { data, search, go } = props;
  const t = useText();
  const language = useLanguage();
  const announce = useAnnounce();
  const asked = readView(search);
  const period: Period = asked.period;
  const [isRelative, setIsRelative] = useState(true);
  const [isDual, setIsDual] = useState(false);
  const [hasTable, setHasTable] = useState(false);
  const now = Date.parse(data.answer.completeness.asOf);
  const whole = useMemo(() => gridOf(data.gathered.readings, data.gathered.index).groups.flatMap((group) => group.rows), [data]);
  const rowKey = asked.rows.join('\n');
  // The address gives a new list each time: it is compared by its words.
  // oxlint-disable-next-line react/preserve-manual-memoization
  const panels = useMemo(() => panelsOf(data.gathered, rowKey.split('\n')), [data, rowKey]);
  const shapes = useMemo(() => shapesOf(data.answer.reports), [data]);
  const times = useMemo(
    () => [...new Set(panels.flatMap(({ series }) => pointsOf(series).map((point) => point.at)))].toSorted((a, b) => a - b),
    [panels],
  );
  const start = periodStart(period, now);
  const from = Math.max(start, (times.find((at) => at >= start) ?? times[0] ?? now) - 10 * 86_400_000);
  const to = Math.max(now, times.at(-1) ?? now) + 5 * 86_400_000;
  const [cursor, setCursor] = useState<number>();
  const at = cursor ?? times.at(-1) ?? now;

  const speakers = useSpokenPoint(panels[0]?.row ?? whole[0]!);
  const goTo = useCallback(
    (next: number) => {
      setCursor(next);
      const first = panels[0] && pointAt(panels[0].series, next);
      announce(first ? speakers(first.reading) : showDate(next, language, REGION_ZONE));
    },
    [panels, announce, speakers, language],
  );
  const move = (by: number) => {
    const index = times.findIndex((time) => time >= at);
    const next = times[Math.min(times.length - 1, Math.max(0, (index < 0 ? times.length - 1 : index) + by))];
    if (next !== undefined) goTo(next);
  };
  const back = () => go({ view: undefined, rows: undefined });
  const set = (rows: readonly string[]) => (rows.length > 0 ? go({ rows: [...rows] }, { replace: true }) : back());
  useShortcuts({
    Escape: back,
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    r: () => setIsRelative((on) => !on),
    t: () => setHasTable((on) => !on),
    p: () => window.print(),
  });

  /* One analyte alone is relative to nothing. */
  const hasRelative = isRelative && panels.length > 1;
  const relativeHeight = panels.length > 2 ? RELATIVE_AMONG_MANY_PX : RELATIVE_PX;
  const taken = AROUND_PX + (hasRelative ? relativeHeight : 40) + BETWEEN_PX * panels.length;
  const height = Math.floor(useRoom(taken, 96 * panels.length, 240 * panels.length) / Math.max(1, panels.length));
  const [left, right] = panels;
  const pair = left && right && panels.length === 2 ? ([left, right] as const) : undefined;
  const ids = panels.map(({ row }) => row.id);
  const others = whole.filter((row) => !ids.includes(row.id) && pointsOf(seriesOf(row.readings, row.info)).length > 0);
  const offered = crossedWith(ids, new Set(others.map(({ id }) => id)), data.catalogue.presets, Math.max(0, OFFERED_UP_TO - panels.length));
  return (
    <div className="bio-page bio-cross-page">
      <ViewHead title={t('biology.cross.title')} onBack={back}>
        {panels.map(({ row }) => (
          <Toggle
            key={row.id}
            isOn
            name={t('biology.cross.remove', { row: rowName(row, language) })}
            onChange={() => set(ids.filter((id) => id !== row.id))}
          >
            {rowName(row, language)} ×
          </Toggle>
        ))}
        {offered.map((id) => (
          <Button key={id} look="quiet" onPress={() => set([...ids, id])}>
            + {rowName(others.find((row) => row.id === id)!, language)}
          </Button>
        ))}
        {panels.length < MOST_PANELS ? (
          <Menu
            trigger={`+ ${t('biology.cross.add')}`}
            label={t('biology.cross.add')}
            choices={others.map((row) => ({ id: row.id, label: `${rowName(row, language)}${row.unit ? ` (${row.unit})` : ''}` }))}
            onChoose={(id) => set([...ids, id])}
          />
        ) : (
          <span className="bio-quiet">{t('biology.cross.full')}</span>
        )}
        <div className="bio-title-tools">
          {panels.length === 2 ? (
            <Toggle isOn={isDual} onChange={setIsDual}>
              {t('biology.cross.dual')}
            </Toggle>
          ) : null}
          {panels.length > 1 ? (
            <Toggle isOn={isRelative} onChange={setIsRelative}>
              {t('biology.cross.relative')}
            </Toggle>
          ) : null}
          <Toggle isOn={hasTable} onChange={setHasTable}>
            {t('biology.cross.table')}
          </Toggle>
          <Segmented
            label={t('biology.period.name')}
            value={period}
            choices={
              (['6m', '1y', '2y', 'all'] as const).map((value) => ({ value, label: t(`biology.period.${value}`) })) as {
                value: Period;
                label: string;
              }[]
            }
            onChange={(value) => go({ period: value === '2y' ? undefined : value }, { replace: true })}
          />
          <Button hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      {panels.length === 0 ? <Notice tone="quiet">{t('biology.curve.none')}</Notice> : null}
      <div className="ui-card bio-cross-card">
        {panels.length > 0 ? (
          <div className="bio-panel">
            <Suspense fallback={<div className="bio-lanes-waiting" />}>
              <ContextLanes {...props} from={from} to={to} left={PANEL_LEFT} right={PLOT_RIGHT} />
            </Suspense>
          </div>
        ) : null}
        {pair && isDual ? <DualPanel panels={pair} from={from} to={to} at={at} /> : null}
        {(pair && isDual ? [] : panels).map((panel, index) => (
          <CrossPanel
            key={panel.row.id}
            patientId={props.patientId}
            {...panel}
            from={from}
            to={to}
            at={at}
            shapes={shapes}
            height={height}
            hasTimeAxis={!hasRelative && index === panels.length - 1}
            onPoint={(point) => (point.at === at ? undefined : goTo(point.at))}
          />
        ))}
        {hasRelative ? <RelativePanel panels={panels} from={from} to={to} at={at} left={PANEL_LEFT} height={relativeHeight} /> : null}
        <p className="bio-axis-x">{t('biology.cross.time', { count: panels.length + Number(hasRelative) })}</p>
        {panels.length > 0 ? (
          <div className={hasTable ? '' : 'bio-printed-only'}>
            <CrossTable rows={panels.map(({ row }) => row)} />
          </div>
        ) : null}
      </div>
      <div className="bio-hints">
        <CrossHints />
      </div>
    </div>
  );
}

/** The point at the cursor, else the last one before it: a value holds until the next is known. */
export function pointAt(series: Series, at: number): Point | undefined {
  return pointsOf(series).findLast((point) => point.at <= at);
}

interface CrossPanelProps extends Panel {
  patientId: string;
  from: number;
  to: number;
  at: number;
  shapes: ReturnType<typeof shapesOf>;
  height: number;
  hasTimeAxis: boolean;
  onPoint: (point: Point) => void;
}

function CrossPanel({ patientId, row, series, from, to, at, shapes, height, hasTimeAxis, onPoint }: CrossPanelProps) {
  const t = useText();
  const language = useLanguage();
  const isLog = isLogBetter(series);
  const point = pointAt(series, at);
  const name = rowName(row, language);
  const unit = row.unit ?? t('biology.curve.noUnit');
  return (
    <div className="bio-panel">
      <figure className="bio-figure" aria-label={`${name} (${unit})`}>
        <span className="bio-axis-y" aria-hidden="true">
          <strong>{name}</strong>
          <br />
          {unit}
          {isLog ? ', log' : ''}
        </span>
        <Plot
          series={series}
          from={from}
          to={to}
          isLog={isLog}
          height={hasTimeAxis ? height + 40 : height}
          left={PANEL_LEFT}
          hasTimeAxis={hasTimeAxis}
          shapes={shapes}
          radius={3.4}
          hasValues={false}
          onPoint={onPoint}
          onZoom={() => {}}
        >
          {(frame) => (
            <>
              <Suspense>
                <StayWash patientId={patientId} frame={frame} />
              </Suspense>
              <div className="bio-cursor" style={{ left: xOf(frame, at), top: 0, bottom: frame.bottom }} />
              {point && point.at >= from ? (
                <div className="bio-ring" style={{ left: xOf(frame, point.at), top: yOf(frame, point.value) }} />
              ) : null}
            </>
          )}
        </Plot>
      </figure>
      {point ? <PanelFacts row={row} point={point} /> : <p className="bio-quiet">{t('biology.cross.none')}</p>}
    </div>
  );
}

function PanelFacts({ row, point: { reading } }: { row: Row; point: Point }) {
  const t = useText();
  const language = useLanguage();
  const change = changeOf(row, reading);
  const shown = change && shownChange(change, language);
  const grade = gradeKey(reading.grade);
  const interval = shownInterval(reading, language);
  return (
    <div className="bio-panel-facts">
      <p>
        <span className={`bio-big bio-tone-${toneOf(reading.grade)}`}>
          <Value reading={reading} />
        </span>{' '}
        <span className="bio-line-sub">{row.unit}</span>
      </p>
      <p className="bio-line-sub">
        <GradeGlyph reading={reading} /> {grade ? <strong>{t(grade)}</strong> : null}{' '}
        {interval ? t('biology.cross.interval', { interval }) : ''}
      </p>
      <p className="bio-line-sub">{showDate(reading.at, language, REGION_ZONE)}</p>
      {change && shown ? (
        <p className={change.beyondExpected ? 'bio-card-beyond' : 'bio-line-sub'}>
          {t('biology.change.in', { absolute: shown.absolute, days: change.days })} {shown.percent ? `(${shown.percent})` : ''}
        </p>
      ) : null}
    </div>
  );
}

function CrossHints() {
  const t = useText();
  const keys: [string[], string][] = [
    [['←', '→'], 'point'],
    [['R'], 'relative'],
    [['T'], 'table'],
    [['P'], 'print'],
    [['Échap'], 'grid'],
  ];
  return <KeyHints label={t('biology.keys.name')} hints={keys.map(([key, does]) => ({ keys: key, does: t(`biology.keys.${does}`) }))} />;
}
