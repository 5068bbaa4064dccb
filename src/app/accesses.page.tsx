import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Accesses, AccessLine } from '#access/contract';
import { api, Button, dayOf, Segmented, showLongDate, showTime, Tag, useLanguage, useText, useToday } from '#ui';
import { groupByDay, peopleSince } from './accesses-days.ts';
import { RefusedPage } from './refused.page.tsx';
import { usePerson } from './session.tsx';
import { usePatientId } from './use-patient.ts';
import './accesses.css';

type Shown = 'all' | 'readings' | 'denied';

/** Who looked at this record, by name, newest first: for the patient, and for the treating doctor. */
export function AccessesPage() {
  const t = useText();
  const today = useToday();
  const patientId = usePatientId();
  const person = usePerson();
  const [shown, setShown] = useState<Shown>('all');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useAccesses(patientId);
  const lines = useMemo(() => data?.pages.flatMap(({ accesses }) => accesses) ?? [], [data]);
  const isOwn = person.patientId === patientId;
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const kept = lines.filter((line) => shown === 'all' || (shown === 'denied') === (line.outcome === 'denied'));
  return (
    <section className="app-page app-accesses" aria-labelledby="accesses-title">
      <header className="app-accesses-head">
        <h2 id="accesses-title" className="app-accesses-title">
          {t('app.accesses.people', { count: peopleSince(lines, today, 30) })}
        </h2>
        <p className="app-page-note">{t(isOwn ? 'app.accesses.ownNote' : 'app.accesses.note')}</p>
      </header>
      <Segmented<Shown>
        label={t('app.accesses.filter')}
        value={shown}
        onChange={setShown}
        choices={[
          { value: 'all', label: t('app.accesses.all') },
          { value: 'readings', label: t('app.accesses.readings') },
          { value: 'denied', label: t('app.accesses.denied', { count: lines.filter(({ outcome }) => outcome === 'denied').length }) },
        ]}
      />
      {kept.length === 0 ? <p>{t('app.accesses.none')}</p> : null}
      {groupByDay(kept, (at) => dayOf(at)).map(([day, ofDay]) => (
        <Day key={day} day={day} today={today} lines={ofDay} tellsRule={isOwn} />
      ))}
      {hasNextPage ? (
        <Button isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
          {t('app.accesses.older')}
        </Button>
      ) : null}
    </section>
  );
}

function useAccesses(patientId: string) {
  const language = useLanguage();
  return useInfiniteQuery({
    queryKey: ['accesses', patientId, language],
    queryFn: ({ pageParam, signal }) =>
      api<Accesses>(
        `/api/patients/${encodeURIComponent(patientId)}/accesses?${new URLSearchParams({ language, ...(pageParam === null ? {} : { before: pageParam }) })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    /* A list of readings is read to see the latest: asked again each time the page opens. */
    staleTime: 0,
  });
}

interface DayProps {
  day: string;
  today: string;
  lines: readonly AccessLine[];
  /** The rule is worded for the patient: `Votre médecin traitant`. */
  tellsRule: boolean;
}

function Day({ day, today, lines, tellsRule }: DayProps) {
  const t = useText();
  const language = useLanguage();
  const ago = (Date.parse(today) - Date.parse(day)) / 86_400_000;
  const name =
    ago === 0
      ? t('app.today')
      : ago === 1
        ? t('app.yesterday')
        : showLongDate(`${day}T12:00:00Z`, language, Number(today.slice(0, 4)), 'UTC');
  return (
    <section className="app-accesses-day">
      <h3>{name}</h3>
      <ol className="ui-card">
        {lines.map((line) => (
          <li key={`${line.at}${line.who}${line.actionId}`} className="app-access">
            <time dateTime={line.at}>{showTime(line.at)}</time>
            <div>
              <p className="app-access-who">{line.who}</p>
              <p className="app-access-role">{[t(`app.role.${line.role}`), line.organisation].filter(Boolean).join(', ')}</p>
              <p>
                {line.action} {line.outcome === 'denied' ? <Tag tone="notice">{t('app.accesses.refused')}</Tag> : null}{' '}
                {line.mode === 'break-glass' ? <Tag tone="notice">{t('app.accesses.emergency')}</Tag> : null}
              </p>
              {line.reason ? <p>{t('app.accesses.reason', { reason: line.reason })}</p> : null}
              {tellsRule ? <p className="app-access-role">{line.rule}</p> : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
