import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useText } from '#ui';
import { wholeWords } from './messages.ts';
import { PatientLine } from './patient-line.tsx';
import { myPatientsQuery } from './patient-query.ts';
import { RefusedPage } from './refused.page.tsx';
import { usePerson } from './session.tsx';
import './patients.css';

/** Those whose work is to tell patients of what waits for it. */
const TELLERS: ReadonlySet<string> = new Set(['gp', 'specialist', 'midwife', 'biologist']);
const Announcements = lazy(async () => {
  const [page] = await Promise.all([import('./announcements.tsx'), wholeWords()]);
  return page;
});

/** The people this reader follows. */
export function PatientsPage() {
  const t = useText();
  const { role } = usePerson();
  const { data, error, refetch } = useQuery(myPatientsQuery);
  useEffect(() => {
    document.title = `${t('app.patients.title')} — Cigogne`;
  }, [t]);
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <section className="app-page app-patients" aria-labelledby="patients-title">
      <header className="app-page-head">
        <h1 id="patients-title">{t('app.patients.title')}</h1>
        <p className="app-page-note">{t('app.patients.count', { count: data.patients.length })}</p>
      </header>
      <Suspense>{TELLERS.has(role) ? <Announcements /> : null}</Suspense>
      {data.patients.length === 0 ? <p>{t('app.patients.none')}</p> : null}
      <ul className="ui-card app-patients-list">
        {data.patients.map((person) => (
          <li key={person.patientId}>
            <Link to="/patients/$patientId/biology" params={{ patientId: person.patientId }} className="app-patients-link">
              <PatientLine person={person} tellsLink={false} />
            </Link>
          </li>
        ))}
      </ul>
      {data.more ? <p className="ui-caption">{t('app.search.more')}</p> : null}
    </section>
  );
}
