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

/** Sends the bytes of a file as they are. @throws ApiError with the door's refusal */
export async function deposit(file: File): Promise<Receipt> {
  return api<Receipt>('/api/deposits', { method: 'POST', bytes: file, contentType: file.type || 'application/xml' });
}
