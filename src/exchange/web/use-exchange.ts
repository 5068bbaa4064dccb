import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { ExchangeState, Messages, ToMend, Trace } from '../contract.ts';

/** Each reading leaves a trace, so the list is asked again once a minute. */
const REFRESH_MS = 60_000;
const RECALL_MS = 5_000;

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['exchange', 'trace', id],
    queryFn: ({ signal }) => api<Trace>(`/api/exchange/trace?id=${encodeURIComponent(id)}`, { signal }),
    retry: false,
    // What was recalled is on its way: its page tells how far.
    refetchInterval: ({ state }) => (state.data?.isRecalled ? RECALL_MS : false),
  });

export const toMendQuery = queryOptions({
  queryKey: ['exchange', 'to-mend'],
  queryFn: ({ signal }) => api<ToMend[]>('/api/exchange/to-mend', { signal }),
  refetchInterval: REFRESH_MS,
});

/** Empty: whatever it is. Days as `2026-11-22`. */
export interface MessagesAsked {
  sender: string;
  state: string;
  from: string;
  to: string;
}

export const messagesQuery = (asked: MessagesAsked) =>
  queryOptions({
    queryKey: ['exchange', 'messages', asked],
    queryFn: ({ signal }) => {
      const given = Object.entries(asked).filter(([, value]) => value !== '');
      return api<Messages>(`/api/exchange/messages?${new URLSearchParams(given)}`, { signal });
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });

export const stateQuery = queryOptions({
  queryKey: ['exchange', 'state'],
  queryFn: ({ signal }) => api<ExchangeState>('/api/exchange/state', { signal }),
  refetchInterval: REFRESH_MS,
});

export function useRecall() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { documentId: string; reason: string }) => api('/api/exchange/recalls', { method: 'POST', body: asked }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exchange'] }),
  });
}

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deliveryIds: string[]) =>
      api<{ replayed: number; held: number; superseded: number; recalled: number }>('/api/exchange/replay', {
        method: 'POST',
        body: { deliveryIds },
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exchange'] }),
  });
}
