import { useParams } from '@tanstack/react-router';
import { AuthorisePage as Authorise } from '#access/web';
import { PatientChoice } from './patient-choice.tsx';
import { RefusedPage } from './refused.page.tsx';

/** A software that opened by itself asks to read in the name of who is signed in, in the shell. */
export function AuthorisePage() {
  const { step } = useParams({ from: '/authorise/$step' });
  return <Authorise step={step} Patients={PatientChoice} Refused={RefusedPage} />;
}
