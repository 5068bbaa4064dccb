import { personOf } from '#identity';
import type { Sql } from '#kernel';
import { documentById } from '#record';
import type { LineContent } from './contract.ts';
import type { LineRow } from './store-inbox.ts';

/**
 * Is what a line is about closed to those whom it was not addressed to, and who are told because nobody answered? It was protected when it came, or was
 * hidden, restricted or withdrawn since: whatever the day, they are told that a line waits, and nothing of what it says.
 */
export async function isKeptBack(
  sql: Sql,
  { patientId, documentId, content }: Pick<LineRow, 'patientId' | 'documentId' | 'content'>,
): Promise<boolean> {
  if ((JSON.parse(content) as LineContent).isProtected) return true;
  const { homes } = await personOf(sql, patientId);
  const item = await documentById(sql, homes, documentId);
  return !item || item.status === 'deleted' || item.confidentiality === 'V' || item.masks.length > 0;
}

/** What is told of such a line: neither its title, which names chapters, nor how many results. */
export function withoutWords({ sampledAt, laboratory }: LineContent): LineContent {
  return { title: '', sampledAt, laboratory, results: 0, outside: 0, values: [], isProtected: true };
}
