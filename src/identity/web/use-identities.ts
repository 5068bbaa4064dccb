import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { ChangeBody, Changed, Duplicates, Found, IdentityView, Traits } from '../contract.ts';

export const identityQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['identity', 'view', patientId],
    queryFn: ({ signal }) => api<IdentityView>(`/api/identities/${encodeURIComponent(patientId)}`, { signal }),
  });

/** Asked on Enter only: each search leaves a trace. */
export const peopleQuery = (q: string) =>
  queryOptions({
    queryKey: ['identity', 'people', q],
    enabled: q.trim() !== '',
    queryFn: ({ signal }) => api<Found>(`/api/patients?${new URLSearchParams({ q })}`, { signal }),
  });

export const duplicatesQuery = queryOptions({
  queryKey: ['identity', 'duplicates'],
  queryFn: ({ signal }) => api<Duplicates>('/api/worklists/duplicates', { signal }),
});

export interface ChangeToSend {
  patientId: string;
  body: ChangeBody;
}

/** One change, then everything of the identity cell is read again. */
export function useChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ patientId, body }: ChangeToSend) =>
      api<Changed>(`/api/identities/${encodeURIComponent(patientId)}/changes`, { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['identity'] }),
  });
}

export interface NewIdentity {
  traits: Traits;
  document?: string;
  ins?: string;
  isAnother?: boolean;
  reason: string;
}

export function useCreate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewIdentity) => api<Changed>('/api/identities', { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['identity'] }),
  });
}
