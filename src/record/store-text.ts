import type { Sql } from '#kernel';

/** The only SQL of the searchable text of documents. French words by their stem (PostgreSQL's `french`), with accents and without. */

/** Notes that these documents have to be made searchable. Again: nothing. */
export async function queueTexts(tx: Sql, documents: readonly { patientId: string; documentId: string }[]): Promise<void> {
  if (documents.length === 0) return;
  await tx.query(
    'text-queue',
    `insert into record.index_queue (patient_id, document_id) select * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing`,
    [documents.map(({ patientId }) => patientId), documents.map(({ documentId }) => documentId)],
  );
}

/** Notes that the file of a document, whose other words are searchable, has still to be read when nothing else waits. */
export async function queueBehind(tx: Sql, { patientId, documentId }: { patientId: string; documentId: string }): Promise<void> {
  await tx.query(
    'text-queue-behind',
    'insert into record.index_queue (patient_id, document_id, is_behind) values ($1, $2, true) on conflict do nothing',
    [patientId, documentId],
  );
}

/** Takes some documents to make searchable, the oldest first; they are back when the transaction does not commit. */
export function takeTexts(
  tx: Sql,
  { isBehind, limit }: { isBehind: boolean; limit: number },
): Promise<{ patientId: string; documentId: string }[]> {
  return tx.query(
    'text-take',
    `delete from record.index_queue where (patient_id, document_id) in
       (select patient_id, document_id from record.index_queue where is_behind = $2 order by queued_at limit $1 for update skip locked)
     returning patient_id as "patientId", document_id as "documentId"`,
    [limit, isBehind],
  );
}

/** Keeps the words of a document; `folded`: the same without accents. A document withdrawn meanwhile keeps none. */
export async function writeText(
  tx: Sql,
  { patientId, documentId, text, folded }: { patientId: string; documentId: string; text: string; folded: string },
): Promise<void> {
  await tx.query(
    'text-write',
    `insert into record.document_text (patient_id, document_id, text, words)
     select $1, $2, $3, to_tsvector('french', $3) || to_tsvector('french', $4)
     where exists (select from record.document where patient_id = $1 and document_id = $2)
     on conflict (patient_id, document_id) do update set text = excluded.text, words = excluded.words`,
    [patientId, documentId, text, folded],
  );
}

/** Marks put around the words found in an excerpt: no document holds these private-use characters. */
export const FOUND_START = '\uE000';
export const FOUND_END = '\uE001';
const EXCERPT = `MaxFragments=1, MaxWords=20, MinWords=8, ShortWord=2, StartSel=${FOUND_START}, StopSel=${FOUND_END}`;
const MOST_FOUND = 100;

/** Documents among these whose text holds all the words, the most telling first. `folded`: the words without accents. */
export function searchTexts(
  sql: Sql,
  homes: readonly string[],
  documentIds: readonly string[],
  words: { asked: string; folded: string },
): Promise<{ documentId: string; excerpt: string }[]> {
  return sql.query(
    'text-search',
    `with asked as (select websearch_to_tsquery('french', $3) || websearch_to_tsquery('french', $4) as query),
     found as (
       select document_id, text, ts_rank(words, query) as rank, query from record.document_text, asked
       where patient_id = any($1::uuid[]) and document_id = any($2::uuid[]) and words @@ query
       order by rank desc, document_id desc limit ${MOST_FOUND})
     select document_id as "documentId", ts_headline('french', text, query, $5) as excerpt from found order by rank desc, document_id desc`,
    [homes, documentIds, words.asked, words.folded, EXCERPT],
  );
}
