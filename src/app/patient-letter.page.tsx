import { useNavigate } from '@tanstack/react-router';
import { LetterPage } from '#letters/web';
import { RefusedPage } from './refused.page.tsx';
import { usePatientId } from './use-patient.ts';

/** Ties the letter to the open patient; signed, it is read among the documents. */
export function PatientLetterPage() {
  const patientId = usePatientId();
  const navigate = useNavigate();
  const toDocuments = (search: { view?: string; report?: string }) =>
    void navigate({ to: '/patients/$patientId/documents', params: { patientId }, search });
  return (
    <LetterPage
      patientId={patientId}
      onFiled={(report) => toDocuments({ view: 'document', report })}
      onLeave={() => toDocuments({})}
      Refused={RefusedPage}
    />
  );
}
