import { Refusal, type Sql } from '#kernel';
import type { DocumentHead } from './document-contract.ts';
import { unpackOriginal } from './originals.ts';
import { findOriginal } from './store.ts';

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
