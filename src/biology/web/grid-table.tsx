import { type KeyboardEvent, type SyntheticEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useLanguage, useText } from '#ui';
import type { Row, RowGroup } from '../grid.ts';
import type { HeadedColumn } from './grid-columns.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { drawnPart, useSight } from './grid-sight.ts';
import { groupTitle } from './words.ts';
import './grid.css';

export interface CellPlace {
  row: string;
  column: string;
}

interface GridTableProps {
  patientId: string;
  groups: readonly RowGroup[];
  columns: readonly HeadedColumn[];
  rowsAll: number;
  active: CellPlace | undefined;
  onActive: (place: CellPlace) => void;
  /** Focus goes to the active cell when the table appears: the reader comes back to where they left. */
  takesFocus: boolean;
  showIntervals: boolean;
  period: string;
  sparkFrom: number;
  sparkTo: number;
  lastVisit: string | undefined;
  onOpenCurve: (row: string) => void;
}

const HEAD_HEIGHT = 63;
const GROUP_HEIGHT = 25;
const ROW_HEIGHT = 24;
const ROW_HEIGHT_INTERVALS = 36;
const SAMPLING_WIDTH = 82;
type Item = { kind: 'group'; group: RowGroup; isOpen: boolean } | { kind: 'row'; row: Row; rowIndex: number };

/** The grid: a native table of which only what is near the eye is drawn, and arrows that move one cell. */
export function GridTable(props: GridTableProps) {
  const { groups, columns, active, onActive } = props;
  const t = useText();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const { box, sight, look } = useSight();
  const widths = useMemo(() => frozenWidths(sight.width), [sight.width]);
  const frozen = widths.analyte + widths.trend + widths.change + widths.interval;
  const items = useMemo(() => itemsOf(groups, closed), [groups, closed]);
  const rows = useMemo(() => items.filter((item) => item.kind === 'row').map((item) => item.row), [items]);
  const rowHeight = props.showIntervals ? ROW_HEIGHT_INTERVALS : ROW_HEIGHT;
  const tops = useMemo(() => offsetsOf(items, (item) => (item.kind === 'group' ? GROUP_HEIGHT : rowHeight)), [items, rowHeight]);
  const lefts = useMemo(() => offsetsOf(columns, () => SAMPLING_WIDTH), [columns]);
  const { down, across } = drawnPart({ tops, lefts }, sight, { names: widths.analyte, moving: frozen - widths.analyte });
  const drawn = useMemo(() => columns.slice(across.first, across.last + 1), [columns, across.first, across.last]);
  /* Room left at the right of a short record: the rules of the rows go through it. */
  const spare = Math.max(0, sight.width - frozen - (lefts.at(-1) ?? 0));
  const pads = { padBefore: across.first > 0, padAfter: across.last < columns.length - 1 || spare > 0 };
  const { onOpenCurve } = props;

  /* Heard by the table for all its cells: among hundreds, one ear each would be slow to draw. */
  const pick = (event: SyntheticEvent) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('td[data-row]') : null;
    const [row, column] = [cell?.dataset['row'], cell?.dataset['column']];
    if (row === undefined || column === undefined) return;
    const isThere = active?.row === row && active.column === column;
    if (event.type === 'click' || !isThere) onActive({ row, column });
  };
  const wantsFocus = useRef(props.takesFocus);
  const rowAt = rows.findIndex((row) => row.id === active?.row);
  const columnAt = columns.findIndex((column) => column.id === active?.column);

  const moveTo = (nextRow: number, nextColumn: number) => {
    const row = rows[clamp(nextRow, rows.length)];
    const column = columns[clamp(nextColumn, columns.length)];
    if (!row || !column || !box.current) return;
    const item = items.findIndex((one) => one.kind === 'row' && one.row.id === row.id);
    bringInSight(box.current, {
      top: tops[item] ?? 0,
      height: rowHeight,
      left: frozen - widths.analyte + (lefts[columns.indexOf(column)] ?? 0),
      frozenWidth: widths.analyte,
    });
    look();
    wantsFocus.current = true;
    onActive({ row: row.id, column: column.id });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const steps = event.ctrlKey ? FAR_STEPS[event.key] : STEPS[event.key];
    if (!steps) return;
    event.preventDefault();
    const [byRow, byColumn] = steps;
    moveTo(stepped(rowAt, byRow), stepped(columnAt, byColumn));
  };

  /* After a move the cell exists only once drawn: focus follows the drawing. */
  useLayoutEffect(() => {
    if (!wantsFocus.current || !active || !box.current) return;
    const cell = [...box.current.querySelectorAll<HTMLElement>('td[data-row]')].find(
      ({ dataset }) => dataset['row'] === active.row && dataset['column'] === active.column,
    );
    if (!cell) return;
    wantsFocus.current = false;
    cell.focus({ preventScroll: true });
    keepInSight(box.current, cell);
  });
  useEffect(() => {
    if (props.takesFocus && rowAt >= 0) moveTo(rowAt, Math.max(0, columnAt));
    // Only when the table appears: later, focus belongs to the reader.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const toggle = useCallback((id: string) => {
    setClosed((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  /* Tab enters the table at the active cell, or at the first one that is drawn. */
  const tab = rowAt >= 0 && columnAt >= 0 && active ? active : { row: rows[0]?.id ?? '', column: columns[0]?.id ?? '' };

  return (
    <div className="bio-grid" ref={box} onScroll={look}>
      <table
        className={`bio-table ${props.showIntervals ? 'bio-table-intervals' : ''}`}
        // A native table keeps its structure everywhere; the role adds the arrows that a screen reader passes on.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
        role="grid"
        aria-label={t('biology.grid.name')}
        aria-rowcount={items.length + 1}
        aria-colcount={columns.length + 4}
        onKeyDown={onKeyDown}
        onClick={pick}
        onFocus={pick}
        style={{ width: frozen + (lefts.at(-1) ?? 0) + spare }}
      >
        <Columns
          widths={widths}
          before={lefts[across.first] ?? 0}
          after={(lefts.at(-1) ?? 0) - (lefts[across.last + 1] ?? 0) + spare}
          drawn={drawn.length}
          {...pads}
        />
        <GridHead
          patientId={props.patientId}
          columns={drawn}
          firstColumn={across.first}
          {...pads}
          rowsShown={rows.length}
          rowsAll={props.rowsAll}
          period={props.period}
          lastVisit={props.lastVisit}
        />
        <tbody>
          <Spacer height={tops[down.first] ?? 0} />
          {items
            .slice(down.first, down.last + 1)
            .map((item, index) =>
              item.kind === 'group' ? (
                <GroupRow
                  key={`group ${item.group.id}`}
                  group={item.group}
                  isOpen={item.isOpen}
                  rowIndex={down.first + index + 2}
                  span={drawn.length + 4 + Number(pads.padBefore) + Number(pads.padAfter)}
                  onToggle={toggle}
                />
              ) : (
                <GridRow
                  key={item.row.id}
                  row={item.row}
                  rowIndex={down.first + index + 2}
                  columns={drawn}
                  firstColumn={across.first}
                  {...pads}
                  activeColumn={active?.row === item.row.id ? active.column : undefined}
                  tabColumn={tab.row === item.row.id ? tab.column : undefined}
                  showIntervals={props.showIntervals}
                  sparkFrom={props.sparkFrom}
                  sparkTo={props.sparkTo}
                  sparkWidth={widths.trend - 4}
                  headWidth={widths.analyte}
                  onOpenCurve={onOpenCurve}
                />
              ),
            )}
          <Spacer height={(tops.at(-1) ?? 0) - (tops[down.last + 1] ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-15, 0],
  PageDown: [15, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};
const FAR_STEPS: Record<string, [number, number]> = { Home: [-Infinity, -Infinity], End: [Infinity, Infinity] };

/** From nowhere, any step leads to the first cell. */
const stepped = (at: number, by: number) => (at < 0 ? 0 : at + by);
const clamp = (index: number, length: number) => Math.min(Math.max(index, 0), length - 1);

function itemsOf(groups: readonly RowGroup[], closed: ReadonlySet<string>): Item[] {
  let rowIndex = 0;
  return groups.flatMap((group) => {
    const isOpen = !closed.has(group.id);
    const rows = isOpen ? group.rows.map((row): Item => ({ kind: 'row', row, rowIndex: rowIndex++ })) : [];
    return [{ kind: 'group', group, isOpen } satisfies Item, ...rows];
  });
}

function offsetsOf<Thing>(things: readonly Thing[], size: (thing: Thing) => number): number[] {
  const offsets = [0];
  for (const thing of things) offsets.push((offsets.at(-1) ?? 0) + size(thing));
  return offsets;
}

interface Widths {
  analyte: number;
  trend: number;
  change: number;
  interval: number;
}

/** On a wide screen names are whole and trends longer; by the window alone, so that a filter moves nothing. The trend narrows first, then the trend and the change give their place to samplings: the change stays in the reading line. */
function frozenWidths(width: number): Widths {
  if (width >= 1700) return { analyte: 318, trend: 144, change: 94, interval: 84 };
  if (width >= 1200) return { analyte: 252, trend: 114, change: 94, interval: 74 };
  if (width >= 900) return { analyte: 236, trend: 76, change: 94, interval: 74 };
  return { analyte: 190, trend: 0, change: 0, interval: 76 };
}

interface ColumnsProps {
  widths: Widths;
  before: number;
  after: number;
  drawn: number;
  padBefore: boolean;
  padAfter: boolean;
}

function Columns({ widths, before, after, drawn, padBefore, padAfter }: ColumnsProps) {
  return (
    <colgroup>
      <col style={{ width: widths.analyte }} />
      <col style={{ width: widths.trend }} />
      <col style={{ width: widths.change }} />
      <col style={{ width: widths.interval }} />
      {padBefore ? <col style={{ width: before }} /> : null}
      {Array.from({ length: drawn }, (_, index) => (
        // Columns are interchangeable here: only their number and width matter.
        // oxlint-disable-next-line react/no-array-index-key
        <col key={index} style={{ width: SAMPLING_WIDTH }} />
      ))}
      {padAfter ? <col style={{ width: after }} /> : null}
    </colgroup>
  );
}

function Spacer({ height }: { height: number }) {
  return height > 0 ? <tr aria-hidden="true" className="bio-spacer" style={{ height }} /> : null;
}

interface GroupRowProps {
  group: RowGroup;
  isOpen: boolean;
  rowIndex: number;
  span: number;
  onToggle: (id: string) => void;
}

function GroupRow({ group, isOpen, rowIndex, span, onToggle }: GroupRowProps) {
  const t = useText();
  const language = useLanguage();
  const facts = (['outside', 'beyondExpected', 'newCount'] as const)
    .filter((fact) => group[fact] > 0)
    .map((fact) => t(`biology.group.${fact}`, { count: group[fact] }));
  return (
    <tr className="bio-group" aria-rowindex={rowIndex}>
      <th scope="rowgroup" colSpan={span}>
        <button type="button" className="bio-group-name" aria-expanded={isOpen} onClick={() => onToggle(group.id)}>
          <span className="bio-chevron" aria-hidden="true">
            {isOpen ? '⌄' : '›'}
          </span>
          {groupTitle(group, language, t)}
          <span className="bio-group-facts">{facts.join(' · ')}</span>
        </button>
      </th>
    </tr>
  );
}

/** Rows are counted as equally tall: among thousands, what letters of other scripts add would leave the cell out of sight. */
function keepInSight(box: HTMLElement, cell: HTMLElement): void {
  const [outer, inner] = [box.getBoundingClientRect(), cell.getBoundingClientRect()];
  const below = inner.bottom - (outer.top + box.clientHeight);
  const above = outer.top + HEAD_HEIGHT - inner.top;
  if (below > 0) box.scrollTop += below;
  else if (above > 0) box.scrollTop -= above;
}

/** Scrolls just enough that a cell is wholly seen, beside what is frozen. */
function bringInSight(box: HTMLElement, cell: { top: number; height: number; left: number; frozenWidth: number }): void {
  const roomDown = box.clientHeight - HEAD_HEIGHT - cell.height;
  if (cell.top < box.scrollTop) box.scrollTop = Math.max(0, cell.top - GROUP_HEIGHT);
  else if (cell.top > box.scrollTop + roomDown) box.scrollTop = cell.top - roomDown;
  const roomAcross = box.clientWidth - cell.frozenWidth - SAMPLING_WIDTH;
  if (cell.left < box.scrollLeft) box.scrollLeft = cell.left;
  else if (cell.left > box.scrollLeft + roomAcross) box.scrollLeft = cell.left - roomAcross;
}
