import { type CSSProperties, useMemo } from 'react';
import { dayOf, showDate, useLanguage, useText } from '#ui';
import { stayBars } from '../context/lanes.ts';
import { stayRuns } from '../context/stay-runs.ts';
import type { HeadedColumn } from './grid-columns.ts';
import { useRecordContext } from './use-context.ts';
import { REGION_ZONE } from './view.ts';
import './stay-band.css';

interface StayBandProps {
  patientId: string;
  /** Those that are drawn, in their order. */
  columns: readonly HeadedColumn[];
  place: number;
}

/**
 * The stay in which a sampling was taken, over its date. Each column draws its own part of the band: a cell is cut at its edges, so the name
 * is laid out once for the whole stretch and each column shows the slice that is over it.
 */
export function StayBand({ patientId, columns, place }: StayBandProps) {
  const t = useText();
  const language = useLanguage();
  const { data: context } = useRecordContext(patientId);
  const runs = useMemo(() => {
    const tagged = columns.map((column) => ({ ...column, isTagged: column.isNew || column.isVisitEdge }));
    return context ? stayRuns(tagged, stayBars(context), (at) => dayOf(at, REGION_ZONE)) : [];
  }, [context, columns]);
  const run = runs.find(({ first, last }) => place >= first && place <= last);
  if (!run) return null;
  const { kind, from, to, structure } = run.stay;
  /* The year is in the dates below. */
  const day = (at: number) => showDate(at, language, REGION_ZONE).split(' ').slice(0, 2).join(' ');
  const isOneDay = dayOf(from, REGION_ZONE) === dayOf(to, REGION_ZONE);
  const words = t(`biology.head.${kind}`, { from: day(from), to: day(to), days: isOneDay ? 'one' : 'several' });
  const name = run.name && place >= run.name.first && place <= run.name.last ? run.name : undefined;
  const slice: CSSProperties | undefined = name && {
    left: `${(name.first - place) * 100}%`,
    width: `${(name.last - name.first + 1) * 100}%`,
  };
  return (
    <span className="bio-stay-band" title={`${words}, ${structure}`}>
      <span className="ui-hidden">{words}</span>
      {slice ? (
        <span className="bio-stay-name" style={slice} aria-hidden="true">
          {words}
        </span>
      ) : null}
    </span>
  );
}
