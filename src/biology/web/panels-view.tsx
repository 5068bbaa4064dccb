import { useMemo } from 'react';
import { Button, useLanguage, useShortcuts, useText } from '#ui';
import { inPeriod, periodStart } from '../filter.ts';
import { gridOf, type Row, type RowGroup } from '../grid.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { RowTrend } from './grid-row.tsx';
import { longDay, shownChange, shownInterval, toneOf } from './show.ts';
import { readView, REGION_ZONE } from './view.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { groupTitle, rowName } from './words.ts';
import './timeline.css';
import './panels.css';

/** A card a panel: the last value of each of its analytes, where it stands, where it comes from. */
export function PanelsView({ data, search, go }: ViewProps) {
  const t = useText();
  const language = useLanguage();
  const { period } = readView(search);
  const now = Date.parse(data.answer.completeness.asOf);
  const { groups, hidden } = useMemo(() => {
    const inside = inPeriod(data.gathered.readings, period, now, {}, REGION_ZONE);
    return { groups: gridOf(inside.shown, data.gathered.index).groups, hidden: inside.hidden };
  }, [data, period, now]);
  const back = () => go({ view: undefined });
  useShortcuts({ Escape: back, p: () => window.print() });
  return (
    <div className="bio-page bio-panels-page">
      <ViewHead title={t('biology.panels.title')} onBack={back}>
        <p className="bio-title-facts">{hidden > 0 ? t('biology.complete.older', { count: hidden, period }) : ''}</p>
        <div className="bio-title-tools">
          <Button hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      <div className="bio-panels">
        {groups.map((group) => (
          <Panel key={group.id} group={group} title={groupTitle(group, language, t)} now={now} go={go} />
        ))}
      </div>
    </div>
  );
}

function Panel({ group, title, now, go }: { group: RowGroup; title: string; now: number; go: ViewProps['go'] }) {
  const t = useText();
  const crossed = group.rows.filter((row) => row.latest?.value !== undefined).slice(0, 5);
  return (
    <section className="ui-card bio-panel-card">
      <h2>
        {title}
        {group.outside > 0 ? <span className="bio-quiet">{t('biology.panels.outside', { count: group.outside })}</span> : null}
        {crossed.length > 1 ? (
          <Button look="quiet" onPress={() => go({ view: 'cross', rows: crossed.map(({ id }) => id) })}>
            {t('biology.panels.cross')}
          </Button>
        ) : null}
      </h2>
      <table className="bio-panel-table">
        <thead className="ui-hidden">
          <tr>
            <th scope="col">{t('biology.micro.analysis')}</th>
            <th scope="col">{t('biology.table.value')}</th>
            <th scope="col">{t('biology.table.interval')}</th>
            <th scope="col">{t('biology.panels.trend')}</th>
            <th scope="col">{t('biology.table.sampled')}</th>
          </tr>
        </thead>
        <tbody>
          {group.rows.map((row) => (
            <PanelRow key={row.id} row={row} now={now} go={go} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PanelRow({ row, now, go }: { row: Row; now: number; go: ViewProps['go'] }) {
  const language = useLanguage();
  const reading = row.latest ?? row.readings.at(-1)!;
  const change = row.change && shownChange(row.change, language);
  return (
    <tr>
      {/* Its label is the name in the button. */}
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
      <th scope="row">
        <button type="button" className="bio-link" onClick={() => go({ view: 'curve', rows: [row.id] })}>
          <bdi>{rowName(row, language)}</bdi>
        </button>
      </th>
      <td className={`ui-number bio-tone-${toneOf(reading.grade)}`}>
        <Value reading={reading} /> <GradeGlyph reading={reading} /> <span className="bio-quiet">{row.unit}</span>
      </td>
      <td className="bio-quiet">{shownInterval(reading, language)}</td>
      <td>
        <RowTrend row={row} from={periodStart('2y', now)} to={now} width={92} />
        {change ? (
          <span className={row.change!.beyondExpected ? 'bio-card-beyond' : 'bio-quiet'}> {change.percent || change.absolute}</span>
        ) : null}
      </td>
      <td className="bio-quiet">
        <button
          type="button"
          className="bio-link"
          onClick={() => go({ view: 'report', report: reading.report.documentId, result: reading.result.n })}
        >
          {longDay(reading.at, 'day', language, REGION_ZONE)}
        </button>
      </td>
    </tr>
  );
}
