import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { IdentityPage, PeoplePage, WorklistPage } from '#identity/web';
import { useText } from '#ui';

/** Where the identity cell works: what waits, and the people of the region. */
function Places() {
  const t = useText();
  return (
    <nav className="identity-places" aria-label={t('app.places.cell')}>
      <Link to="/identities" activeOptions={{ exact: true, includeSearch: false }}>
        {t('app.places.worklist')}
      </Link>
      <Link to="/identities/people">{t('app.places.people')}</Link>
    </nav>
  );
}

/** Ties the worklist of the identity cell to the address. */
export function IdentitiesPage() {
  const { open } = useSearch({ from: '/identities' });
  const navigate = useNavigate();
  return (
    <WorklistPage
      places={<Places />}
      selected={open}
      onSelect={(waitingId) => void navigate({ to: '/identities', search: waitingId ? { open: waitingId } : {}, replace: true })}
      onOpenRecord={(patientId) => void navigate({ to: '/identities/people/$patientId', params: { patientId } })}
    />
  );
}

export function IdentityPeoplePage() {
  const navigate = useNavigate();
  return (
    <PeoplePage
      places={<Places />}
      onOpen={(patientId) => void navigate({ to: '/identities/people/$patientId', params: { patientId } })}
      onCompare={(patientId, other) => void navigate({ to: '/identities/people/$patientId', params: { patientId }, search: { other } })}
    />
  );
}

export function OneIdentityPage() {
  const { patientId } = useParams({ from: '/identities/people/$patientId' });
  const { other } = useSearch({ from: '/identities/people/$patientId' });
  const navigate = useNavigate();
  return (
    <IdentityPage
      key={patientId}
      places={<Places />}
      patientId={patientId}
      other={other}
      onCompare={(second) =>
        void navigate({ to: '/identities/people/$patientId', params: { patientId }, search: second ? { other: second } : {} })
      }
    />
  );
}
