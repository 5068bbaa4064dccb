/** What `/api/exchange` answers. Shared with the browser; types only. */

export type DeliveryState = 'waiting' | 'sent' | 'delivered' | 'read' | 'held' | 'dead' | 'cancelled';

/** Something tried or heard. */
export interface TraceStep {
  at: string;
  step: string;
  /** `cigogne`, the address that a notification speaks for, or the principal id of who replayed. */
  actor: string;
  detail?: string;
  tookMs?: number;
}

export interface TracedDelivery {
  deliveryId: string;
  action: 'send' | 'recall';
  role: 'prescriber' | 'copy';
  recipient: string;
  recipientName: string;
  address?: string;
  rule: string;
  state: DeliveryState;
  reason?: string;
  /** What a person does about it, in English; screens take their words by `reason`. */
  remedy?: string;
  tries: number;
  /** When it is tried again. */
  nextAt?: string;
  /** What was sent, kept byte for byte: last mail first. */
  messages: { messageId: string; address: string; sha256: string; sizeBytes: number; preparedAt: string }[];
  steps: TraceStep[];
}

/** One document, from the record to the receipt of each reader. */
export interface Trace {
  documentId: string;
  uniqueId?: string;
  structure?: { finess: string; name: string };
  /** For the laboratory that issued it; an operator sees no patient. */
  patient?: { name: string; birthDate: string; sex: string };
  /** When the record told of it, and when the rules were applied. */
  notedAt: string;
  routedAt?: string;
  /** Why it could not be routed the last time: the code of a refusal. */
  fault?: string;
  rules: { rule: string; words: string }[];
  deliveries: TracedDelivery[];
}

/** One line of what a person has to mend. */
export interface ToMend {
  deliveryId: string;
  uniqueId: string;
  structure: string;
  recipientName: string;
  address?: string;
  state: 'held' | 'dead';
  reason: string;
  remedy: string;
  createdAt: string;
}
