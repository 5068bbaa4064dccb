import { Navigate } from '@tanstack/react-router';
import { usePerson } from './session.tsx';

/** Each role starts where its work is. */
export function HomePage() {
  const { role, patientId } = usePerson();
  if (role === 'patient' && patientId) return <Navigate to="/patients/$patientId/biology" params={{ patientId }} replace />;
  if (role === 'operator') return <Navigate to="/region" replace />;
  if (role === 'dpo') return <Navigate to="/audit" replace />;
  if (role === 'laboratory-system') return <Navigate to="/laboratory" replace />;
  if (role === 'identity-cell') return <Navigate to="/identities" replace />;
  // Of the laboratory: its critical results that nobody acknowledged yet. It follows no patient of its own.
  if (role === 'biologist') return <Navigate to="/unacknowledged" replace />;
  return <Navigate to="/patients" replace />;
}
