import { useMemo } from 'react';
import { Button, KeyHints, showDate, useLanguage, useShortcuts, useText } from '#ui';
import { inPeriod, periodStart } from '../filter.ts';
import { openTasks, placeAgainst, shareWithin, targetOf } from '../follow-up.ts';
import { gridOf, type Row } from '../grid.ts';
import { summaryOf } from '../summary.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { ContextLanes } from './context-lanes.tsx';
import { LaneAxis } from './lane-axis.tsx';
import { RowTrend } from './grid-row.tsx';
import { shownChange, shownTarget, toneOf } from './show.ts';
import { useFollowUp } from './use-follow-up.ts';
import { useRecordContext } from './use-context.ts';
import { REGION_ZONE } from './view.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { rowName } from './words.ts';
import './timeline.css';
import './summary.css';

const LANES_LEFT = 120;
const LANES_RIGHT = 16;

/** One page before a consultation: what moved since the last visit, the targets, what is quiet, what changed in the treatments. */
export function SummaryView(props: ViewProps) {
  const { data, go } = props;
  const t = useText();
  const language = useLanguage();
  const { lastVisit } = data.answer;
  const now = Date.parse(data.answer.completeness.asOf);
  const rows = useMemo(() => {
    const { readings, index } = data.gathered;
    const { shown } = inPeriod(readings, '2y', now, {}, REGION_ZONE);
    return gridOf(shown, index).groups.flatMap((group) => group.rows);
  }, [data, now]);
  const { changed, outside, quiet, pending, newResults } = useMemo(() => summaryOf(rows), [rows]);
  const back = () => go({ view: undefined });
  const curve = (row: Row) => go({ view: 'curve', rows: [row.id] });
  useShortcuts({ Escape: back, p: () => window.print() });
  return (
    <div className="bio-page bio-summary-page">
      <ViewHead
        title={lastVisit ? t('biology.summary.since', { day: showDate(lastVisit, language, REGION_ZONE) }) : t('biology.summary.title')}
        onBack={back}
      >
        <p className="bio-title-facts">
          {t('biology.summary.facts', { new: newResults, changed: changed.length, pending: pending.length })}
        </p>
        <div className="bio-title-tools">
          <Button hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      <div className="bio-timeline-body">
        <section className="ui-card bio-timeline-card">
          <h2>{t('biology.context.around')}</h2>
          <ContextLanes
            {...props}
            from={periodStart('2y', now)}
            to={now + 5 * 86_400_000}
            left={LANES_LEFT}
            right={LANES_RIGHT}
            hasSamplings
          />
          <LaneAxis from={periodStart('2y', now)} to={now + 5 * 86_400_000} left={LANES_LEFT} right={LANES_RIGHT} />
        </section>
        <div className="bio-summary-columns">
          <div className="bio-summary-column">
            <Lines title={t('biology.summary.changed')} note={t('biology.summary.changedNote')} rows={changed} now={now} onOpen={curve} />
            <Targets rows={rows} />
            <Lines title={t('biology.summary.outside')} note={t('biology.summary.outsideNote')} rows={outside} now={now} onOpen={curve} />
            <Quiet rows={quiet} onOpen={curve} />
          </div>
          <div className="bio-summary-column">
            <Changes {...props} />
            <ToDo pending={pending} />
            <NewDocuments {...props} />
          </div>
        </div>
      </div>
      <div className="bio-hints">
        <KeyHints
          label={t('biology.keys.name')}
          hints={[
            { keys: ['P'], does: t('biology.keys.print') },
            { keys: ['Échap'], does: t('biology.keys.grid') },
          ]}
        />
        <p className="bio-legend">{t('biology.complete.masked')}</p>
      </div>
    </div>
  );
}

interface LinesProps {
  title: string;
  note: string;
  rows: readonly Row[];
  now: number;
  onOpen: (row: Row) => void;
}

function Lines({ title, note, rows, now, onOpen }: LinesProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <section className="ui-card bio-timeline-card">
      <h2>
        {title} <span className="bio-quiet">{note}</span>
      </h2>
      {rows.length === 0 ? <p className="bio-quiet">{t('biology.summary.nothing')}</p> : null}
      <ul className="bio-summary-lines">
        {rows.map((row) => {
          const shown = row.change && shownChange(row.change, language);
          return (
            <li key={row.id}>
              <button type="button" className="bio-link bio-summary-name" onClick={() => onOpen(row)}>
                <bdi>{rowName(row, language)}</bdi>
              </button>
              <span className={`bio-summary-value bio-tone-${toneOf(row.latest!.grade)}`}>
                <Value reading={row.latest!} /> <GradeGlyph reading={row.latest!} />
              </span>
              <span className="bio-quiet">{row.unit}</span>
              <RowTrend row={row} from={periodStart('2y', now)} to={now} width={104} />
              <span className={row.change?.beyondExpected ? 'bio-card-beyond' : 'bio-quiet'}>
                {shown && row.change ? t('biology.change.in', { absolute: shown.percent || shown.absolute, days: row.change.days }) : ''}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Targets set for this patient, apart from the intervals of the laboratories. */
function Targets({ rows }: { rows: readonly Row[] }) {
  const t = useText();
  const language = useLanguage();
  const { followUp } = useFollowUp();
  const aimed = rows.flatMap((row) => {
    const target = targetOf(followUp, row);
    return target && row.latest ? [{ row, target, latest: row.latest }] : [];
  });
  if (aimed.length === 0) return null;
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t('biology.summary.targets')}</h2>
      <ul className="bio-summary-lines bio-summary-targets">
        {aimed.map(({ row, target, latest }) => {
          const place = placeAgainst(target, latest);
          const { within, results } = shareWithin(target, row.readings);
          return (
            <li key={row.id}>
              <strong>{rowName(row, language)}</strong>
              <span className="bio-summary-value">
                <Value reading={latest} />
              </span>
              <span className="bio-quiet">{row.unit}</span>
              <span>
                {shownTarget(target, language, t)}
                {place ? ` · ${t(`biology.target.${place}`)}` : ''}
              </span>
              <span className="bio-quiet">{t('biology.target.share', { within, results })}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Quiet({ rows, onOpen }: { rows: readonly Row[]; onOpen: (row: Row) => void }) {
  const t = useText();
  const language = useLanguage();
  return (
    <section className="ui-card bio-timeline-card">
      <h2>
        {t('biology.summary.quiet')} <span className="bio-quiet">{t('biology.summary.quietNote', { count: rows.length })}</span>
      </h2>
      <ul className="bio-summary-quiet">
        {rows.map((row) => (
          <li key={row.id}>
            <button type="button" className="bio-link" onClick={() => onOpen(row)}>
              <bdi>{rowName(row, language)}</bdi>
            </button>
            <span>
              <Value reading={row.latest!} /> <span className="bio-quiet">{row.unit}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the last discharge letter changed, in its own words: nothing is added. */
function Changes({ patientId, openDocument }: ViewProps) {
  const t = useText();
  const language = useLanguage();
  const changes = useRecordContext(patientId).data?.changes;
  if (!changes) return null;
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t('biology.summary.treatments')}</h2>
      <p>
        <button type="button" className="bio-link" onClick={() => openDocument(changes.documentId)}>
          {changes.title}, {showDate(changes.saidAt, language, REGION_ZONE)}
        </button>
      </p>
      <dl className="bio-summary-changes">
        {changes.items.map(({ change, name, dose, before, reason }) => (
          <div key={`${change} ${name} ${dose ?? ''}`}>
            <dt>{t(`biology.summary.change.${change}`)}</dt>
            <dd>
              <bdi>{name}</bdi> {before && before !== dose ? `${before} → ` : ''}
              {dose} {reason ? <span className="bio-quiet">({reason})</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What the team noted to be done, and what a laboratory still owes. */
function ToDo({ pending }: { pending: readonly Row[] }) {
  const t = useText();
  const language = useLanguage();
  const tasks = openTasks(useFollowUp().followUp);
  if (tasks.length + pending.length === 0) return null;
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t('biology.summary.toDo')}</h2>
      <ul className="bio-summary-plain">
        {tasks.map(({ noteId, words, byName }) => (
          <li key={noteId}>
            {words} <span className="bio-quiet">{byName}</span>
          </li>
        ))}
        {pending.map((row) => (
          <li key={row.id}>
            {rowName(row, language)} <span className="bio-quiet">{t('biology.cell.pending')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SHOWN_DOCUMENTS = 6;

function NewDocuments({ patientId, data, openDocument, go }: ViewProps) {
  const t = useText();
  const language = useLanguage();
  const documents = useRecordContext(patientId).data?.documents ?? [];
  const { lastVisit } = data.answer;
  const since = lastVisit === undefined ? documents : documents.filter(({ from, until = from }) => until > lastVisit);
  const latest = since.toReversed().slice(0, SHOWN_DOCUMENTS);
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t(lastVisit === undefined ? 'biology.summary.lastDocuments' : 'biology.summary.newDocuments', { count: since.length })}</h2>
      <ul className="bio-summary-plain">
        {latest.map(({ documentId, title, from, structure }) => (
          <li key={documentId}>
            <button type="button" className="bio-link" onClick={() => openDocument(documentId)}>
              <bdi>{title}</bdi>
            </button>{' '}
            <span className="bio-quiet">
              {showDate(from, language, REGION_ZONE)} · {structure}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" className="bio-link" onClick={() => go({ view: 'timeline' })}>
          {t('biology.summary.timeline')}
        </button>
      </p>
    </section>
  );
}
