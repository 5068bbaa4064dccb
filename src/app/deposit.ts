import { api } from '#ui';

/** What the door answers to a deposit. */
export interface Receipt {
  depositId: string;
  /** `stored`; `identity` or `processing` while it waits. */
  state: string;
  documentId: string | null;
  uniqueId: string | null;
  /** ISO 8601 instant. */
  receivedAt: string;
}

/** Sends the bytes of a document as they are. @throws ApiError with the door's refusal */
export function deposit(document: Blob): Promise<Receipt> {
  return api<Receipt>('/api/deposits', { method: 'POST', bytes: document, contentType: document.type || 'application/xml' });
}

/** Demo only: a report of today about the first story's patient, made by the server and deposited from here. @throws ApiError */
export async function depositFresh(): Promise<Receipt> {
  return deposit(await api<Blob>('/api/demo/fresh-report', { answer: 'bytes' }));
}

/** Demo only: the laboratory's system deposits such a report by itself. @throws ApiError */
export const letOneArrive = (): Promise<{ status: number; refusal?: string }> => api('/api/demo/fresh-report', { method: 'POST' });
