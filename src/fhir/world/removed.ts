import { type ItemReader, visibleItems } from '#access';
import type { Sql } from '#kernel';
import { itemToOpen } from '#record';

/**
 * Whether a document that is not shown was removed, and nothing else hides it from this reader: who might have read it before may know that it is gone.
 * What is hidden is answered as what never was.
 */
export async function isRemoved(sql: Sql, homes: readonly string[], reader: ItemReader, documentId: string): Promise<boolean> {
  const item = await itemToOpen(sql, homes, documentId, 'view');
  if (item?.status !== 'deleted') return false;
  return visibleItems(reader, [item], (one) => ({ ...one, status: 'current' })).length > 0;
}
