import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { VersionWorklist } from '../contract.ts';

/** Each reading leaves a trace, so the list is asked again once a minute, and after each decision. */
const REFRESH_MS = 60_000;

export const versionsQuery = queryOptions({
  queryKey: ['record', 'versions'],
  queryFn: ({ signal }) => api<VersionWorklist>('/api/worklists/versions', { signal }),
  refetchInterval: REFRESH_MS,
});

export function useKeepVersion() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ patientId, documentId, reason }: { patientId: string; documentId: string; reason: string }) =>
      api<void>(`/api/worklists/versions/${patientId}/${documentId}/keep`, { method: 'POST', body: { reason } }),
    onSettled: () => queries.invalidateQueries({ queryKey: versionsQuery.queryKey }),
  });
}
