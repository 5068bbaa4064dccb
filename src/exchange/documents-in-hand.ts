import type { Sql } from '#kernel';
import { type DocumentItem, originalOf } from '#record';
import { type Content, contentOf } from './archive.ts';

/** What a document holds, read once for its routing and for each mail that carries it shortly after. */
export interface DocumentsInHand {
  /** @throws Refusal when the record has no such document, or it is not one document */
  contentOf(sql: Sql, homes: readonly string[], item: Pick<DocumentItem, 'documentId' | 'kind'>): Promise<Content>;
}

/** A document leaves for its few recipients within seconds: more than what is under way at once is only memory held. */
const MOST_DOCUMENTS = 64;
/** A scanned report of many pages is read again rather than held. */
const MOST_BYTES = 1024 * 1024;

/**
 * Originals never change, so what one holds may be kept: whether it is still in the record, and from whom it is hidden, is asked of the record
 * each time by who uses it.
 */
export function documentsInHand(most = MOST_DOCUMENTS): DocumentsInHand {
  const held = new Map<string, Content>();
  return {
    async contentOf(sql, homes, { documentId, kind }) {
      const known = held.get(documentId);
      if (known) return known;
      const { bytes, mediaType } = await originalOf(sql, homes, documentId, kind);
      const content = contentOf(bytes, mediaType);
      if (bytes.length <= MOST_BYTES) held.set(documentId, content);
      const oldest = held.size > most ? held.keys().next().value : undefined;
      if (oldest !== undefined) held.delete(oldest);
      return content;
    },
  };
}
