import { Navigate } from '@tanstack/react-router';
import { usePerson } from './session.tsx';

/** Each role starts where its work is. */
export function HomePage() {
  const person = usePerson();
  if (person.role === 'patient' && person.patientId) {
    return <Navigate to="/patients/$patientId/biology" params={{ patientId: person.patientId }} replace />;
  }
  return <Navigate to="/patients" replace />;
}
