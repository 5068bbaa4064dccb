import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { CatalogueTaken, DryRunView, Proposals, RegionCodingView, Wish, WishedDesignation, Workbench } from '../contract.ts';

/** Each reading leaves a trace, so the bench is asked again once a minute, sooner while history is being read again. */
const REFRESH_MS = 60_000;
const FOLLOW_MS = 3_000;
const BENCH = ['mapping', 'bench'];
const REGION = ['mapping', 'region'];

/** FINESS of the laboratory whose bench is shown; undefined for the reader's own. */
export type Bench = string | undefined;
const of = (bench: Bench) => (bench === undefined ? '' : `?laboratory=${encodeURIComponent(bench)}`);

export const workbenchQuery = (bench: Bench) =>
  queryOptions({
    queryKey: [...BENCH, bench],
    queryFn: ({ signal }) => api<Workbench>(`/api/mapping${of(bench)}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.jobs.some(({ finishedAt }) => finishedAt === null) ? FOLLOW_MS : REFRESH_MS),
  });

export const proposalsQuery = (codeId: string, words: string) =>
  queryOptions({
    queryKey: ['mapping', 'code', codeId, words],
    queryFn: ({ signal }) => api<Proposals>(`/api/mapping/codes/${encodeURIComponent(codeId)}?q=${encodeURIComponent(words)}`, { signal }),
  });

export const dryRunQuery = (wish: Wish, bench: Bench) =>
  queryOptions({
    queryKey: ['mapping', 'dry-run', bench, wish],
    queryFn: ({ signal }) => api<DryRunView>(`/api/mapping/dry-run${of(bench)}`, { method: 'POST', body: wish, signal }),
  });

export const regionCodingQuery = queryOptions({
  queryKey: REGION,
  queryFn: ({ signal }) => api<RegionCodingView>('/api/region/coding', { signal }),
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

/** Takes the catalogue of one's laboratory, or says what taking it would do. */
export function useCatalogue() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { text: string; reason: string; isTrial: boolean }) =>
      api<CatalogueTaken>('/api/mapping/catalogue', { method: 'POST', body }),
    onSuccess: (_taken, { isTrial }) => (isTrial ? undefined : queries.invalidateQueries({ queryKey: BENCH })),
  });
}

/** Validates or refuses a line that another biologist proposed. */
export function useVerdict(bench: Bench) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ lineId, ...verdict }: { lineId: string; validated: boolean; reason: string }) =>
      api<void>(`/api/mapping/lines/${lineId}/verdict${of(bench)}`, { method: 'POST', body: verdict }),
    onSettled: () => queries.invalidateQueries({ queryKey: BENCH }),
  });
}

/** Designates who may validate for a laboratory whose biologist is alone, or ends it. */
export function useDesignation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: WishedDesignation) => api<void>('/api/region/mapping-validators', { method: 'POST', body: wish }),
    onSettled: () => queries.invalidateQueries({ queryKey: REGION }),
  });
}
