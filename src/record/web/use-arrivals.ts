import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, useServerEvents } from '#ui';
import type { DocumentList, PatientEvent } from '../contract.ts';
import { documentsUrl } from './use-documents.ts';

export interface Arrivals {
  /** Documents stored since what is on screen was read: they wait for the reader's key. */
  arrived: number;
  /** Something was hidden, shown or corrected since, that is not on screen. */
  isStale: boolean;
  /** ISO 8601: when the list was last read again because something left it. */
  changedAt?: string | undefined;
  show: () => void;
}

interface Heard {
  asOf: string | undefined;
  stored: readonly string[];
  isStale: boolean;
}

/**
 * What happens to the documents of the open record while its list is read. Nothing moves by itself, since what is being read must not move: but for
 * what was hidden or withdrawn while it was on screen, which leaves it at once, and for a reader who may see none of it any more.
 */
export function useArrivals(
  patientId: string,
  list: DocumentList | undefined,
  refetch: () => Promise<{ data?: DocumentList | undefined }>,
): Arrivals {
  const queries = useQueryClient();
  const [heard, setHeard] = useState<Heard>({ asOf: undefined, stored: [], isStale: false });
  const [changedAt, setChangedAt] = useState<string>();
  const asOf = list?.asOf;
  // What was heard before the list on screen was read is in it, or was never there.
  const own = heard.asOf === asOf ? heard : { asOf, stored: [], isStale: false };
  const readAgain = async () => {
    await queries.invalidateQueries({ queryKey: ['document', patientId] });
    const { data } = await refetch();
    if (hasLost(list, data)) setChangedAt(new Date().toISOString());
  };
  const catchUp = async () => {
    const now = await listNow(patientId, list);
    const known = new Set(list?.documents.map(({ documentId }) => documentId));
    const stored = now.documents.map(({ documentId }) => documentId).filter((documentId) => !known.has(documentId));
    if (hasLost(list, now)) await readAgain();
    else setHeard({ ...own, stored });
  };
  useServerEvents<PatientEvent>({
    url: `${documentsUrl(patientId)}/events`,
    onEvent: ({ kind, documentId }) => {
      const isStored = kind === 'report-stored' || kind === 'document-stored';
      const isListed = list?.documents.some((known) => known.documentId === documentId) === true;
      if (isStored && !isListed) setHeard({ ...own, stored: [...new Set([...own.stored, documentId])] });
      else if (!isStored && isListed) void readAgain();
      else if (!isStored) setHeard({ ...own, isStale: true });
    },
    /* What happened while nobody listened was never announced: the list is asked. */
    onReconnected: () => void catchUp().catch(() => {}),
    onRefused: () => void refetch(),
  });
  return { arrived: own.stored.length, isStale: own.isStale, changedAt, show: () => void refetch() };
}

function hasLost(list: DocumentList | undefined, now: DocumentList | undefined): boolean {
  const there = new Set(now?.documents.map(({ documentId }) => documentId));
  return now !== undefined && list?.documents.some(({ documentId }) => !there.has(documentId)) === true;
}

const listNow = (patientId: string, list: DocumentList | undefined) =>
  api<DocumentList>(`${documentsUrl(patientId)}?period=${list?.from === null ? 'all' : 'recent'}`);
