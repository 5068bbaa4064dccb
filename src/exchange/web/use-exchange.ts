import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { ToMend, Trace } from '../contract.ts';

/** Each reading leaves a trace, so the list is asked again once a minute. */
const REFRESH_MS = 60_000;

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['exchange', 'trace', id],
    queryFn: ({ signal }) => api<Trace>(`/api/exchange/trace?id=${encodeURIComponent(id)}`, { signal }),
    retry: false,
  });

export const toMendQuery = queryOptions({
  queryKey: ['exchange', 'to-mend'],
  queryFn: ({ signal }) => api<ToMend[]>('/api/exchange/to-mend', { signal }),
  refetchInterval: REFRESH_MS,
});

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deliveryIds: string[]) =>
      api<{ replayed: number; held: number; superseded: number }>('/api/exchange/replay', { method: 'POST', body: { deliveryIds } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exchange'] }),
  });
}
