import { useLayoutEffect, useMemo, useRef } from 'react';
import { LabCode, showTime, Sparkline, useLanguage, useText } from '#ui';
import type { Column } from '../columns.ts';
import { areComparable } from '../comparable.ts';
import type { Row, RowGroup } from '../grid.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import type { CellPlace } from './grid-table.tsx';
import { heatStep, oneLimitOf, scoreOf } from './score.ts';
import { columnDay, hasHour } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { groupTitle, rowName, shortName, useLaboratoryCode } from './words.ts';
import './heat.css';

interface HeatTableProps {
  groups: readonly RowGroup[];
  /** Newest first, as everywhere; drawn oldest left. */
  columns: readonly Column[];
  active: CellPlace | undefined;
  onActive: (place: CellPlace) => void;
}

/** Most samplings drawn at once: beyond, one looks at a period. */
const MOST_COLUMNS = 40;

const NAME_PX = 262;
const CELL_PX = 84;
const PROFILE_PX = 196;

/** The whole of a check-up in one look, oldest left. Colour helps to see a pattern; the number of the report stays in the cell. */
export function HeatTable({ groups, columns, active, onActive }: HeatTableProps) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const shown = useMemo(() => columns.slice(0, MOST_COLUMNS).toReversed(), [columns]);
  const box = useRef<HTMLElement>(null);
  /* Oldest left: where not all of it fits, the newest is what one came for. */
  const samplings = shown.length;
  useLayoutEffect(() => {
    if (samplings > 0) box.current?.scrollTo({ left: box.current.scrollWidth });
  }, [samplings]);
  return (
    // It scrolls: the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section ref={box} className="bio-grid bio-heat" tabIndex={0} aria-label={t('biology.heat.name')}>
      <Palette hidden={Math.max(0, columns.length - MOST_COLUMNS)} />
      <table className="bio-heat-table" style={{ width: NAME_PX + shown.length * CELL_PX + PROFILE_PX }}>
        <thead>
          <tr>
            <th scope="col">{t('biology.head.analyte')}</th>
            {shown.map(({ id, at, precision, laboratory }) => (
              <th key={id} scope="col">
                {columnDay(at, precision, REGION_ZONE)}
                <span className="bio-sub">
                  {hasHour(precision) ? showTime(at, REGION_ZONE) : ''}{' '}
                  <LabCode code={laboratoryCode(laboratory.finess)} name={laboratory.name} />
                </span>
              </th>
            ))}
            <th scope="col" className="bio-heat-profile">
              {t('biology.heat.profile')}
              <span className="bio-sub">{t('biology.heat.profileSub')}</span>
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.id}>
            <tr>
              <th scope="rowgroup" colSpan={shown.length + 2} className="bio-heat-group">
                <span>{groupTitle(group, language, t)}</span>
              </th>
            </tr>
            {group.rows.map((row) => (
              <HeatRow
                key={row.id}
                row={row}
                columns={shown}
                active={active?.row === row.id ? active.column : undefined}
                onActive={onActive}
              />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Palette({ hidden }: { hidden: number }) {
  const t = useText();
  const marks = ['≤ −8', '', '−5', '', '−1,96', '0', '1,96', '', '5', '', '≥ 8'];
  return (
    <p className="bio-palette">
      <span className="bio-palette-scale">
        {t('biology.grade.very-low')}
        <span className="bio-palette-steps" aria-hidden="true">
          {marks.map((mark, step) => (
            // The palette has a fixed order.
            // oxlint-disable-next-line react/no-array-index-key
            <span key={step} className={`bio-z-${step}`}>
              {mark}
            </span>
          ))}
        </span>
        {t('biology.grade.very-high')}
      </span>
      <span>
        {t('biology.heat.read')} · <span className="bio-one-out bio-one-sample" /> {t('biology.heat.oneOut')}
        {hidden > 0 ? ` · ${t('biology.heat.hidden', { count: hidden })}` : ''}
      </span>
    </p>
  );
}

interface HeatRowProps {
  row: Row;
  columns: readonly Column[];
  active: string | undefined;
  onActive: (place: CellPlace) => void;
}

function HeatRow({ row, columns, active, onActive }: HeatRowProps) {
  const t = useText();
  const language = useLanguage();
  const hasScore = row.readings.some((reading) => scoreOf(reading) !== undefined);
  const hasOneLimit = !hasScore && row.readings.some((reading) => oneLimitOf(reading) !== undefined);
  return (
    <tr>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
      <th scope="row">
        <span className="bio-analyte">
          <span className="bio-name" title={rowName(row, language)}>
            <bdi>{shortName(row, language)}</bdi>
          </span>
          <span className="bio-unit">
            {hasScore
              ? row.unit
              : [row.unit, t(hasOneLimit ? 'biology.heat.oneLimit' : 'biology.heat.noScore')].filter(Boolean).join(' · ')}
          </span>
        </span>
      </th>
      {columns.map((column) => {
        const reading = row.cells.get(column.id)?.readings[0];
        const score = reading && scoreOf(reading);
        const oneLimit = reading && score === undefined ? oneLimitOf(reading) : undefined;
        const isActive = active === column.id;
        return (
          <td
            key={column.id}
            className={`${score === undefined ? (oneLimit ?? '') : `bio-z-${heatStep(score)}`} ${isActive ? 'bio-cell-focus' : ''}`}
          >
            {reading ? (
              <button
                type="button"
                className="bio-heat-cell"
                {...(isActive ? { 'aria-current': true } : {})}
                onClick={() => onActive({ row: row.id, column: column.id })}
                onFocus={() => onActive({ row: row.id, column: column.id })}
              >
                <Value reading={reading} />
                <GradeGlyph reading={reading} size={8} />
              </button>
            ) : null}
          </td>
        );
      })}
      <td className="bio-heat-profile">{hasScore ? <Profile row={row} columns={columns} /> : null}</td>
    </tr>
  );
}

/** Within ±1,96: what the interval of the laboratory holds. */
const INTERVAL = { low: -1.96, high: 1.96 };

/** The scores of the samplings that are drawn, in true time. The numbers are in the cells beside it. */
function Profile({ row, columns }: { row: Row; columns: readonly Column[] }) {
  const seen = columns.flatMap(({ id }) => row.cells.get(id)?.readings[0] ?? []);
  const scored = seen.flatMap((reading) => {
    const score = scoreOf(reading);
    return score === undefined ? [] : [{ reading, score }];
  });
  const points = scored.map(({ reading, score }, place) => {
    const before = scored[place - 1]?.reading;
    return { at: reading.at, value: score, isCut: before !== undefined && !areComparable(before, reading, row.info) };
  });
  return <Sparkline points={points} from={columns[0]?.at ?? 0} to={columns.at(-1)?.at ?? 0} width={PROFILE_PX - 16} band={INTERVAL} />;
}
