import { queryOptions } from '@tanstack/react-query';
import type { Found, OpenedPatient } from '#identity/contract';
import { api } from '#ui';

export type { OpenedPatient };

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
