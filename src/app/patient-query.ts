import { queryOptions } from '@tanstack/react-query';
import type { CareLink } from '#access/contract';
import type { Found, Patient } from '#identity/contract';
import { api } from '#ui';

/** `GET /api/patients/:patientId`. */
export interface OpenedPatient {
  patient: Patient;
  /** Why this reader is here; null for roles whose right needs no link. */
  link: CareLink | null;
}

export type FoundPatient = Found['patients'][number];

export const patientQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['patient', patientId],
    queryFn: ({ signal }) => api<OpenedPatient>(`/api/patients/${encodeURIComponent(patientId)}`, { signal }),
  });

export const myPatientsQuery = queryOptions({
  queryKey: ['patients', 'mine'],
  queryFn: ({ signal }) => api<Found>('/api/patients/mine', { signal }),
});

/** Every search leaves a trace in the patient's list of accesses, so it is asked once and kept while it is on screen. */
export const searchQuery = (words: string) =>
  queryOptions({
    queryKey: ['patients', 'search', words],
    queryFn: ({ signal }) => api<Found>(`/api/patients?${new URLSearchParams({ q: words })}`, { signal }),
    enabled: words !== '',
  });
