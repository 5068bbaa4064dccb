import { type ReactNode, useEffect, useState } from 'react';
import { Boundary, LabCode, showDate, showTime, Tag, useLanguage, useText } from '#ui';
import { seenOf } from '../follow-up.ts';
import type { HeadedColumn } from './grid-columns.ts';
import { columnDay, hasHour } from './show.ts';
import { useFollowUp } from './use-follow-up.ts';
import { REGION_ZONE } from './view.ts';
import { useLaboratoryCode } from './words.ts';

const STAYS_AFTER_MS = 250;

interface GridHeadProps {
  patientId: string;
  columns: readonly HeadedColumn[];
  firstColumn: number;
  padBefore: boolean;
  padAfter: boolean;
  rowsShown: number;
  rowsAll: number;
  period: string;
  lastVisit: string | undefined;
}

/** Names of the columns: what each sampling is to the reader (new, seen, how long before), its date, its laboratory. */
export function GridHead({ patientId, columns, firstColumn, padBefore, padAfter, rowsShown, rowsAll, period, lastVisit }: GridHeadProps) {
  const t = useText();
  const StayBand = useStayBand();
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="bio-head-cell bio-corner">
          {t('biology.head.analyte')}
          <span className="bio-sub">{t('biology.head.rows', { shown: rowsShown, all: rowsAll })}</span>
        </th>
        <th scope="col" className="bio-col-trend">
          {t('biology.head.trend')}
          <span className="bio-sub">{period}</span>
        </th>
        <th scope="col" className="bio-col-change">
          {t('biology.head.change')}
          <span className="bio-sub">{t('biology.head.changeSub')}</span>
        </th>
        <th scope="col" className="bio-col-interval">
          {t('biology.head.interval')}
          <span className="bio-sub">{t('biology.head.intervalSub')}</span>
        </th>
        {padBefore ? <td aria-hidden="true" /> : null}
        {columns.map((column, index) => (
          <SamplingHead key={column.id} column={column} columnIndex={firstColumn + index + 5} lastVisit={lastVisit}>
            {StayBand ? (
              <Boundary instead={null}>
                <StayBand patientId={patientId} columns={columns} place={index} />
              </Boundary>
            ) : null}
          </SamplingHead>
        ))}
        {padAfter ? <td aria-hidden="true" /> : null}
      </tr>
    </thead>
  );
}

/** The stays come once the results are read, over all dates at once: nothing waits for them, and their place is kept. */
function useStayBand() {
  const [band, setBand] = useState<{ StayBand: typeof import('./stay-band.tsx').StayBand }>();
  useEffect(() => {
    // Without its file, the dates stand alone.
    const later = setTimeout(() => void import('./stay-band.tsx').then(setBand, () => undefined), STAYS_AFTER_MS);
    return () => clearTimeout(later);
  }, []);
  return band?.StayBand;
}

interface SamplingHeadProps {
  column: HeadedColumn;
  columnIndex: number;
  lastVisit: string | undefined;
  /** What else stands over the date. */
  children: ReactNode;
}

function SamplingHead({ column, columnIndex, lastVisit, children }: SamplingHeadProps) {
  const t = useText();
  const laboratoryCode = useLaboratoryCode();
  const { at, precision, laboratory } = column;
  return (
    <th
      scope="col"
      aria-colindex={columnIndex}
      className={`bio-sampling ${column.isVisitEdge ? 'bio-visit-edge' : ''}`}
      data-suspect={column.suspectTime}
    >
      <span className="bio-context">
        {children}
        <Context column={column} lastVisit={lastVisit} />
      </span>
      <span className="bio-day">{columnDay(at, precision, REGION_ZONE)}</span>
      <span className="bio-sub">
        {column.timeIsAssumed ? t('biology.head.assumed') : hasHour(precision) ? showTime(at, REGION_ZONE) : ''}{' '}
        <LabCode code={laboratoryCode(laboratory.finess)} name={laboratory.name} />
        <SeenMark documentIds={column.documentIds} />
      </span>
    </th>
  );
}

function Context({ column, lastVisit }: { column: HeadedColumn; lastVisit: string | undefined }) {
  const t = useText();
  const language = useLanguage();
  if (column.suspectTime) return <Tag tone="notice">{t(`biology.head.${column.suspectTime}`)}</Tag>;
  if (column.isVisitEdge && lastVisit) {
    const day = showDate(lastVisit, language, REGION_ZONE).split(' ').slice(0, 2).join(' ');
    return <span className="bio-visit-tag">{t('biology.head.seen', { day })}</span>;
  }
  if (column.isNew) return <span className="bio-new">{t('biology.head.new')}</span>;
  return column.gapDays === undefined ? null : <>{t('biology.head.gap', { days: column.gapDays })}</>;
}

/** How many reports of the sampling were seen by someone of the team, and by whom. */
function SeenMark({ documentIds }: { documentIds: readonly string[] }) {
  const t = useText();
  const { followUp } = useFollowUp();
  const seen = documentIds.map((documentId) => seenOf(followUp, documentId)).filter((notes) => notes.length > 0);
  if (seen.length === 0) return null;
  const who = t('biology.follow.seenBy', { who: [...new Set(seen.flat().map(({ byName }) => byName))].join(', ') });
  return (
    <span className="bio-seen" title={who}>
      ✓{seen.length < documentIds.length ? ` ${seen.length}/${documentIds.length}` : ''}
      <span className="ui-hidden"> {who}</span>
    </span>
  );
}
