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

/** Notes that the files of these documents, whose other words are searchable, have still to be read when nothing else waits. */
export async function queueBehind(tx: Sql, documents: readonly { patientId: string; documentId: string }[]): Promise<void> {
  if (documents.length === 0) return;
  await tx.query(
    'text-queue-behind',
    `insert into record.index_queue (patient_id, document_id, is_behind) select patient_id, document_id, true from unnest($1::uuid[], $2::uuid[])
       as d (patient_id, document_id) on conflict do nothing`,
    [documents.map(({ patientId }) => patientId), documents.map(({ documentId }) => documentId)],
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

/** Keeps the words of documents; `folded`: without accents, the lines that have some. One withdrawn meanwhile keeps none. */
export async function writeTexts(
  tx: Sql,
  texts: readonly { patientId: string; documentId: string; text: string; folded: string; conclusion: string | undefined }[],
): Promise<void> {
  if (texts.length === 0) return;
  await tx.query(
    'text-write',
    `insert into record.document_text (patient_id, document_id, text, words, conclusion)
     select patient_id, document_id, t.text, to_tsvector('french', t.text) || to_tsvector('french', t.folded), t.conclusion
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as t (patient_id, document_id, text, folded, conclusion)
     where exists (select from record.document d where d.patient_id = t.patient_id and d.document_id = t.document_id)
     on conflict (patient_id, document_id) do update set text = excluded.text, words = excluded.words,
       conclusion = excluded.conclusion`,
    [
      texts.map(({ patientId }) => patientId),
      texts.map(({ documentId }) => documentId),
      texts.map(({ text }) => text),
      texts.map(({ folded }) => folded),
      texts.map(({ conclusion }) => conclusion ?? null),
    ],
  );
}

/** What these documents conclude, of those that do, by documentId. Give only ids of documents open to the reader whole. */
export async function conclusionsAmong(
  sql: Sql,
  homes: readonly string[],
  documentIds: readonly string[],
): Promise<{ [documentId: string]: string }> {
  const rows = await sql.query<{ documentId: string; conclusion: string }>(
    'text-conclusions',
    `select document_id as "documentId", conclusion from record.document_text
     where patient_id = any($1::uuid[]) and document_id = any($2::uuid[]) and conclusion is not null`,
    [homes, documentIds],
  );
  return Object.fromEntries(rows.map(({ documentId, conclusion }) => [documentId, conclusion]));
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

/** The same without excerpts nor order: all of them. */
export async function textsHolding(
  sql: Sql,
  homes: readonly string[],
  documentIds: readonly string[],
  words: { asked: string; folded: string },
): Promise<string[]> {
  const rows = await sql.query<{ documentId: string }>(
    'text-holding',
    `select document_id as "documentId" from record.document_text
     where patient_id = any($1::uuid[]) and document_id = any($2::uuid[])
       and words @@ (websearch_to_tsquery('french', $3) || websearch_to_tsquery('french', $4))`,
    [homes, documentIds, words.asked, words.folded],
  );
  return rows.map(({ documentId }) => documentId);
}
