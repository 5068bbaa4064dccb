import { Refusal, type Sql } from '#kernel';
import type { DocumentHead } from './document-contract.ts';
import { unpackOriginal } from './originals.ts';
import { documentTexts, findOriginal } from './store.ts';

/** An original as the laboratory sent it. */
export interface Original {
  bytes: Buffer;
  mediaType: string;
  pdf: Buffer | undefined;
}

/**
 * @param kind refuses the documents of any other kind: each kind has its own right
 * @throws Refusal `request.not-found` when the person has no such document
 */
export async function originalOf(sql: Sql, homes: readonly string[], documentId: string, kind: DocumentHead['kind']): Promise<Original> {
  const found = await findOriginal(sql, homes, documentId);
  if (found?.kind !== kind) throw new Refusal('request.not-found', 'this patient has no such document');
  return { bytes: unpackOriginal(found), mediaType: found.mediaType, pdf: found.pdf ?? undefined };
}

/**
 * The texts of the documents of a person that are XML, without the file that one may enclose: what their coded entries are read in. The caller has
 * passed the door of the record, and shows nothing of those that its reader may not see.
 * @param except those that are not asked for again
 */
export async function textsOfDocuments(sql: Sql, homes: readonly string[], except: readonly string[]): Promise<Map<string, Buffer>> {
  const found = await documentTexts(sql, homes, except);
  return new Map(found.map(({ documentId, zstd }) => [documentId, unpackOriginal({ zstd })]));
}
