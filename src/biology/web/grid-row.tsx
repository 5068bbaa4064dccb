import { memo } from 'react';
import { Sparkline, useLanguage, useText } from '#ui';
import type { Cell, Row } from '../grid.ts';
import { areComparable } from '../comparable.ts';
import { counts } from '../reading.ts';
import { CellContent } from './cell-content.tsx';
import type { HeadedColumn } from './grid-columns.ts';
import { gradeClass, shownChange, shownInterval, toneOf } from './show.ts';
import { rowName, shortName, specimenWords } from './words.ts';

export interface GridRowProps {
  row: Row;
  /** Place among all rows of the table, from 1 after the heads: for screen readers, since not all are drawn. */
  rowIndex: number;
  columns: readonly HeadedColumn[];
  /** Place of the first drawn sampling column among all. */
  firstColumn: number;
  padBefore: boolean;
  padAfter: boolean;
  /** Column of the focused cell when it is in this row. */
  activeColumn: string | undefined;
  /** The cell that Tab reaches. */
  tabColumn: string | undefined;
  showIntervals: boolean;
  sparkFrom: number;
  sparkTo: number;
  sparkWidth: number;
  headWidth: number;
  onOpenCurve: (row: string) => void;
}

/** One analyte: its name, its trend, its last change, its interval, then a cell for each sampling. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, columns, activeColumn } = props;
  const isActive = activeColumn !== undefined;
  return (
    <tr className={`bio-row ${isActive ? 'bio-row-active' : ''}`} aria-rowindex={props.rowIndex}>
      <RowStart
        row={row}
        headWidth={props.headWidth}
        sparkFrom={props.sparkFrom}
        sparkTo={props.sparkTo}
        sparkWidth={props.sparkWidth}
        onOpenCurve={props.onOpenCurve}
      />
      {props.padBefore ? <td aria-hidden="true" /> : null}
      {columns.map((column, index) => (
        <GridCell
          key={column.id}
          row={row}
          column={column}
          columnIndex={props.firstColumn + index + 5}
          isFocus={activeColumn === column.id}
          isTabStop={props.tabColumn === column.id}
          showIntervals={props.showIntervals}
        />
      ))}
      {props.padAfter ? <td aria-hidden="true" /> : null}
    </tr>
  );
});

interface GridCellProps extends Pick<GridRowProps, 'row' | 'showIntervals'> {
  column: HeadedColumn;
  columnIndex: number;
  isFocus: boolean;
  isTabStop: boolean;
}

/** Scrolling sideways changes which columns are drawn: a cell that stays is not drawn again. */
const GridCell = memo(function GridCell({ row, column, columnIndex, isFocus, isTabStop, showIntervals }: GridCellProps) {
  const cell = row.cells.get(column.id);
  return (
    <td
      className={cellClass(column, cell, isFocus)}
      aria-colindex={columnIndex}
      tabIndex={isTabStop ? 0 : -1}
      data-row={row.id}
      data-column={column.id}
      {...(isFocus ? { 'aria-selected': true } : {})}
    >
      {cell ? <CellContent cell={cell} showInterval={showIntervals} isLate={column.isBeforeVisit} /> : null}
    </td>
  );
});

/** What scrolling sideways does not move, and does not draw again. */
const RowStart = memo(function RowStart({
  row,
  ...props
}: Pick<GridRowProps, 'row' | 'headWidth' | 'sparkFrom' | 'sparkTo' | 'sparkWidth' | 'onOpenCurve'>) {
  return (
    <>
      <RowHead row={row} width={props.headWidth} onOpenCurve={props.onOpenCurve} />
      <td className="bio-trend">
        {props.sparkWidth > 0 ? <RowTrend row={row} from={props.sparkFrom} to={props.sparkTo} width={props.sparkWidth} /> : null}
      </td>
      <RowChange row={row} />
      <RowInterval row={row} />
    </>
  );
});

/** Width of a letter of a name, at most on average. */
const LETTER_PX = 6.4;

function RowHead({ row, width, onOpenCurve }: { row: Row; width: number; onOpenCurve: (row: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const [whole, name] = [rowName(row, language), shortName(row, language)];
  const specimen = specimenWords(row, language);
  return (
    // Its label is the name in the button.
    // oxlint-disable-next-line jsx-a11y/control-has-associated-label
    <th scope="row" className="bio-head-cell">
      <span className="bio-analyte">
        <button
          type="button"
          tabIndex={-1}
          className="bio-name"
          title={name !== whole || name.length > 22 ? [whole, specimen].filter(Boolean).join(', ') : t('biology.row.openCurve')}
          onClick={() => onOpenCurve(row.id)}
        >
          <bdi>{name}</bdi>
        </button>
        {/* A name cut short would be worse than a specimen left to the reading line. */}
        {name.length + specimen.length + (row.unit?.length ?? 0) < width / LETTER_PX - 5.5 ? (
          <span className="bio-specimen">{specimen}</span>
        ) : null}
        <span className="bio-unit">{row.unit}</span>
      </span>
    </th>
  );
}

/** The line breaks where methods may not be compared; values that do not count are not drawn. */
export function RowTrend({ row, from, to, width, height = 21 }: { row: Row; from: number; to: number; width: number; height?: number }) {
  const drawn = row.readings.filter((reading) => reading.value !== undefined && counts(reading) && !reading.timeIsAssumed);
  if (drawn.length === 0) return null;
  const seen = drawn.filter(({ at }) => at >= from && at <= to);
  const points = seen.map((reading, index) => {
    const before = seen[index - 1];
    return {
      at: reading.at,
      value: reading.value!,
      isCensored: reading.comparator !== undefined,
      isCut: before !== undefined && !areComparable(before, reading, row.info),
    };
  });
  const last = drawn.at(-1)!;
  return (
    <Sparkline
      points={points}
      from={from}
      to={to}
      width={width}
      height={height}
      tone={toneOf(last.grade)}
      band={{ low: last.low, high: last.high }}
    />
  );
}

function RowChange({ row: { change } }: { row: Row }) {
  const language = useLanguage();
  const t = useText();
  // oxlint-disable-next-line jsx-a11y/control-has-associated-label
  if (!change) return <td className="bio-change" />;
  const { absolute, percent } = shownChange(change, language);
  return (
    <td className={`bio-change ${change.beyondExpected ? 'bio-change-beyond' : ''}`}>
      <span className="bio-change-absolute">{absolute}</span> <span className="bio-change-percent">{percent}</span>{' '}
      <span className="bio-change-arrow" aria-hidden="true">
        {change.absolute > 0 ? '↗' : change.absolute < 0 ? '↘' : '→'}
      </span>
      {change.beyondExpected ? <span className="ui-hidden"> {t('biology.change.beyond')}</span> : null}
    </td>
  );
}

function RowInterval({ row: { latest } }: { row: Row }) {
  const language = useLanguage();
  const text = shownInterval(latest, language);
  return (
    <td className="bio-interval">
      <bdi title={text.length > 12 ? text : undefined}>{text || '—'}</bdi>
    </td>
  );
}

function cellClass(column: HeadedColumn, cell: Cell | undefined, isFocus: boolean): string {
  const reading = cell?.readings[0];
  const classes = ['bio-cell'];
  if (reading) classes.push(gradeClass(reading.grade));
  if (reading?.earlier) classes.push('bio-corrected');
  if (reading?.status === 'provisional') classes.push('bio-provisional');
  if (cell?.cutBefore) classes.push('bio-cut');
  if (column.isVisitEdge) classes.push('bio-visit-edge');
  if (isFocus) classes.push('bio-cell-focus');
  return classes.join(' ');
}
