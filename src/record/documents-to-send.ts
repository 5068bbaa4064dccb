import type { Sql } from '#kernel';
import type { DocumentHead, Mask } from './document-contract.ts';
import { documentById } from './registry.ts';

/** What whoever sends a document has to know of it. */
export interface DocumentToSend {
  documentId: string;
  kind: DocumentHead['kind'];
  /** From whom it is hidden now. */
  masks: Mask[];
}

/**
 * Documents as they stand now, of many people at once. One that its person does not have any more is not in what this returns. Nearly all were never hidden and have
 * no copy that came by another way: they are looked up by their keys; the others stand as all that was done to them says.
 * @param asked with the records read as one with theirs (`homesOf` of identity)
 */
export async function documentsToSend(
  sql: Sql,
  asked: readonly { documentId: string; homes: readonly string[] }[],
): Promise<Map<string, DocumentToSend>> {
  const pairs = asked.flatMap(({ documentId, homes }) => homes.map((home) => [documentId, home] as const));
  // Among those of their people, few: the index by structure, which has all that it ever filed, is kept out of it.
  const rows = await sql.query<{ documentId: string; kind: DocumentHead['kind']; isAsFiled: boolean }>(
    'registry-to-send',
    `with asked as (select document_id, array_agg(home) as homes from unnest($1::uuid[], $2::uuid[]) as a (document_id, home) group by 1)
     select d.document_id as "documentId", d.kind,
       not exists (select from record.document_event e where e.patient_id = any(a.homes))
       and not exists (select from record.document o where o.patient_id = any(a.homes) and o.document_id <> d.document_id and o.structure || '' = d.structure
         and o.content_key = d.content_key and o.source is distinct from d.source) as "isAsFiled"
     from asked a join record.document d on d.patient_id = any(a.homes) and d.document_id = a.document_id`,
    [pairs.map(([documentId]) => documentId), pairs.map(([, home]) => home)],
  );
  const homesOf = new Map(asked.map(({ documentId, homes }) => [documentId, homes]));
  const found = await Promise.all(
    rows.map(async ({ documentId, kind, isAsFiled }): Promise<DocumentToSend | undefined> => {
      if (isAsFiled) return { documentId, kind, masks: [] };
      const item = await documentById(sql, homesOf.get(documentId)!, documentId);
      return item && { documentId, kind, masks: item.masks.map(({ mask }) => mask) };
    }),
  );
  return new Map(found.flatMap((one) => (one ? [[one.documentId, one] as const] : [])));
}
