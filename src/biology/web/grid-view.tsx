import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { Button, dayOf, KeyHints, Notice, SearchField, useAnnounce, useShortcuts, useText } from '#ui';
import { UNCLASSIFIED, gridOf, type Row } from '../grid.ts';
import { countFilters, filterGroups, inPeriod, type RowFilter } from '../filter.ts';
import { csvOf } from '../csv.ts';
import { tellExport } from './tell-export.ts';
import { findRows } from '../find-row.ts';
import { regroup } from '../regroup.ts';
import type { ViewProps } from './view-props.ts';
import { CompletenessLine, FilterStrip } from './filter-strip.tsx';
import { download } from './download.ts';
import { headColumns } from './grid-columns.ts';
import { GridTools } from './grid-tools.tsx';
import { GridBody } from './grid-body.tsx';
import { Legend } from './legend.tsx';
import { useMedia } from './use-media.ts';
import { readView, REGION_ZONE } from './view.ts';
import './grid.css';

/** Not what opens first: it waits out of the first page. */
const PhoneList = lazy(() => import('./phone-list.tsx').then((part) => ({ default: part.PhoneList })));
const ViewsDialog = lazy(() => import('./views-dialog.tsx').then((part) => ({ default: part.ViewsDialog })));
const MicroView = lazy(() => import('./micro-view.tsx').then((part) => ({ default: part.MicroView })));

/** The grid with everything around it: what is asked, what is missing, what is focused, what can be done. */
export function GridView(props: ViewProps) {
  const { data, search, go, memory } = props;
  const t = useText();
  const announce = useAnnounce();
  const asked = readView(search);
  const { period, since, until } = asked;
  const [showIntervals, setShowIntervals] = useState(false);
  const [find, setFind] = useState<string>();
  /* Each jump makes a new body, which takes the focus to the remembered cell. */
  const [jump, setJump] = useState(0);
  const [isKeeping, setIsKeeping] = useState(false);
  const isPhone = useMedia('(max-width: 700px) and (orientation: portrait)');
  const { index, readings } = data.gathered;
  const { lastVisit } = data.answer;
  const now = Date.parse(data.answer.completeness.asOf);

  const { shown, hidden } = useMemo(
    () => inPeriod(readings, period, now, { since, until }, REGION_ZONE),
    [readings, period, since, until, now],
  );
  const micro = useMemo(
    () => inPeriod(data.gathered.microbiology, period, now, { since, until }, REGION_ZONE).shown,
    [data, period, since, until, now],
  );
  const whole = useMemo(() => gridOf(shown, index), [shown, index]);
  const counts = useMemo(() => countFilters(whole), [whole]);
  const preset = data.catalogue.presets.find(({ id }) => id === asked.preset);
  const filterKey = asked.filters.join(' ');
  const groups = useMemo(() => {
    const kept = regroup(filterGroups(whole.groups, asked.filters, preset?.rows), asked.grouping);
    if (!find) return kept;
    const found = new Set(
      findRows(
        kept.flatMap((group) => group.rows),
        find,
      ),
    );
    return kept.map((group) => ({ ...group, rows: group.rows.filter((row) => found.has(row)) })).filter((group) => group.rows.length > 0);
    // The filters are compared by their words: the address gives a new list each time.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [whole, filterKey, preset, find, asked.grouping]);
  const columns = useMemo(() => {
    const used = preset ? new Set(groups.flatMap((group) => group.rows.flatMap((row) => [...row.cells.keys()]))) : undefined;
    return headColumns(used ? whole.columns.filter(({ id }) => used.has(id)) : whole.columns, lastVisit, asked.isOldestFirst);
  }, [whole, groups, preset, lastVisit, asked.isOldestFirst]);
  const presets = useMemo(() => {
    const rows = new Set(whole.groups.flatMap((group) => group.rows.map((row) => row.info?.row)));
    return data.catalogue.presets.filter((one) => one.rows.some((row) => rows.has(row))).map(({ id }) => id);
  }, [whole, data.catalogue]);

  const openCurve = useCallback(
    (id: string) => {
      const found = whole.groups.flatMap((group) => group.rows).find((one) => one.id === id);
      const place = memory.get();
      const column = place?.row === id ? place.column : newestColumn(found, columns);
      if (column) memory.set({ row: id, column });
      go({ view: 'curve', rows: [id] });
    },
    [whole, columns, memory, go],
  );
  const toggle = (filter: RowFilter) => {
    const next = asked.filters.includes(filter) ? asked.filters.filter((one) => one !== filter) : [...asked.filters, filter];
    go({ filter: next.length > 0 ? [...next] : undefined }, { replace: true });
    const left = filterGroups(whole.groups, next, preset?.rows).reduce((sum, group) => sum + group.rows.length, 0);
    announce(t('biology.announce.rows', { count: left }));
  };
  useShortcuts({
    n: () => toggle('new'),
    a: () => toggle('abnormal'),
    v: () => toggle('changed'),
    i: () => setShowIntervals((on) => !on),
    '/': () => setFind(''),
    p: () => go({ view: 'print' }),
    s: () => go({ view: 'summary' }),
    z: () => go({ view: asked.view === 'heat' ? undefined : 'heat' }),
    r: props.waiting ? props.onShow : undefined,
  });

  const blood = data.gathered.immunoHaematology.documentIds;
  const openReport = (documentId: string) => go({ view: 'report', report: documentId, result: undefined });
  const isEmpty = groups.length === 0;
  return (
    <div className="bio-page">
      <FilterStrip
        counts={counts}
        filters={asked.filters}
        onFilter={toggle}
        catalogue={data.catalogue}
        presets={presets}
        preset={asked.preset}
        onKeepView={() => setIsKeeping(true)}
        period={asked.period}
        view={asked.view}
        tools={
          <GridTools
            asked={asked}
            showIntervals={showIntervals}
            onIntervals={() => setShowIntervals((on) => !on)}
            onCsv={() => {
              tellExport(props.patientId);
              download(`biologie-${dayOf(now, REGION_ZONE)}.csv`, 'text/csv;charset=utf-8', csvOf(groups));
            }}
            fhir={`/fhir/Observation?patient=${encodeURIComponent(props.patientId)}&category=laboratory`}
            go={go}
          />
        }
        hasMicrobiology={data.gathered.microbiology.length > 0}
        go={go}
      />
      {find === undefined ? null : <FindField find={find} onFind={setFind} />}
      <CompletenessLine
        completeness={data.answer.completeness}
        hidden={hidden}
        period={(asked.since ?? asked.until) ? 'dates' : asked.period}
        unclassified={whole.groups.find((group) => group.id === UNCLASSIFIED)?.rows.length ?? 0}
        waiting={props.waiting}
        onShow={props.onShow}
        onAll={() => go({ period: 'all', since: undefined, until: undefined })}
        onUnclassified={() => {
          const first = whole.groups.find((group) => group.id === UNCLASSIFIED)?.rows[0];
          const column = newestColumn(first, columns);
          if (!first || !column) return;
          memory.set({ row: first.id, column });
          setJump((count) => count + 1);
        }}
        bloodReports={blood}
        onBlood={openReport}
      />
      {asked.view === 'micro' ? (
        <Suspense>
          <MicroView readings={micro} go={go} />
        </Suspense>
      ) : isEmpty ? (
        <Empty
          {...props}
          hasReadings={whole.groups.length > 0}
          hidden={hidden}
          rowsAll={counts.rows}
          onFindNothing={() => setFind(undefined)}
        />
      ) : isPhone && asked.view === 'grid' ? (
        <Suspense>
          <PhoneList groups={groups} columns={columns} now={now} onOpenCurve={openCurve} onOpenReport={openReport} />
        </Suspense>
      ) : (
        <GridBody
          key={jump}
          patientId={props.patientId}
          mappingOf={props.mappingOf}
          groups={groups}
          columns={columns}
          rowsAll={counts.rows}
          isHeat={asked.view === 'heat'}
          memory={memory}
          showIntervals={showIntervals}
          period={asked.period}
          now={now}
          lastVisit={lastVisit}
          onOpenCurve={openCurve}
          go={go}
        />
      )}
      {isKeeping ? (
        <Suspense>
          <ViewsDialog
            rows={groups.flatMap((group) => group.rows.flatMap(({ info }) => info?.row ?? []))}
            views={props.views}
            onClose={() => setIsKeeping(false)}
          />
        </Suspense>
      ) : null}
      {isPhone ? null : <Hints />}
    </div>
  );
}

const newestColumn = (row: Row | undefined, columns: readonly { id: string }[]) => columns.find(({ id }) => row?.cells.has(id))?.id;

function FindField({ find, onFind }: { find: string; onFind: (find: string | undefined) => void }) {
  const t = useText();
  return (
    // A search that is asked for by its key takes the keyboard, and gives it back on Escape.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="bio-find-bar"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && find === '') onFind(undefined);
      }}
    >
      <SearchField
        label={t('biology.find.name')}
        placeholder={t('biology.find.example')}
        value={find}
        onChange={onFind}
        inputRef={(input) => input?.focus()}
      />
      <Button look="quiet" hint="Échap" onPress={() => onFind(undefined)}>
        {t('biology.find.close')}
      </Button>
    </div>
  );
}

interface EmptyProps extends ViewProps {
  hasReadings: boolean;
  hidden: number;
  rowsAll: number;
  onFindNothing: () => void;
}

/** Says why nothing is shown, and how to lift it. Received is not done: « aucun résultat reçu ». */
function Empty({ hasReadings, hidden, rowsAll, go, onFindNothing }: EmptyProps) {
  const t = useText();
  return (
    <div className="bio-grid">
      <div className="bio-state">
        <Notice
          tone="quiet"
          actions={
            hasReadings ? (
              <Button
                onPress={() => {
                  onFindNothing();
                  go({ filter: undefined, preset: undefined });
                }}
              >
                {t('biology.empty.lift')}
              </Button>
            ) : hidden > 0 ? (
              <Button onPress={() => go({ period: 'all' })}>{t('biology.empty.all')}</Button>
            ) : undefined
          }
        >
          {hasReadings ? t('biology.empty.filter', { count: rowsAll }) : t('biology.empty.period')}
        </Notice>
      </div>
    </div>
  );
}

function Hints() {
  const t = useText();
  const keys: [string[], string][] = [
    [['←', '↑', '↓', '→'], 'cell'],
    [['↵'], 'source'],
    [['G'], 'curve'],
    [['X'], 'cross'],
    [['/'], 'find'],
    [['A'], 'abnormal'],
    [['N'], 'new'],
    [['V'], 'changed'],
    [['Z'], 'heat'],
    [['P'], 'print'],
  ];
  return (
    <div className="bio-hints">
      <KeyHints label={t('biology.keys.name')} hints={keys.map(([key, does]) => ({ keys: key, does: t(`biology.keys.${does}`) }))} />
      <Legend />
    </div>
  );
}
