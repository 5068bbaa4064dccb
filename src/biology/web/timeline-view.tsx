import { useMemo, useState } from 'react';
import { Button, Notice, Segmented, showDate, Toggle, useLanguage, useShortcuts, useText } from '#ui';
import type { TimelineDocument } from '../context/contract.ts';
import { type Period, periodStart } from '../filter.ts';
import { gridOf } from '../grid.ts';
import { serologyLanes } from '../serology.ts';
import { ContextLanes } from './context-lanes.tsx';
import { LaneAxis } from './lane-axis.tsx';
import { SerologyPanel } from './serology-panel.tsx';
import { useRecordContext } from './use-context.ts';
import { readView, REGION_ZONE } from './view.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import './timeline.css';

const LANES_LEFT = 150;
const LANES_RIGHT = 16;

/** What happened, in time: stays and treatments, answers of serology, and every other document with what it concludes. */
export function TimelineView(props: ViewProps) {
  const { data, search, go, patientId } = props;
  const t = useText();
  const { period } = readView(search);
  const { data: context, error, refetch } = useRecordContext(patientId);
  const now = Date.parse(data.answer.completeness.asOf);
  const lanes = useMemo(() => {
    const { readings, index } = data.gathered;
    return serologyLanes(gridOf(readings, index).groups.flatMap((group) => group.rows));
  }, [data]);
  const back = () => go({ view: undefined });
  useShortcuts({ Escape: back, p: () => window.print() });
  const first = Math.min(
    now,
    ...(context?.documents.map(({ from }) => Date.parse(from)) ?? []),
    ...lanes.flatMap(({ marks }) => marks.map(({ at }) => at)),
  );
  const from = Math.max(periodStart(period, now), first - 30 * 86_400_000);
  const to = now + 5 * 86_400_000;
  return (
    <div className="bio-page bio-timeline-page">
      <ViewHead title={t('biology.timeline.title')} onBack={back}>
        <div className="bio-title-tools">
          <Segmented
            label={t('biology.period.name')}
            value={period === '1y' || period === 'all' ? period : '2y'}
            choices={(['1y', '2y', 'all'] as const).map((value): { value: Period; label: string } => ({
              value,
              label: t(`biology.period.${value}`),
            }))}
            onChange={(value) => go({ period: value === '2y' ? undefined : value }, { replace: true })}
          />
          <Button hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      <div className="bio-timeline-body">
        {error ? (
          <Notice title={t('biology.context.failed')} actions={<Button onPress={() => void refetch()}>{t('biology.retry')}</Button>} />
        ) : null}
        <section className="ui-card bio-timeline-card">
          <h2>{t('biology.context.around')}</h2>
          <ContextLanes {...props} from={from} to={to} left={LANES_LEFT} right={LANES_RIGHT} hasSamplings />
          <LaneAxis from={from} to={to} left={LANES_LEFT} right={LANES_RIGHT} />
        </section>
        {lanes.length > 0 ? (
          <SerologyPanel lanes={lanes} vaccines={context?.events ?? []} from={from} to={to} left={LANES_LEFT} right={LANES_RIGHT} go={go} />
        ) : null}
        {context ? <Documents {...props} documents={context.documents} from={from} unread={context.unread} /> : null}
      </div>
    </div>
  );
}

const GROUPS = ['pathology', 'imaging', 'discharge', 'report', 'emergency'] as const;

interface DocumentsProps extends Pick<ViewProps, 'openDocument'> {
  documents: readonly TimelineDocument[];
  from: number;
  unread: number;
}

/** Pathology, genetics, imaging, letters: latest first, each with its conclusion in its own words. */
function Documents({ documents, from, unread, openDocument }: DocumentsProps) {
  const t = useText();
  const language = useLanguage();
  const [group, setGroup] = useState<string>();
  const seen = documents.filter((document) => Date.parse(document.from) >= from).toReversed();
  const kept = group === undefined ? seen : seen.filter((document) => document.group === group);
  return (
    <section className="ui-card bio-timeline-card">
      <h2>{t('biology.timeline.documents', { count: kept.length })}</h2>
      <div className="bio-timeline-filters">
        {GROUPS.filter((one) => seen.some((document) => document.group === one)).map((one) => (
          <Toggle key={one} isOn={group === one} onChange={(on) => setGroup(on ? one : undefined)}>
            {t(`biology.timeline.group.${one}`)}
          </Toggle>
        ))}
      </div>
      <ol className="bio-timeline-list">
        {kept.map((document) => (
          <li key={document.documentId}>
            <span className="bio-timeline-day">{showDate(Date.parse(document.from), language, REGION_ZONE)}</span>
            <div>
              <button type="button" className="bio-link bio-timeline-name" onClick={() => openDocument(document.documentId)}>
                <bdi>{document.title}</bdi>
              </button>{' '}
              <span className="bio-quiet">
                <bdi>{[document.author, document.structure].filter(Boolean).join(', ')}</bdi>
              </span>
              {document.conclusion ? (
                <p className="bio-timeline-conclusion">
                  <bdi>{document.conclusion}</bdi> {document.isCut ? <span className="bio-quiet">{t('biology.timeline.cut')}</span> : null}
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
      {kept.length === 0 ? <p className="bio-quiet">{t('biology.timeline.none')}</p> : null}
      {unread > 0 ? <p className="bio-quiet">{t('biology.timeline.unread', { count: unread })}</p> : null}
    </section>
  );
}
