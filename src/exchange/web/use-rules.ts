import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { RoutingPreview, RoutingRule, RulesInForce, RulesTrial } from '../contract.ts';

export const rulesQuery = queryOptions({
  queryKey: ['exchange', 'rules'],
  queryFn: ({ signal }) => api<RulesInForce>('/api/exchange/rules', { signal }),
  // A draft is being written on what was read.
  staleTime: Number.POSITIVE_INFINITY,
});

export const useTrial = () =>
  useMutation({
    mutationFn: (asked: { rules: RoutingRule[]; days: number }) =>
      api<RulesTrial>('/api/exchange/rules/trial', { method: 'POST', body: asked }),
  });

export function usePutInForce() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { from: number; words: string; rules: RoutingRule[] }) =>
      api<{ version: number }>('/api/exchange/rules', { method: 'POST', body: asked }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['exchange', 'rules'] }),
  });
}

/** Where a document would go if it were deposited now; nothing is kept. */
export const usePreview = () =>
  useMutation({
    mutationFn: (file: File) =>
      api<RoutingPreview>('/api/exchange/preview', { method: 'POST', bytes: file, contentType: file.type || 'application/xml' }),
  });
