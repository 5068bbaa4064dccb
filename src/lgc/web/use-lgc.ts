import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '#ui';
import type { PatientLine, PatientRecord, Triage, Welcome } from '../contract.ts';

/** What is filed shows by itself: the lists ask again. */
const REFRESH_MS = 10_000;

export const welcomeQuery = queryOptions({ queryKey: ['welcome'], queryFn: ({ signal }) => api<Welcome>('/api/welcome', { signal }) });

export const patientsQuery = queryOptions({
  queryKey: ['patients'],
  queryFn: ({ signal }) => api<PatientLine[]>('/api/patients', { signal }),
  refetchInterval: REFRESH_MS,
});

export const recordQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['record', patientId],
    queryFn: ({ signal }) => api<PatientRecord>(`/api/patients/${patientId}`, { signal }),
    refetchInterval: REFRESH_MS,
  });

export const triageQuery = queryOptions({
  queryKey: ['triage'],
  queryFn: ({ signal }) => api<Triage>('/api/triage', { signal }),
  refetchInterval: REFRESH_MS,
});

export type LgcAct =
  | { act: 'file'; documentId: string; number: string; reason: string }
  | { act: 'refuse' | 'unfile'; documentId: string; reason: string }
  | { act: 'write'; lineId: string; words: string };

function send(asked: LgcAct): Promise<void> {
  if (asked.act === 'write') return api(`/api/inbox/lines/${asked.lineId}/mail`, { method: 'POST', body: { words: asked.words } });
  const { act, documentId, ...body } = asked;
  return api(`/api/triage/${documentId}/${act}`, { method: 'POST', body });
}

/** Everything one does outside of the inbox; what is shown is asked again after. */
export function useLgcAct() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => queries.invalidateQueries() });
}

/** Where one is: `#/patients/…`. A page that is opened again stays where it was. */
export function usePlace(): string {
  const [place, setPlace] = useState(window.location.hash.slice(1));
  useEffect(() => {
    const follow = () => setPlace(window.location.hash.slice(1));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return place;
}
