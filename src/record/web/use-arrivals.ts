import { useState } from 'react';
import { api, useServerEvents } from '#ui';
import type { DocumentList, PatientEvent } from '../contract.ts';
import { documentsUrl } from './use-documents.ts';

export interface Arrivals {
  /** Documents stored since what is on screen was read: they wait for the reader's key. */
  arrived: number;
  /** Something on screen was hidden, withdrawn, shown or corrected since. */
  isStale: boolean;
  show: () => void;
}

/** What happens to the documents of the open record while its list is read. Nothing moves by itself: what is being read must not move. */
export function useArrivals(patientId: string, list: DocumentList | undefined, refetch: () => void): Arrivals {
  const [heard, setHeard] = useState<{ asOf: string | undefined; stored: readonly string[]; isStale: boolean }>({
    asOf: undefined,
    stored: [],
    isStale: false,
  });
  const asOf = list?.asOf;
  // What was heard before the list on screen was read is in it, or was never there.
  const own = heard.asOf === asOf ? heard : { asOf, stored: [], isStale: false };
  useServerEvents<PatientEvent>({
    url: `${documentsUrl(patientId)}/events`,
    onEvent: ({ kind, documentId }) => {
      const isStored = kind === 'report-stored' || kind === 'document-stored';
      if (isStored && list?.documents.some((known) => known.documentId === documentId)) return;
      setHeard(isStored ? { ...own, stored: [...new Set([...own.stored, documentId])] } : { ...own, isStale: true });
    },
    /* What happened while nobody listened was never announced: the list is asked, and what is on screen still does not move. */
    onReconnected: () =>
      void changesSince(patientId, list).then(
        (found) => setHeard({ ...own, ...found }),
        () => {},
      ),
  });
  return { arrived: own.stored.length, isStale: own.isStale, show: refetch };
}

async function changesSince(patientId: string, list: DocumentList | undefined): Promise<{ stored: string[]; isStale: boolean }> {
  const now = await api<DocumentList>(`${documentsUrl(patientId)}?period=${list?.from === null ? 'all' : 'recent'}`);
  const [before, after] = [list, now].map((one) => new Set(one?.documents.map(({ documentId }) => documentId)));
  const isGone = [...before!].some((documentId) => !after!.has(documentId));
  return { stored: [...after!].filter((documentId) => !before!.has(documentId)), isStale: isGone };
}
