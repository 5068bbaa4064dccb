import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import { useEffect } from 'react';
import { IdentityBanner, patientTitle, showDate, useLanguage, useText, useToday } from '#ui';
import { Arrivals } from './arrivals.tsx';
import { patientQuery, type OpenedPatient } from './patient-query.ts';
import { RefusedPage } from './refused.page.tsx';
import { usePatientId } from './use-patient.ts';
import './patient.css';

/**
 * Everything about one person stands under their banner. The content is blank until the banner is theirs: keyed by the patient, so
 * that nothing of the one before survives a change.
 */
export function PatientLayout() {
  const patientId = usePatientId();
  const { data, error, refetch } = useQuery(patientQuery(patientId));
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return <PatientFrame key={patientId} patientId={patientId} opened={data} />;
}

function PatientFrame({ patientId, opened }: { patientId: string; opened: OpenedPatient }) {
  const t = useText();
  const today = useToday();
  const page = usePageName();
  useEffect(() => {
    document.title = patientTitle(opened.patient, page);
  }, [opened.patient, page]);
  return (
    <div className="app-patient">
      <IdentityBanner patient={opened.patient} today={today} reason={<Reason opened={opened} />} />
      <div className="app-patient-tabs">
        <nav className="ui-tabs" aria-label={t('app.patient.pages')}>
          <Link className="ui-tab" to="/patients/$patientId/biology" params={{ patientId }}>
            {t('app.tab.biology')}
          </Link>
        </nav>
        <Arrivals patientId={patientId} />
      </div>
      <div className="app-patient-page">
        <Outlet />
      </div>
    </div>
  );
}

/** Kinds of link that have their own words. */
const REASONS = ['treating-doctor', 'care-team', 'consent', 'own-record', 'producer'] as const;

function Reason({ opened: { link } }: { opened: OpenedPatient }) {
  const t = useText();
  const language = useLanguage();
  return (
    <>
      <p className="ui-banner-main">{t(`app.reason.${REASONS.find((kind) => kind === link?.kind) ?? 'role'}`)}</p>
      {link ? <p className="ui-banner-line">{t('app.since', { date: showDate(link.since, language) })}</p> : null}
    </>
  );
}

function usePageName(): string {
  const t = useText();
  const match = useMatchRoute();
  return match({ to: '/patients/$patientId/biology' }) ? t('app.tab.biology') : 'Cigogne';
}
