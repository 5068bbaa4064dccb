import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { ApiError, Boundary, Button, Notice, type PatientPageProps, showTime, useText } from '#ui';
import { laboratoryCodes } from '../columns.ts';
import type { CellPlace } from './grid-table.tsx';
import { GridView } from './grid-view.tsx';
import { latePart } from './late-part.tsx';
import { ContextLanes, StayWash } from './late-lanes.ts';
import { tellExport } from './tell-export.ts';
import { useBiology } from './use-biology.ts';
import { useSavedViews, withViews } from './use-views.ts';
import { FollowUpOfPatient, useFollowUpOf } from './use-follow-up.ts';
import { whenIdle } from './when-idle.ts';
import { readView, type View } from './view.ts';
import type { PlaceMemory, ViewProps } from './view-props.ts';
import { LaboratoryCodes } from './words.ts';

const CurveView = latePart(() => import('./curve-view.tsx').then((part) => part.CurveView));
const OwnResults = lazy(() => import('./own-results.tsx').then((part) => ({ default: part.OwnResults })));
const CrossView = latePart(() => import('./cross-view.tsx').then((part) => part.CrossView));
const PrintView = lazy(() => import('./print-view.tsx').then((part) => ({ default: part.PrintView })));
const OrderView = lazy(() => import('./order-view.tsx').then((part) => ({ default: part.OrderView })));
const SummaryView = lazy(() => import('./summary-view.tsx').then((part) => ({ default: part.SummaryView })));
const PanelsView = lazy(() => import('./panels-view.tsx').then((part) => ({ default: part.PanelsView })));
const TimelineView = lazy(() => import('./timeline-view.tsx').then((part) => ({ default: part.TimelineView })));
const ReportPage = latePart(() => import('./report-view.tsx').then((part) => part.ReportView));

/** What is opened most from the grid comes while the grid is read, and at the latest so long after it, in ms. */
const BEFORE_CURVE_MS = 2_000;

function placeMemory(): PlaceMemory {
  let place: CellPlace | undefined;
  return {
    get: () => place,
    set: (next) => {
      place = next;
    },
  };
}

/** All results of one patient: the grid, and from any value its curve and its source. */
export function BiologyPage(props: PatientPageProps) {
  const { patientId, patient } = props;
  const biology = useBiology(patientId, patient.traits);
  const followUp = useFollowUpOf(patientId, props.isOwnRecord);
  const [memory] = useState(placeMemory);
  const { data } = biology;
  const views = useSavedViews(data !== undefined && !props.isOwnRecord);
  const catalogue = useMemo(() => data && withViews(data.catalogue, views), [data, views]);
  useEffect(() => {
    const tell = () => tellExport(patientId);
    window.addEventListener('beforeprint', tell);
    return () => window.removeEventListener('beforeprint', tell);
  }, [patientId]);
  const isShown = data !== undefined && catalogue !== undefined && followUp.isSettled;
  useEffect(() => {
    // Behind the grid, not beside what it still waits for.
    if (!isShown) return undefined;
    return whenIdle(() => {
      for (const part of [CurveView, ContextLanes, StayWash, CrossView, ReportPage]) part.fetchAhead();
    }, BEFORE_CURVE_MS);
  }, [isShown]);
  const codes = useMemo(() => {
    const reports = data?.answer.reports.map((report) => report.laboratory) ?? [];
    return laboratoryCodes([...(data?.answer.completeness.laboratories ?? []), ...reports]);
  }, [data]);
  /* The marks of the team stand in the heads of the columns: painted after the grid, they would push it down. */
  if (!data || !catalogue || !followUp.isSettled) return <Unready error={biology.error} retry={biology.retry} />;
  const { view } = readView(props.search);
  const shared: ViewProps = {
    ...props,
    data: { ...data, catalogue },
    views,
    memory,
    onShow: biology.show,
    ...(biology.waiting && { waiting: biology.waiting }),
  };
  return (
    <LaboratoryCodes value={codes}>
      <FollowUpOfPatient value={followUp}>
        <Boundary key={view} instead={<Broken onGrid={() => props.go({ view: undefined, rows: undefined })} />}>
          <Suspense fallback={<div className="bio-page" />}>
            <Shown {...shared} view={view} />
          </Suspense>
        </Boundary>
        <Changed key={biology.changedAt} at={biology.changedAt} />
      </FollowUpOfPatient>
    </LaboratoryCodes>
  );
}

/** Says that what is read is not what was there a moment ago, and no more: what left it is nobody's business any longer. */
function Changed({ at }: { at: string | undefined }) {
  const t = useText();
  const [isRead, setIsRead] = useState(false);
  if (at === undefined || isRead) return null;
  return (
    <div className="bio-changed">
      <Notice isAlert actions={<Button onPress={() => setIsRead(true)}>{t('biology.changed.close')}</Button>}>
        {t('biology.changed', { time: showTime(at) })}
      </Notice>
    </div>
  );
}

/** Ours is the fault, or the network's: the results that were read stay right. */
function Broken({ onGrid }: { onGrid: () => void }) {
  const t = useText();
  return (
    <div className="bio-page">
      <div className="bio-state">
        <Notice isAlert title={t('biology.broken.title')} actions={<Button onPress={onGrid}>{t('biology.curve.back')}</Button>}>
          {t('biology.broken.text')}
        </Notice>
      </div>
    </div>
  );
}

/** One's own record opens in plain words; the curve and the source are the same for all. */
function Shown({ view, ...props }: ViewProps & { view: View }) {
  if (view === 'curve') return <CurveView {...props} />;
  if (view === 'cross') return <CrossView {...props} />;
  if (view === 'report') return <ReportPage {...props} />;
  if (view === 'order' && !props.isOwnRecord) return <OrderView {...props} />;
  if (view === 'print') return <PrintView {...props} />;
  if (view === 'timeline') return <TimelineView {...props} />;
  if (view === 'summary' && !props.isOwnRecord) return <SummaryView {...props} />;
  if (view === 'panels' && !props.isOwnRecord) return <PanelsView {...props} />;
  return props.isOwnRecord ? <OwnResults {...props} /> : <GridView {...props} />;
}

/** After this long, in ms, a reader wonders whether anything comes. */
const LONG_WAIT_MS = 3_000;

/** A line that says the page is alive, then a sentence and a way out. */
function Waiting({ retry }: { retry: () => void }) {
  const t = useText();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const later = setTimeout(() => setIsLong(true), LONG_WAIT_MS);
    return () => clearTimeout(later);
  }, []);
  return (
    <section className="bio-page bio-waiting-page" aria-busy="true" aria-label={t('biology.waitingForServer')}>
      {isLong ? (
        <div className="bio-state">
          <Notice tone="quiet" actions={<Button onPress={retry}>{t('biology.retry')}</Button>}>
            {t('biology.waitingLong')}
          </Notice>
        </div>
      ) : null}
    </section>
  );
}

/** Nothing is drawn while waiting: an old frame of another patient would be worse than a blank. */
function Unready({ error, retry }: { error: Error | undefined; retry: () => void }) {
  const t = useText();
  if (!error) return <Waiting retry={retry} />;
  const denied = error instanceof ApiError && (error.status === 401 || error.status === 403);
  return (
    <div className="bio-page">
      <div className="bio-state">
        <Notice
          isAlert
          title={t(denied ? 'biology.denied.title' : 'biology.failed.title')}
          actions={denied ? undefined : <Button onPress={retry}>{t('biology.retry')}</Button>}
        >
          {denied ? error.message : t('biology.failed.text')}
        </Notice>
      </div>
    </div>
  );
}
