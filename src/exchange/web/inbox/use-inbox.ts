import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, useServerEvents } from '#ui';
import type { Inbox, Unacknowledged } from '../../inbox/contract.ts';

/** What must not wait is told at once; beside that the list asks again by itself. */
const REFRESH_MS = 15_000;

export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: ({ signal }) => api<Inbox>('/api/inbox', { signal }),
  refetchInterval: REFRESH_MS,
});

export const unacknowledgedQuery = queryOptions({
  queryKey: ['inbox', 'unacknowledged'],
  queryFn: ({ signal }) => api<Unacknowledged[]>('/api/inbox/unacknowledged', { signal }),
  refetchInterval: REFRESH_MS,
});

/** Asks for the lists again as soon as the server tells that something that must not wait came. */
export function useInboxNews(page: 'inbox' | 'unacknowledged'): void {
  const queries = useQueryClient();
  const ask = () => void queries.invalidateQueries({ queryKey: ['inbox'] });
  useServerEvents({ url: page === 'inbox' ? '/api/inbox/events' : '/api/inbox/unacknowledged/events', onEvent: ask, onReconnected: ask });
}

/** Everything one does in the inbox; the list is asked again after. */
export type InboxAct =
  | { act: 'seen' | 'call-back' | 'reopen'; lineId: string; words?: string }
  | { act: 'delegate'; lineId: string; to: string }
  | { act: 'together'; lineIds: string[] }
  | { act: 'absence'; coveredBy: string; fromDay: string; toDay: string }
  | { act: 'end-absence'; absenceId: string }
  | { act: 'expect'; patientId: string; words: string; prescribedOn: string; dueOn: string }
  | { act: 'end-expected'; expectedId: string }
  | { act: 'call'; lineId: string; to: string; calledAt: string; isReadBack: boolean };

function send(asked: InboxAct): Promise<void> {
  const post = (path: string, body: object) => api<void>(`/api/inbox/${path}`, { method: 'POST', body });
  switch (asked.act) {
    case 'together':
      return post('seen', { lineIds: asked.lineIds });
    case 'absence':
      return post('absences', { coveredBy: asked.coveredBy, fromDay: asked.fromDay, toDay: asked.toDay });
    case 'end-absence':
      return api(`/api/inbox/absences/${asked.absenceId}`, { method: 'DELETE' });
    case 'expect': {
      const { act: _, ...body } = asked;
      return post('expected', body);
    }
    case 'end-expected':
      return api(`/api/inbox/expected/${asked.expectedId}`, { method: 'DELETE' });
    case 'call': {
      const { lineId, to, calledAt, isReadBack } = asked;
      return post(`lines/${lineId}/calls`, { to, calledAt, isReadBack });
    }
    default: {
      const { lineId, ...body } = asked;
      return post(`lines/${lineId}`, body);
    }
  }
}

export function useInboxAct() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => queries.invalidateQueries({ queryKey: ['inbox'] }) });
}
