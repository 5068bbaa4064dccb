import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#ui';
import type { ExchangeState, Messages, ToMend, Trace } from '../contract.ts';

/** Each reading leaves a trace, so the list is asked again once a minute. */
const REFRESH_MS = 60_000;
const UNDER_WAY_MS = 5_000;
/** What was deposited a moment ago is not routed yet: it is asked for again, so many times. */
const MOST_ASKED = 4;
/** What nobody heard of for so long is not about to be heard of: the page stops asking. */
const SOON_MS = 3 * 60_000;

export const traceQuery = (id: string) =>
  queryOptions({
    queryKey: ['exchange', 'trace', id],
    queryFn: ({ signal }) => api<Trace>(`/api/exchange/trace?id=${encodeURIComponent(id)}`, { signal }),
    retry: false,
    // Each asking leaves a trace of reading: only as long as something is about to happen.
    refetchInterval: ({ state }) => {
      if (state.data) return isUnderWay(state.data, Date.now()) ? UNDER_WAY_MS : false;
      return state.errorUpdateCount > 0 && state.errorUpdateCount < MOST_ASKED ? UNDER_WAY_MS : false;
    },
  });

/** Not routed yet, recalled and not routed again, or a delivery of which something was heard a moment ago, or is tried in a moment. */
export function isUnderWay(
  {
    notedAt,
    isRecalled,
    recalledAt,
    routedAt,
    deliveries,
  }: Pick<Trace, 'notedAt' | 'isRecalled' | 'recalledAt' | 'routedAt' | 'deliveries'>,
  now: number,
): boolean {
  const isNear = (at: string) => Math.abs(now - Date.parse(at)) < SOON_MS;
  if (!routedAt && isNear(notedAt)) return true;
  // Out of the record, and the exchange has not heard of it yet; then the recalls are made.
  if (isRecalled && (!recalledAt || isNear(recalledAt))) return true;
  return deliveries.some(({ state, nextAt, steps }) => {
    if (state === 'waiting') return nextAt === undefined || isNear(nextAt);
    return (state === 'sent' || state === 'delivered') && isNear(steps.at(-1)?.at ?? notedAt);
  });
}

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
    mutationFn: (asked: { deliveryIds: string[]; isTrial?: boolean }) =>
      api<{ replayed: number; held: number; superseded: number; recalled: number }>('/api/exchange/replay', {
        method: 'POST',
        body: asked,
      }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['exchange'] }),
  });
}
