import { lazy, Suspense, useCallback, useState } from 'react';
import { useAnnounce, useShortcuts, useText } from '#ui';
import { type Period, periodStart } from '../filter.ts';
import type { RowGroup } from '../grid.ts';
import type { ViewProps } from './view-props.ts';
import type { HeadedColumn } from './grid-columns.ts';
import { type CellPlace, GridTable } from './grid-table.tsx';
import { ReadingLine } from './reading-line.tsx';
import { useFollowUp } from './use-follow-up.ts';
import type { Go } from './view.ts';

/** Asked for by few, and not at first: it waits out of the first page. */
const HeatTable = lazy(() => import('./heat-table.tsx').then((part) => ({ default: part.HeatTable })));

const ExplainDialog = lazy(() => import('./explain-dialog.tsx').then((part) => ({ default: part.ExplainDialog })));

interface GridBodyProps {
  patientId: string;
  mappingOf: ViewProps['mappingOf'];
  groups: readonly RowGroup[];
  columns: readonly HeadedColumn[];
  rowsAll: number;
  isHeat: boolean;
  memory: ViewProps['memory'];
  showIntervals: boolean;
  period: Period;
  now: number;
  lastVisit: string | undefined;
  onOpenCurve: (row: string) => void;
  go: Go;
}

/** The table and the reading line: what an arrow draws again, and nothing else of the page. */
export function GridBody({ groups, columns, memory, period, now, onOpenCurve, go, ...rest }: GridBodyProps) {
  const t = useText();
  const [active, setActive] = useState(memory.get);
  const [isReturning] = useState(active !== undefined);
  const [which, setWhich] = useState(0);
  const focus = useCallback(
    (place: CellPlace) => {
      memory.set(place);
      setWhich(0);
      setActive(place);
    },
    [memory],
  );
  const row = active && groups.flatMap((group) => group.rows).find(({ id }) => id === active.row);
  const cell = active && row?.cells.get(active.column);
  const reading = cell?.readings[which] ?? cell?.readings[0];
  const openSource = () => {
    if (reading) go({ view: 'report', report: reading.report.documentId, result: reading.result.n });
  };
  const cross = () => {
    if (row) go({ view: 'cross', rows: [row.id] });
  };
  const [isAsking, setIsAsking] = useState(false);
  const announce = useAnnounce();
  const { mayNote, note } = useFollowUp();
  const noteSeen = () => {
    if (!reading) return;
    note(reading.report.documentId, { kind: 'seen' }).then(
      () => announce(t('biology.follow.noted')),
      () => announce(t('biology.follow.failed')),
    );
  };
  useShortcuts({
    u: mayNote && reading ? noteSeen : undefined,
    g: row ? () => onOpenCurve(row.id) : undefined,
    x: row ? cross : undefined,
    w: reading ? () => setIsAsking(true) : undefined,
    Enter: reading ? (event) => onCellOnly(event, openSource) : undefined,
  });
  /* The trend holds two years at most: longer, a spark of 110 px says nothing. */
  const trend = period === '1y' ? '1y' : '2y';
  return (
    <>
      {rest.isHeat ? (
        <Suspense>
          <HeatTable groups={groups} columns={columns} active={active} onActive={focus} />
        </Suspense>
      ) : (
        <GridTable
          patientId={rest.patientId}
          groups={groups}
          columns={columns}
          rowsAll={rest.rowsAll}
          active={active}
          onActive={focus}
          takesFocus={isReturning}
          showIntervals={rest.showIntervals}
          period={t(`biology.trend.${trend}`)}
          sparkFrom={periodStart(trend, now)}
          sparkTo={now}
          lastVisit={rest.lastVisit}
          onOpenCurve={onOpenCurve}
        />
      )}
      <ReadingLine
        row={row}
        cell={cell}
        which={which}
        onWhich={setWhich}
        onSeen={noteSeen}
        onSource={openSource}
        onCurve={() => row && onOpenCurve(row.id)}
        onCross={cross}
        onWhy={() => setIsAsking(true)}
      />
      {isAsking && row && reading ? (
        <Suspense>
          <ExplainDialog
            patientId={rest.patientId}
            row={row}
            reading={reading}
            mapping={
              row.info ? undefined : rest.mappingOf?.(reading.report.laboratory.finess, reading.result.local ?? reading.result.label)
            }
            onClose={() => setIsAsking(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

/** Enter on a button presses the button; on a cell, it opens the source. */
function onCellOnly(event: KeyboardEvent, act: () => void): void {
  if (event.target instanceof HTMLElement && event.target.closest('td[data-row], .bio-heat-cell')) act();
}
