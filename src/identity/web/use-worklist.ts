import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { Decided, Worklist } from '../contract.ts';

/** Each reading leaves a trace, so the list is asked again once a minute, and after each decision. */
const REFRESH_MS = 60_000;

export const worklistQuery = queryOptions({
  queryKey: ['identity', 'worklist'],
  queryFn: ({ signal }) => api<Worklist>('/api/worklists/identity', { signal }),
  refetchInterval: REFRESH_MS,
});

export interface DecisionToSend {
  waitingId: string;
  verb: 'link' | 'create' | 'refuse' | 'undo';
  reason: string;
  patientId?: string;
}

export function useDecision() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ waitingId, verb, ...body }: DecisionToSend) =>
      api<Decided>(`/api/worklists/identity/${encodeURIComponent(waitingId)}/${verb}`, { method: 'POST', body }),
    onSettled: () => queries.invalidateQueries({ queryKey: worklistQuery.queryKey }),
  });
}
