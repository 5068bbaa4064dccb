import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type {
  DocumentFiled,
  DocumentFiling,
  DocumentsFound,
  DocumentList,
  DocumentView,
  StatusChange,
  VisibilityChange,
} from '../contract.ts';

export const documentsUrl = (patientId: string) => `/api/patients/${encodeURIComponent(patientId)}/documents`;

export const documentPath = (patientId: string, documentId: string) => `${documentsUrl(patientId)}/${encodeURIComponent(documentId)}`;

export type Period = 'recent' | 'all';

export const documentsQuery = (patientId: string, period: Period) =>
  queryOptions({
    queryKey: ['documents', patientId, period],
    queryFn: ({ signal }) => api<DocumentList>(`${documentsUrl(patientId)}?period=${period}`, { signal }),
  });

/** Opening a document is a reading of its own, asked for and audited as such. */
export const documentQuery = (patientId: string, documentId: string) =>
  queryOptions({
    queryKey: ['document', patientId, documentId],
    queryFn: ({ signal }) => api<DocumentView>(documentPath(patientId, documentId), { signal }),
    retry: false,
  });

/** Each search of the text leaves a trace, so it is asked once, when the reader has finished typing. */
export const documentSearchQuery = (patientId: string, words: string) =>
  queryOptions({
    queryKey: ['documents-found', patientId, words],
    queryFn: ({ signal }) => api<DocumentsFound>(`${documentsUrl(patientId)}/search?${new URLSearchParams({ q: words })}`, { signal }),
    enabled: words.length >= 2,
    retry: false,
  });

export const useChangeVisibility = (patientId: string, documentId: string) =>
  useChange<VisibilityChange>(patientId, documentId, 'visibility');
export const useChangeStatus = (patientId: string, documentId: string) => useChange<StatusChange>(patientId, documentId, 'status');

function useChange<Change>(patientId: string, documentId: string, what: 'visibility' | 'status') {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => api<void>(`${documentPath(patientId, documentId)}/${what}`, { method: 'POST', body: change }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['documents', patientId] });
      await queries.invalidateQueries({ queryKey: ['document', patientId, documentId] });
    },
  });
}

export function useFileDocument(patientId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (filing: DocumentFiling) => api<DocumentFiled>(documentsUrl(patientId), { method: 'POST', body: filing }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['documents', patientId] }),
  });
}
