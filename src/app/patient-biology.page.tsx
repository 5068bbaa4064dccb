import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BiologyPage } from '#biology/web';
import type { PatientPageProps } from '#ui';
import { patientQuery } from './patient-query.ts';
import { usePerson } from './session.tsx';
import { usePatientId } from './use-patient.ts';

/** Ties the biology module's page to the address and to the open patient. */
export function PatientBiologyPage() {
  const patientId = usePatientId();
  const person = usePerson();
  const search = useSearch({ from: '/patients/$patientId' });
  const navigate = useNavigate();
  const { data } = useQuery(patientQuery(patientId));
  if (!data) return null;
  const go: PatientPageProps['go'] = (change, options) => {
    void navigate({
      to: '/patients/$patientId/biology',
      params: { patientId },
      search: (before) => dropEmpty({ ...before, ...change }),
      replace: options?.replace ?? false,
    });
  };
  return <BiologyPage patientId={patientId} patient={data.patient} isOwnRecord={person.patientId === patientId} search={search} go={go} />;
}

function dropEmpty(search: Record<string, unknown>): PatientPageProps['search'] {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as PatientPageProps['search'];
}
