import { useQuery } from '@tanstack/react-query';
import { api } from '#ui';
import type { RecordContext } from '../context/contract.ts';

/** The time around the results, asked once it is looked at: results never wait for it. Kept in memory only. */
export function useRecordContext(patientId: string) {
  return useQuery({
    queryKey: ['context', patientId],
    queryFn: ({ signal }) => api<RecordContext>(`/api/patients/${encodeURIComponent(patientId)}/context`, { signal }),
  });
}
