import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CLOSINGS, type Sharing, type SharingDecision } from '#access/contract';
import { api, Button, Notice, showDate, useLanguage, useText } from '#ui';
import { RefusedPage } from './refused.page.tsx';
import { usePatientId } from './use-patient.ts';
import './sharing.css';

/** Kinds of link that have their own words. */
const KINDS = ['treating-doctor', 'care-team', 'consent', 'break-glass', 'producer'] as const;

/** The patient's own decisions: who may open the record, whom it is closed to, and whether an emergency may open it. */
export function SharingPage() {
  const t = useText();
  const patientId = usePatientId();
  const { data, error, refetch, decide } = useSharing(patientId);
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const shut = new Set(data.blocked.map(({ holder }) => holder));
  const open = data.links.filter(({ holder }) => !shut.has(holder));
  return (
    <section className="app-page app-sharing" aria-labelledby="sharing-title">
      <header>
        <h2 id="sharing-title" className="app-sharing-title">
          {t('app.sharing.title')}
        </h2>
        <p className="app-page-note">{t('app.sharing.note')}</p>
      </header>
      {decide.error ? <Notice isAlert>{t('app.sharing.failed')}</Notice> : null}
      <People
        title={t('app.sharing.open', { count: new Set(open.map(({ holder }) => holder)).size })}
        people={byHolder(open)}
        action={t('app.sharing.block')}
        isBusy={decide.isPending}
        onAct={(holder) => decide.mutate({ decision: 'block', holder })}
      />
      {data.blocked.length > 0 ? (
        <People
          title={t('app.sharing.blocked', { count: data.blocked.length })}
          people={data.blocked.map((one) => ({ ...one, kinds: [] }))}
          action={t('app.sharing.unblock')}
          isBusy={decide.isPending}
          onAct={(holder) => decide.mutate({ decision: 'unblock', holder })}
        />
      ) : null}
      <section className="app-sharing-part">
        <h3>{t('app.sharing.emergencyTitle')}</h3>
        <Checkbox
          className="app-check"
          isSelected={!data.refusesBreakGlass}
          isDisabled={decide.isPending}
          onChange={(isAllowed) => decide.mutate({ decision: isAllowed ? 'allow-break-glass' : 'refuse-break-glass' })}
        >
          <span className="app-check-box" aria-hidden="true" />
          <span>{t('app.sharing.emergency')}</span>
        </Checkbox>
        <p className="app-page-note">{t('app.sharing.emergencyNote')}</p>
      </section>
      <section className="app-sharing-part">
        <h3>{t('app.sharing.closingsTitle')}</h3>
        {CLOSINGS.map((closing) => (
          <div key={closing}>
            <Checkbox
              className="app-check"
              isSelected={data.closings.includes(closing)}
              isDisabled={decide.isPending}
              onChange={(isClosed) => decide.mutate({ decision: isClosed ? 'close' : 'reopen', closing })}
            >
              <span className="app-check-box" aria-hidden="true" />
              <span>{t(`app.sharing.closing.${closing}`)}</span>
            </Checkbox>
            <p className="app-page-note">{t(`app.sharing.closingNote.${closing}`)}</p>
          </div>
        ))}
      </section>
    </section>
  );
}

interface Person {
  holder: string;
  name?: string | undefined;
  since: string;
  kinds: { kind: string; until?: string | undefined }[];
}

interface PeopleProps {
  title: string;
  people: readonly Person[];
  action: string;
  isBusy: boolean;
  onAct: (holder: string) => void;
}

function People({ title, people, action, isBusy, onAct }: PeopleProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <section className="app-sharing-part">
      <h3>{title}</h3>
      <ul className="ui-card">
        {people.map(({ holder, name = holder, since, kinds }) => (
          <li key={holder} className="app-sharing-person">
            <div>
              <p className="app-sharing-who">{name}</p>
              {kinds.map(({ kind, until }) => (
                <p key={kind} className="app-sharing-why">
                  {t(`app.sharing.kind.${KINDS.find((known) => known === kind) ?? 'other'}`)}
                  {until ? ` · ${t('app.sharing.until', { date: showDate(until, language) })}` : null}
                </p>
              ))}
              <p className="app-sharing-why">{t('app.since', { date: showDate(since, language) })}</p>
            </div>
            <Button isDisabled={isBusy} onPress={() => onAct(holder)} aria-label={`${action} : ${name}`}>
              {action}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One line a person or structure, whatever the number of its links; people before structures. */
function byHolder(links: Sharing['links']): Person[] {
  const people = new Map<string, Person>();
  for (const { holder, name, kind, since, until } of links) {
    const person = people.get(holder) ?? { holder, name, since, kinds: [] };
    if (since < person.since) person.since = since;
    if (!person.kinds.some((known) => known.kind === kind)) person.kinds.push({ kind, until });
    people.set(holder, person);
  }
  const isStructure = ({ holder }: Person) => Number(holder.startsWith('structure:'));
  return [...people.values()].toSorted((a, b) => isStructure(a) - isStructure(b));
}

function useSharing(patientId: string) {
  const queries = useQueryClient();
  const path = `/api/patients/${encodeURIComponent(patientId)}/sharing`;
  const queryKey = ['sharing', patientId];
  const { data, error, refetch } = useQuery({ queryKey, queryFn: ({ signal }) => api<Sharing>(path, { signal }), staleTime: 0 });
  const decide = useMutation({
    mutationFn: (decision: SharingDecision) => api<Sharing>(path, { method: 'POST', body: decision }),
    onSuccess: (sharing) => queries.setQueryData(queryKey, sharing),
  });
  return { data, error, refetch, decide };
}
