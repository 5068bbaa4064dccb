import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { DryRunView, Proposals, Quality, Wish, Workbench } from '../contract.ts';

/** Each reading leaves a trace, so the bench is asked again once a minute, sooner while history is being read again. */
const REFRESH_MS = 60_000;
const FOLLOW_MS = 3_000;
const BENCH = ['mapping', 'bench'];

export const workbenchQuery = queryOptions({
  queryKey: BENCH,
  queryFn: ({ signal }) => api<Workbench>('/api/mapping', { signal }),
  refetchInterval: ({ state }) => (state.data?.jobs.some(({ finishedAt }) => finishedAt === null) ? FOLLOW_MS : REFRESH_MS),
});

export const proposalsQuery = (codeId: string, words: string) =>
  queryOptions({
    queryKey: ['mapping', 'code', codeId, words],
    queryFn: ({ signal }) => api<Proposals>(`/api/mapping/codes/${encodeURIComponent(codeId)}?q=${encodeURIComponent(words)}`, { signal }),
  });

export const dryRunQuery = (wish: Wish) =>
  queryOptions({
    queryKey: ['mapping', 'dry-run', wish],
    queryFn: ({ signal }) => api<DryRunView>('/api/mapping/dry-run', { method: 'POST', body: wish, signal }),
  });

export const regionCodingQuery = queryOptions({
  queryKey: ['mapping', 'region'],
  queryFn: ({ signal }) => api<{ laboratories: Quality[] }>('/api/region/coding', { signal }),
  refetchInterval: REFRESH_MS,
});

/** Proposes a line. */
export function usePropose() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (line: Wish & { reason: string }) => api<{ lineId: string }>('/api/mapping/lines', { method: 'POST', body: line }),
    onSettled: () => queries.invalidateQueries({ queryKey: BENCH }),
  });
}

/** Validates or refuses a line that another biologist proposed. */
export function useVerdict() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ lineId, ...verdict }: { lineId: string; validated: boolean; reason: string }) =>
      api<void>(`/api/mapping/lines/${lineId}/verdict`, { method: 'POST', body: verdict }),
    onSettled: () => queries.invalidateQueries({ queryKey: BENCH }),
  });
}
