import { useNavigate, useSearch } from '@tanstack/react-router';
import { WorklistPage } from '#identity/web';

/** Ties the worklist of the identity cell to the address. */
export function IdentitiesPage() {
  const { open } = useSearch({ from: '/identities' });
  const navigate = useNavigate();
  return (
    <WorklistPage
      selected={open}
      onSelect={(waitingId) => void navigate({ to: '/identities', search: waitingId ? { open: waitingId } : {}, replace: true })}
    />
  );
}
