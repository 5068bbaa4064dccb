import { LabCode, useLanguage, useText } from '#ui';
import { isRowOutside, type Row, type RowGroup } from '../grid.ts';
import { columnIdOf } from '../columns.ts';
import { periodStart } from '../filter.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import type { HeadedColumn } from './grid-columns.ts';
import { RowTrend } from './grid-row.tsx';
import { longDay, shownChange, shownInterval, toneOf } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { rowName, useLaboratoryCode } from './words.ts';
import './phone-list.css';

interface PhoneListProps {
  groups: readonly RowGroup[];
  columns: readonly HeadedColumn[];
  now: number;
  onOpenCurve: (row: string) => void;
  onOpenReport: (documentId: string) => void;
}

/** On a phone: a card for each analyte, under the sampling of its latest result; what is outside its interval first. */
export function PhoneList({ groups, columns, now, onOpenCurve, onOpenReport }: PhoneListProps) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const rows = groups.flatMap((group) => group.rows);
  const bySampling = Map.groupBy(rows, (row) => columnIdOf(row.latest ?? row.readings.at(-1)!));
  return (
    <div className="bio-cards">
      {columns
        .filter(({ id }) => bySampling.has(id))
        .map((column) => {
          const list = (bySampling.get(column.id) ?? []).toSorted((a, b) => Number(isRowOutside(b)) - Number(isRowOutside(a)));
          const report = list[0]?.cells.get(column.id)?.readings[0]?.report.documentId;
          return (
            <section key={column.id} className="bio-sample">
              <h2 className="bio-sample-head">
                <span>
                  {longDay(column.at, column.precision, language, REGION_ZONE)}{' '}
                  <LabCode code={laboratoryCode(column.laboratory.finess)} name={column.laboratory.name} />
                </span>
                {column.isNew ? <span className="bio-new">{t('biology.head.new')}</span> : null}
                {report ? (
                  <button type="button" className="bio-link" onClick={() => onOpenReport(report)}>
                    {t('biology.line.source')}
                  </button>
                ) : null}
              </h2>
              <ul>
                {list.map((row) => (
                  <Card key={row.id} row={row} now={now} onOpenCurve={onOpenCurve} />
                ))}
              </ul>
            </section>
          );
        })}
    </div>
  );
}

function Card({ row, now, onOpenCurve }: { row: Row; now: number; onOpenCurve: (row: string) => void }) {
  const language = useLanguage();
  const reading = row.latest ?? row.readings.at(-1)!;
  const change = row.change && shownChange(row.change, language);
  return (
    <li>
      <button type="button" className="bio-card" onClick={() => onOpenCurve(row.id)}>
        <span className="bio-card-name">
          <span className="bio-card-title">
            <bdi>{rowName(row, language)}</bdi>
            {row.newCount > 0 ? <span className="bio-dot" /> : null}
          </span>
          <span className="bio-line-sub">{[row.unit, shownInterval(reading, language)].filter(Boolean).join(' · ')}</span>
        </span>
        <span className="bio-card-trend">
          <RowTrend row={row} from={periodStart('2y', now)} to={now} width={92} height={34} />
        </span>
        <span className="bio-card-value">
          <span className={`bio-card-number bio-tone-${toneOf(reading.grade)}`}>
            <Value reading={reading} />
            <span className="bio-slot">
              <GradeGlyph reading={reading} size={11} />
            </span>
          </span>
          <span className={row.change?.beyondExpected ? 'bio-card-beyond' : 'bio-line-sub'}>
            {change ? change.percent || change.absolute : ''}
          </span>
        </span>
      </button>
    </li>
  );
}
