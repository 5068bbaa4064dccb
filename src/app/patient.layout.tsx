import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useMatchRoute } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Role } from '#access/contract';
import {
  Boundary,
  ageText,
  IdentityBanner,
  patientTitle,
  showDate,
  showLongBirthDate,
  useLanguage,
  usePrintedIdentity,
  useText,
  useToday,
} from '#ui';
import { DeclareCareLink } from './care-link.tsx';
import { EmergencyBar } from './emergency.tsx';
import { type OpenedPatient, patientQuery } from './patient-query.ts';
import { RefusedPage, refusedBy } from './refused.page.tsx';
import { usePerson } from './session.tsx';
import { usePatientId } from './use-patient.ts';
import './patient.css';

const OwnCorrections = lazy(() => import('./own-corrections.tsx').then((part) => ({ default: part.OwnCorrections })));
const OwnEmergencies = lazy(() => import('./own-emergencies.tsx').then((part) => ({ default: part.OwnEmergencies })));

/** Comes once the page is read: results never wait for it. */
const BannerAllergies = lazy(() => import('#biology/web').then((part) => part.bannerAllergies()));
const ALLERGIES_AFTER_MS = 300;

/** Professions that treat, and so may declare a consent collected. */
const CLINICAL: ReadonlySet<Role> = new Set(['gp', 'specialist', 'nurse', 'pharmacist', 'midwife', 'dentist', 'biologist']);

/** Whoever may sign a discharge letter and works where stays are. */
const SIGNS_LETTERS: ReadonlySet<Role> = new Set(['specialist', 'midwife', 'dentist']);

/**
 * Everything about one person stands under their banner. The content is blank until the banner is theirs: keyed by the patient, so
 * that nothing of the one before survives a change.
 */
export function PatientLayout() {
  const patientId = usePatientId();
  const { role } = usePerson();
  const { data, error, refetch } = useQuery(patientQuery(patientId));
  useForgetting(patientId);
  if (error) {
    const isForLackOfLink = ['no-care-link', ''].includes(refusedBy(error) ?? 'other');
    if (isForLackOfLink && CLINICAL.has(role)) return <DeclareCareLink patientId={patientId} />;
    return <RefusedPage error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return null;
  // A record that was merged into another: its old address leads to the one that is read now.
  if (data.patient.patientId !== patientId) return <Navigate to="/patients/$patientId" params={data.patient} replace />;
  return <PatientFrame key={patientId} patientId={patientId} opened={data} />;
}

/**
 * What was read of a patient goes when another one is opened: memory does not grow with the day's patients, and whoever comes back reads the record
 * as it is then, not as it was before nobody listened for what arrives.
 */
function useForgetting(patientId: string): void {
  const queries = useQueryClient();
  useEffect(() => () => queries.removeQueries({ predicate: ({ queryKey }) => queryKey.includes(patientId) }), [queries, patientId]);
}

function PatientFrame({ patientId, opened }: { patientId: string; opened: OpenedPatient }) {
  const today = useToday();
  const page = usePageName();
  const person = usePerson();
  useEffect(() => {
    document.title = patientTitle(opened.patient, page);
  }, [opened.patient, page]);
  usePrintedIdentity(patientTitle(opened.patient, page));
  const isOwn = person.patientId === patientId;
  return (
    <div className="app-patient">
      {isOwn ? (
        <>
          <OwnBanner opened={opened} />
          {opened.emergencies ? (
            <Suspense>
              <OwnEmergencies patientId={patientId} emergencies={opened.emergencies} />
            </Suspense>
          ) : null}
          {opened.corrections ? (
            <Suspense>
              <OwnCorrections patientId={patientId} corrections={opened.corrections} />
            </Suspense>
          ) : null}
        </>
      ) : (
        <>
          <IdentityBanner
            patient={opened.patient}
            today={today}
            reason={<Reason opened={opened} />}
            {...(CLINICAL.has(person.role) && { allergies: <LateAllergies patientId={patientId} /> })}
          />
          <EmergencyBar link={opened.link} />
          <PatientTabs patientId={patientId} role={person.role} link={opened.link?.kind} />
        </>
      )}
      <div className="app-patient-page">
        <Outlet />
      </div>
    </div>
  );
}

/** Silence would read as none: what could not be read is said. */
function LateAllergies({ patientId }: { patientId: string }) {
  const t = useText();
  const [isTime, setIsTime] = useState(false);
  useEffect(() => {
    const later = setTimeout(() => setIsTime(true), ALLERGIES_AFTER_MS);
    return () => clearTimeout(later);
  }, []);
  return isTime ? (
    <Boundary key={patientId} instead={<p className="ui-banner-line">{t('app.patient.allergies-unread')}</p>}>
      <Suspense>
        <BannerAllergies patientId={patientId} />
      </Suspense>
    </Boundary>
  ) : null;
}

/** The list of accesses is for the patient and the treating doctor: to the others its tab would only promise a refusal. */
function PatientTabs({ patientId, role, link }: { patientId: string; role: Role; link: string | undefined }) {
  const t = useText();
  const params = { patientId };
  return (
    <nav className="ui-tabs" aria-label={t('app.patient.pages')}>
      <Link className="ui-tab" to="/patients/$patientId/biology" params={params}>
        {t('app.tab.biology')}
      </Link>
      <Link className="ui-tab" to="/patients/$patientId/documents" params={params}>
        {t('app.tab.documents')}
      </Link>
      {SIGNS_LETTERS.has(role) ? (
        <Link className="ui-tab" to="/patients/$patientId/letter" params={params}>
          {t('app.tab.letter')}
        </Link>
      ) : null}
      {link === 'treating-doctor' && (role === 'gp' || role === 'specialist') ? (
        <Link className="ui-tab" to="/patients/$patientId/accesses" params={params}>
          {t('app.tab.accesses')}
        </Link>
      ) : null}
    </nav>
  );
}

/** A patient's own name: the one they use first, then the one they were born with. */
function OwnBanner({ opened: { patient } }: { opened: OpenedPatient }) {
  const t = useText();
  const today = useToday();
  const language = useLanguage();
  const { traits } = patient;
  const born = showLongBirthDate(traits.birthDate, language);
  return (
    <section className="app-own-banner" aria-label={t('app.own.identity')}>
      <h1 className="app-own-name">
        <bdi>{traits.usedGiven ?? traits.firstBirthGiven}</bdi> <bdi>{traits.usedFamily ?? traits.birthFamily}</bdi>
      </h1>
      <p className="app-own-born">
        {t('app.own.born', { sex: traits.sex, name: traits.birthFamily, date: born })} · {ageText(traits.birthDate, today, t)}
      </p>
    </section>
  );
}

/** Which rule opened the record to this reader, in the words of the rule itself: a secretary or a parent is not told that they are the doctor. */
function Reason({ opened: { link, because } }: { opened: OpenedPatient }) {
  const t = useText();
  const language = useLanguage();
  return (
    <>
      <p className="ui-banner-main">{because[language]}</p>
      {link ? <p className="ui-banner-line">{t('app.since', { date: showDate(link.since, language) })}</p> : null}
    </>
  );
}

function usePageName(): string {
  const t = useText();
  const match = useMatchRoute();
  if (match({ to: '/patients/$patientId/sharing' })) return t('app.own.sharing');
  if (match({ to: '/patients/$patientId/documents' })) return t('app.tab.documents');
  if (match({ to: '/patients/$patientId/letter' })) return t('app.tab.letter');
  return match({ to: '/patients/$patientId/accesses' }) ? t('app.tab.accesses') : t('app.tab.biology');
}
