import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { SoftwareDestination, SoftwareInForce } from '../contract.ts';

export const softwareQuery = queryOptions({
  queryKey: ['exchange', 'software'],
  queryFn: ({ signal }) => api<SoftwareInForce>('/api/exchange/software', { signal }),
  // A draft is being written on what was read.
  staleTime: Number.POSITIVE_INFINITY,
});

export function usePutSoftware() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { from: number; words: string; destinations: SoftwareDestination[] }) =>
      api<{ version: number }>('/api/exchange/software', { method: 'POST', body: asked }),
    onSuccess: () => queries.invalidateQueries({ queryKey: softwareQuery.queryKey }),
  });
}
