import type { ValueChange } from '#exchange/contract';
import type { LgcDocument } from './store.ts';
import { tableOf } from './table.ts';

/** The values of one document of a patient, each with how much it changed since the one before: by its printed label and text. Pure. */
export function changesIn(
  documents: readonly LgcDocument[],
  document: LgcDocument,
): (label: string, text: string) => ValueChange | undefined {
  const others = documents.filter(({ documentId }) => documentId !== document.documentId);
  const values = tableOf([document, ...others]).flatMap((row) => row.values.filter(({ documentId }) => documentId === document.documentId));
  const changes = new Map(values.flatMap(({ name, text, change }) => (change ? [[`${name}\n${text}`, change] as const] : [])));
  return (label, text) => changes.get(`${label}\n${text}`);
}
