import { Link } from '@tanstack/react-router';
import { EyeIcon, PageIcon, PersonIcon, PulseIcon, useText } from '#ui';
import { usePerson } from './session.tsx';
import './patient-navigation.css';

/** A patient's own places: under the thumb on a telephone, under the bar elsewhere. */
export function PatientNavigation() {
  const t = useText();
  const { patientId } = usePerson();
  if (!patientId) return null;
  return (
    <nav className="app-own-places" aria-label={t('app.places')}>
      <Link to="/patients/$patientId/biology" params={{ patientId }} className="app-own-place">
        <PulseIcon size={20} />
        {t('app.own.results')}
      </Link>
      <Link to="/patients/$patientId/documents" params={{ patientId }} className="app-own-place">
        <PageIcon size={20} />
        {t('app.own.documents')}
      </Link>
      <Link to="/patients/$patientId/accesses" params={{ patientId }} className="app-own-place">
        <EyeIcon size={20} />
        {t('app.own.accesses')}
      </Link>
      <Link to="/patients/$patientId/sharing" params={{ patientId }} className="app-own-place">
        <PersonIcon size={20} />
        {t('app.own.sharing')}
      </Link>
      <Link to="/mail" className="app-own-place">
        <PageIcon size={20} />
        {t('app.own.mail')}
      </Link>
    </nav>
  );
}
