import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { InboxLine } from '#exchange/contract';
import { InboxPage, inboxQuery } from '#exchange/web';
import { api, Button, Segmented, usePreferences, useText } from '#ui';
import type { User, Welcome } from '../contract.ts';
import { BesideDecision } from './beside-decision.tsx';
import { ReportValues } from './report-values.tsx';
import { WriteToPatient } from './write-to-patient.tsx';
import { PatientsPage } from './patients.page.tsx';
import { Refused } from './refused.tsx';
import { RecordPage } from './record.page.tsx';
import { SignIn } from './sign-in.tsx';
import { TriagePage } from './triage.page.tsx';
import { triageQuery, usePlace, welcomeQuery } from './use-lgc.ts';
import './lgc.css';

/** The software of a practice, as another publisher would draw it: its own bar, users and pages. */
export function LgcApp() {
  const t = useText();
  const { data, error, refetch } = useQuery(welcomeQuery);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  if (!data.me) return <SignIn welcome={data} />;
  return (
    <div className="lgc-frame">
      <a className="lgc-skip" href="#content" onClick={toContent}>
        {t('lgc.skip')}
      </a>
      <Bar welcome={data} me={data.me} />
      <main id="content" className="lgc-main" tabIndex={-1}>
        <Place me={data.me} welcome={data} />
      </main>
    </div>
  );
}

/** The hash is where one is: the link moves the focus, and nothing else. */
function toContent(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

const reads = ({ role }: User) => role !== 'secretary';
const sorts = ({ role }: User) => role === 'gp' || role === 'secretary';

function Place({ me, welcome }: { me: User; welcome: Welcome }) {
  const place = usePlace();
  const [, name = reads(me) ? 'results' : 'triage', id] = place.split('/');
  const arrived = useRef(place);
  useEffect(() => {
    if (arrived.current === place) return;
    arrived.current = place;
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [place]);
  if (name === 'triage' && sorts(me)) return <TriagePage me={me} />;
  if (name === 'patients' && id) return <RecordPage patientId={id} me={me} cigogne={welcome.cigogne} />;
  if (name === 'patients' || !reads(me)) return <PatientsPage />;
  return <Results me={me} welcome={welcome} />;
}

/** What came, the report in hand beside it. A nurse and a pharmacist are sent their own values of a report, and answer for none to its laboratory. */
function Results({ me, welcome }: { me: User; welcome: Welcome }) {
  const t = useText();
  const isDoctor = me.role === 'gp';
  const [writing, setWriting] = useState<InboxLine>();
  const { data: triage } = useQuery({ ...triageQuery, enabled: isDoctor });
  return (
    <>
      <InboxPage
        software={welcome.practice}
        onOpen={(patientId) => {
          window.location.hash = `/patients/${patientId}`;
        }}
        Refused={Refused}
        isTold={isDoctor}
        note={triage && t('lgc.filedAlone', { count: triage.filedAlone })}
        {...(isDoctor && { Values: ReportValues, Beside: BesideDecision })}
        onWrite={isDoctor && welcome.writesToPatients ? setWriting : undefined}
      />
      {writing ? <WriteToPatient line={writing} onClose={() => setWriting(undefined)} /> : null}
    </>
  );
}

function Bar({ welcome, me }: { welcome: Welcome; me: User }) {
  const t = useText();
  const place = usePlace();
  const queries = useQueryClient();
  const { language, set } = usePreferences();
  const { data: inbox } = useQuery({ ...inboxQuery, enabled: reads(me) });
  const { data: triage } = useQuery({ ...triageQuery, enabled: sorts(me) });
  const current = place.split('/')[1] ?? (reads(me) ? 'results' : 'triage');
  const leave = async () => {
    await api('/api/sign-out', { method: 'POST', body: {} });
    window.location.hash = '';
    queries.clear();
    await queries.invalidateQueries();
  };
  return (
    <header className="lgc-bar">
      <strong className="lgc-brand">{welcome.practice}</strong>
      <nav className="lgc-places" aria-label={t('lgc.places')}>
        {reads(me) ? (
          <PlaceLink name="results" current={current}>
            {t('lgc.results')} <b>{inbox?.lines.length ?? ''}</b>
          </PlaceLink>
        ) : null}
        <PlaceLink name="patients" current={current}>
          {t('lgc.patients')}
        </PlaceLink>
        {sorts(me) ? (
          <PlaceLink name="triage" current={current}>
            {t('lgc.triage')} <b>{triage?.items.length ?? ''}</b>
          </PlaceLink>
        ) : null}
      </nav>
      <span className="lgc-linked">{t('lgc.linked')}</span>
      <Segmented
        label={t('lgc.language')}
        value={language}
        onChange={(chosen) => set({ language: chosen })}
        choices={[
          { value: 'fr', label: <span lang="fr">FR</span>, name: 'Français' },
          { value: 'en', label: <span lang="en">EN</span>, name: 'English' },
        ]}
      />
      <span className="lgc-me">{me.name}</span>
      <Button look="quiet" onPress={() => void leave()}>
        {t('lgc.leave')}
      </Button>
    </header>
  );
}

function PlaceLink({ name, current, children }: { name: string; current: string; children: ReactNode }) {
  return (
    <a href={`#/${name}`} {...(name === current && { 'aria-current': 'page' as const })}>
      {children}
    </a>
  );
}
