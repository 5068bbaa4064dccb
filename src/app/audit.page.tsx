import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AuditAlert, AuditAlerts, AuditPage as Page, Watched } from '#access/contract';
import { api, Button, SearchField, Segmented, showDate, showTime, Tag, useLanguage, useText } from '#ui';
import { type About, aboutOf } from './audit-about.ts';
import { EmergencyLetter } from './emergency-letter.tsx';
import { RefusedPage } from './refused.page.tsx';
import './audit.css';

type Days = '1' | '7' | '30';
type Outcome = 'all' | 'allowed' | 'denied';

const DAY_MS = 86_400_000;
/** Of one record or person, the whole trail is read, whatever the period of the alerts. */
const EVER = '2000-01-01T00:00:00.000Z';

/** What the data protection officer follows: what should be looked at, and the trail behind it. No name of a patient, no clinical data. */
export function AuditPage() {
  const t = useText();
  const [days, setDays] = useState<Days>('1');
  const [outcome, setOutcome] = useState<Outcome>('all');
  const [about, setAbout] = useState<About>();
  const [sought, setSought] = useState('');
  const [isUnknown, setIsUnknown] = useState(false);
  const seek = (words: string) => {
    const found = aboutOf(words);
    setIsUnknown(found === undefined);
    if (found) setAbout(found);
  };
  // One period for both lists, until it is chosen again.
  const [to, setTo] = useState(() => Date.now());
  const from = new Date(to - Number(days) * DAY_MS).toISOString();
  useEffect(() => {
    document.title = `${t('app.audit.title')} — Cigogne`;
  }, [t]);
  const alerts = useQuery({
    queryKey: ['audit-alerts', from, to],
    queryFn: ({ signal }) =>
      api<AuditAlerts>(`/api/audit/alerts?${new URLSearchParams({ from, to: new Date(to).toISOString() })}`, { signal }),
  });
  if (alerts.error) return <RefusedPage error={alerts.error} onRetry={() => void alerts.refetch()} />;
  return (
    <section className="app-page" aria-labelledby="audit-title">
      <header className="app-page-head">
        <h1 id="audit-title">{t('app.audit.title')}</h1>
        <p className="app-page-note">{t('app.audit.note')}</p>
      </header>
      <div className="app-audit-tools">
        <Segmented<Days>
          label={t('app.audit.period')}
          value={days}
          onChange={(chosen) => {
            setDays(chosen);
            setTo(Date.now());
          }}
          choices={[
            { value: '1', label: t('app.audit.days', { days: 1 }) },
            { value: '7', label: t('app.audit.days', { days: 7 }) },
            { value: '30', label: t('app.audit.days', { days: 30 }) },
          ]}
        />
      </div>
      <div>
        <SearchField
          label={t('app.audit.seek')}
          placeholder={t('app.audit.seek')}
          value={sought}
          onChange={(words) => {
            setSought(words);
            setIsUnknown(false);
          }}
          onSubmit={seek}
        />
        {isUnknown ? (
          <p className="app-audit-small" role="alert">
            {t('app.audit.seekUnknown')}
          </p>
        ) : null}
      </div>
      <Alerts alerts={alerts.data?.alerts} onAbout={setAbout} />
      <Trail from={from} to={new Date(to).toISOString()} about={about} onAbout={setAbout} outcome={outcome} onOutcome={setOutcome} />
    </section>
  );
}

function Alerts({ alerts, onAbout }: { alerts: AuditAlert[] | undefined; onAbout: (about: About | undefined) => void }) {
  const t = useText();
  const language = useLanguage();
  if (!alerts) return null;
  return (
    <section className="app-audit-part" aria-labelledby="alerts-title">
      <h2 id="alerts-title">{t('app.audit.alerts', { count: alerts.length })}</h2>
      {alerts.length > 0 ? (
        <ul className="ui-card">
          {alerts.map((alert) => (
            <li key={`${alert.kind}${alert.at}${alert.actor}${alert.patientId ?? ''}`} className="app-audit-alert">
              <div>
                <p>
                  <Tag tone="notice">{t(`app.audit.kind.${alert.kind}`, { patients: alert.patients ?? 0 })}</Tag>{' '}
                  <strong>{alert.who}</strong>
                </p>
                <p className="app-audit-small">
                  {[t(`app.role.${alert.role}`), alert.organisation].filter(Boolean).join(', ')} · {showDate(alert.at, language)},{' '}
                  {showTime(alert.at)}
                </p>
                {alert.reason ? <p>{t('app.accesses.reason', { reason: alert.reason })}</p> : null}
                <EmergencyLetter {...alert} />
              </div>
              <Button
                aria-label={`${t('app.audit.see')} : ${alert.who}`}
                onPress={() => onAbout(alert.patientId ? { patientId: alert.patientId } : { actor: alert.actor, name: alert.who })}
              >
                {t('app.audit.see')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

interface TrailProps {
  from: string;
  to: string;
  about: About | undefined;
  onAbout: (about: About | undefined) => void;
  outcome: Outcome;
  onOutcome: (outcome: Outcome) => void;
}

function Trail({ from, to, about, onAbout, outcome, onOutcome }: TrailProps) {
  const t = useText();
  const language = useLanguage();
  const asked = {
    language,
    from: about ? EVER : from,
    to,
    ...(outcome === 'all' ? {} : { outcome }),
    ...(about && ('actor' in about ? { actor: about.actor } : { patientId: about.patientId })),
  };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam, signal }) =>
      api<Page>(`/api/audit?${new URLSearchParams({ ...asked, ...(pageParam === null ? {} : { after: pageParam }) })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <section className="app-audit-part" aria-labelledby="trail-title">
      <h2 id="trail-title">
        {about ? t('app.audit.trailOf', { about: 'actor' in about ? about.name : shortOf(about.patientId) }) : t('app.audit.trail')}
      </h2>
      <div className="app-audit-tools">
        <Segmented<Outcome>
          label={t('app.audit.outcome')}
          value={outcome}
          onChange={onOutcome}
          choices={[
            { value: 'all', label: t('app.audit.all') },
            { value: 'allowed', label: t('app.audit.allowed') },
            { value: 'denied', label: t('app.audit.denied') },
          ]}
        />
        {about ? <Button onPress={() => onAbout(undefined)}>{t('app.audit.everyone')}</Button> : null}
        {about && 'patientId' in about ? <WatchButton patientId={about.patientId} /> : null}
      </div>
      {data && events.length === 0 ? <p>{t('app.audit.none')}</p> : null}
      {events.length > 0 ? <Events events={events} onAbout={onAbout} /> : null}
      {hasNextPage ? (
        <Button isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {t('app.accesses.older')}
        </Button>
      ) : null}
    </section>
  );
}

/** Watches one record: each of its readings is then among those to look at. */
function WatchButton({ patientId }: { patientId: string }) {
  const t = useText();
  const queries = useQueryClient();
  const { data } = useQuery({ queryKey: ['audit-watched'], queryFn: ({ signal }) => api<Watched>('/api/audit/watched', { signal }) });
  const isWatched = data?.watched.some((one) => one.patientId === patientId);
  const change = useMutation({
    mutationFn: () => api<Watched>('/api/audit/watched', { method: 'POST', body: { patientId, isWatched: !isWatched } }),
    onSuccess: (watched) => {
      queries.setQueryData(['audit-watched'], watched);
      void queries.invalidateQueries({ queryKey: ['audit-alerts'] });
    },
  });
  if (isWatched === undefined) return null;
  return (
    <Button isDisabled={change.isPending} onPress={() => change.mutate()}>
      {t(isWatched ? 'app.audit.unwatch' : 'app.audit.watch')}
    </Button>
  );
}

function Events({ events, onAbout }: { events: Page['events']; onAbout: (about: About | undefined) => void }) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="ui-card app-audit-events">
      <table className="ui-table ui-table-cards">
        <thead>
          <tr>
            <th scope="col">{t('app.audit.when')}</th>
            <th scope="col">{t('app.audit.who')}</th>
            <th scope="col">{t('app.audit.what')}</th>
            <th scope="col">{t('app.audit.record')}</th>
          </tr>
        </thead>
        <tbody>
          {events.map(({ at, actor, who, role, organisation, action, outcome, mode, reason, rule, patientId, object }) => (
            <tr key={`${at}${actor}${action}${object ?? ''}${patientId ?? ''}`}>
              <td>
                {showDate(at, language)}, {showTime(at)}
              </td>
              <td>
                <Button look="quiet" onPress={() => onAbout({ actor, name: who })}>
                  {who}
                </Button>
                <p className="app-audit-small">{[t(`app.role.${role}`), organisation].filter(Boolean).join(', ')}</p>
              </td>
              <td>
                {action} {outcome === 'denied' ? <Tag tone="notice">{t('app.accesses.refused')}</Tag> : null}{' '}
                {mode ? <Tag tone="notice">{t('app.accesses.emergency')}</Tag> : null}
                <p className="app-audit-small">{[rule, reason].filter(Boolean).join(' · ')}</p>
              </td>
              <td>
                {patientId ? (
                  <Button
                    look="quiet"
                    aria-label={t('app.audit.trailOf', { about: shortOf(patientId) })}
                    onPress={() => onAbout({ patientId })}
                  >
                    {shortOf(patientId)}
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A record is named by the end of its identifier: the officer needs no name. */
const shortOf = (patientId: string) => `…${patientId.slice(-8)}`;
