import type { Sql } from '#kernel';
import { type DocumentItem, originalOf } from '#record';
import { type Content, contentOf } from './archive.ts';

/** A document as it was deposited. */
export interface Original {
  bytes: Buffer;
  mediaType: string;
}

type Asked = Pick<DocumentItem, 'documentId' | 'kind'>;

/** Originals, fetched once for their routing and for each message that carries them shortly after. */
export interface DocumentsInHand {
  /** @throws Refusal when the record has no such document */
  originalOf(sql: Sql, homes: readonly string[], item: Asked): Promise<Original>;
  /** What it holds, read once. @throws Refusal when the record has no such document, or it is not one document */
  contentOf(sql: Sql, homes: readonly string[], item: Asked): Promise<Content>;
}

/** A document leaves for its few recipients within seconds: more than what is under way at once is only memory held. */
const MOST_DOCUMENTS = 64;
/** A scanned report of many pages is fetched again rather than held. */
const MOST_BYTES = 1024 * 1024;

interface Held {
  original: Original;
  content?: Content;
}

/**
 * Originals never change, so one may be kept: whether it is still in the record, and from whom it is hidden, is asked of the record
 * each time by who uses it.
 */
export function documentsInHand(most = MOST_DOCUMENTS): DocumentsInHand {
  const held = new Map<string, Held>();
  const take = async (sql: Sql, homes: readonly string[], { documentId, kind }: Asked): Promise<Held> => {
    const known = held.get(documentId);
    if (known) return known;
    const { bytes, mediaType } = await originalOf(sql, homes, documentId, kind);
    const taken = { original: { bytes, mediaType } };
    if (bytes.length <= MOST_BYTES) held.set(documentId, taken);
    const oldest = held.size > most ? held.keys().next().value : undefined;
    if (oldest !== undefined) held.delete(oldest);
    return taken;
  };
  return {
    async originalOf(...asked) {
      const { original } = await take(...asked);
      return original;
    },
    async contentOf(...asked) {
      const one = await take(...asked);
      one.content ??= contentOf(one.original.bytes, one.original.mediaType);
      return one.content;
    },
  };
}
