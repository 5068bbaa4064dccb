import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PatientPageProps } from '#ui';
import { patientQuery } from './patient-query.ts';
import { usePerson } from './session.tsx';
import { usePatientId } from './use-patient.ts';

interface Props {
  to: '/patients/$patientId/biology' | '/patients/$patientId/documents';
  render: (props: PatientPageProps) => ReactNode;
}

/** Ties the page of a module to the address and to the open patient. */
export function PatientPage({ to, render }: Props) {
  const patientId = usePatientId();
  const person = usePerson();
  const search = useSearch({ from: '/patients/$patientId' });
  const navigate = useNavigate();
  const { data } = useQuery(patientQuery(patientId));
  if (!data) return null;
  const go: PatientPageProps['go'] = (change, options) => {
    void navigate({
      to,
      params: { patientId },
      search: (before) => dropEmpty({ ...before, ...change }),
      replace: options?.replace ?? false,
    });
  };
  const openDocument = (report: string) => {
    void navigate({ to: '/patients/$patientId/documents', params: { patientId }, search: { view: 'document', report } });
  };
  const mappingOf = (finess: string, code: string) =>
    person.role === 'biologist' && person.organisation?.finess === finess ? `/mapping?code=${encodeURIComponent(code)}` : undefined;
  return render({ patientId, patient: data.patient, isOwnRecord: person.patientId === patientId, search, go, openDocument, mappingOf });
}

function dropEmpty(search: Record<string, unknown>): PatientPageProps['search'] {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as PatientPageProps['search'];
}
