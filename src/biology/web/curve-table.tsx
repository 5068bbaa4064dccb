import { Fragment, useEffect, useRef } from 'react';
import { LabCode, useLanguage, useText } from '#ui';
import type { Row } from '../grid.ts';
import { areComparable } from '../comparable.ts';
import type { Reading } from '../reading.ts';
import type { Series } from '../series.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { columnDay, hasHour, longDay, shownInterval, toneOf } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { useLaboratoryCode } from './words.ts';

interface CurveTableProps {
  row: Row;
  series: Series;
  active: string | undefined;
  onActive: (reading: Reading) => void;
}

/** The same values as the curve, and those that a curve cannot hold. Newest first; the cut of a method shows here too. */
export function CurveTable({ row, series, active, onActive }: CurveTableProps) {
  const t = useText();
  const letters = new Map(series.segments.flatMap(({ letter, points }) => points.map((point) => [point.reading.id, letter] as const)));
  const hasMethods = series.segments.some(({ letter }) => letter !== undefined);
  const readings = row.readings.toReversed();
  return (
    <table className="bio-twin" aria-label={t('biology.table.title')}>
      <thead>
        <tr>
          <th scope="col">{t('biology.table.sampled')}</th>
          <th scope="col" className="ui-number">
            {row.unit ?? t('biology.table.value')}
          </th>
          <th scope="col" className="ui-number">
            {t('biology.table.interval')}
          </th>
          <th scope="col">{t('biology.table.laboratory')}</th>
          {hasMethods ? <th scope="col">{t('biology.table.method')}</th> : null}
        </tr>
      </thead>
      <tbody>
        {readings.map((reading, index) => {
          const older = readings[index + 1];
          return (
            <Fragment key={reading.id}>
              <TwinRow
                reading={reading}
                letter={letters.get(reading.id)}
                hasMethods={hasMethods}
                isActive={reading.id === active}
                onActive={onActive}
              />
              {older && older.value !== undefined && reading.value !== undefined && !areComparable(older, reading, row.info) ? (
                <tr className="bio-twin-cut">
                  <td colSpan={hasMethods ? 5 : 4}>{t('biology.curve.changedRow')}</td>
                </tr>
              ) : null}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** Brings a line in sight inside its card; where the card does not scroll by itself the page stays where the reader put it. */
function showInCard(line: HTMLElement): void {
  const card = line.closest('.bio-twin-card');
  if (!card || card.scrollHeight <= card.clientHeight) return;
  const top = line.offsetTop - 80;
  if (top < card.scrollTop || line.offsetTop > card.scrollTop + card.clientHeight - 40) card.scrollTop = top;
}

interface TwinRowProps {
  reading: Reading;
  letter: string | undefined;
  hasMethods: boolean;
  isActive: boolean;
  onActive: (reading: Reading) => void;
}

function TwinRow({ reading, letter, hasMethods, isActive, onActive }: TwinRowProps) {
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const line = useRef<HTMLTableRowElement>(null);
  const { laboratory } = reading.report;
  useEffect(() => {
    if (isActive && line.current) showInCard(line.current);
  }, [isActive]);
  return (
    <tr
      ref={line}
      className={isActive ? 'bio-opened' : ''}
      onClick={() => onActive(reading)}
      {...(isActive ? { 'aria-selected': true } : {})}
    >
      <th scope="row" title={longDay(reading.at, reading.precision, language, REGION_ZONE)}>
        {columnDay(reading.at, reading.precision, REGION_ZONE)}
        {hasHour(reading.precision) ? (
          <span className="ui-hidden"> {longDay(reading.at, reading.precision, language, REGION_ZONE)}</span>
        ) : null}
      </th>
      <td className={`ui-number bio-twin-value bio-tone-${toneOf(reading.grade)}`}>
        <Value reading={reading} />
        <span className="bio-slot">
          <GradeGlyph reading={reading} />
        </span>
      </td>
      <td className="ui-number">{shownInterval(reading, language)}</td>
      <td>
        <LabCode code={laboratoryCode(laboratory.finess)} name={laboratory.name} />
      </td>
      {hasMethods ? <td title={reading.result.method}>{letter ?? '—'}</td> : null}
    </tr>
  );
}
