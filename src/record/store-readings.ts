import type { Sql } from '#kernel';

/**
 * The results of a laboratory's documents in the order they were stored, and what newer rules make of them. No audit event here: only
 * counts leave the jobs that read this way; whatever shows a result of a person passes the door.
 */

/** The results of one document as screens get them now. */
export interface DocumentResults {
  patientId: string;
  documentId: string;
  /** JSON text of StoredResult[]. */
  results: string;
}

/**
 * Documents that hold no results are among them, so that who goes on from the last never goes through these again.
 * @param from.after the document where the last batch stopped; undefined starts at the oldest
 * @param from.before a document identifier: those stored from its moment on are left for later
 */
export function resultsOfStructure(
  sql: Sql,
  structure: string,
  from: { after: string | undefined; before: string; limit: number },
): Promise<DocumentResults[]> {
  return sql.query<DocumentResults & Record<string, unknown>>(
    'record-results-of-structure',
    `select d.patient_id as "patientId", d.document_id as "documentId", coalesce(later.results, d.results) as results
     from record.document d left join lateral (
       select r.results from record.renormalised r
       where r.patient_id = d.patient_id and r.document_id = d.document_id order by r.made_at desc limit 1) later on true
     where d.structure = $1 and d.document_id > $2 and d.document_id < $3
     order by d.document_id limit $4`,
    [structure, from.after ?? '00000000-0000-0000-0000-000000000000', from.before, from.limit],
  );
}

/** Adds what newer rules made of these documents; the reading before stays. A document withdrawn meanwhile is left alone. */
export async function addReadings(tx: Sql, readings: readonly DocumentResults[], made: { at: Date; rules: string }): Promise<void> {
  if (readings.length === 0) return;
  await tx.query(
    'record-add-readings',
    `insert into record.renormalised (patient_id, document_id, made_at, rules, results)
     select d.patient_id, d.document_id, $4, $5, t.results from unnest($1::uuid[], $2::uuid[], $3::text[]) as t (patient_id, document_id, results)
     join record.document d on d.patient_id = t.patient_id and d.document_id = t.document_id for share of d`,
    [
      readings.map(({ patientId }) => patientId),
      readings.map(({ documentId }) => documentId),
      readings.map(({ results }) => results),
      made.at,
      made.rules,
    ],
  );
}

/** Structures that have documents: one step of the index each, however many documents there are. */
export async function producers(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ structure: string }>(
    'record-producers',
    `with recursive each as (
       (select structure from record.document order by structure limit 1)
       union all
       select (select d.structure from record.document d where d.structure > each.structure order by d.structure limit 1)
       from each where each.structure is not null)
     select structure from each where structure is not null`,
  );
  return rows.map(({ structure }) => structure);
}

/** All that was ever made of the results of one document, oldest first: at its arrival, then each time that newer rules changed something. */
export function readingsOf(sql: Sql, homes: readonly string[], documentId: string): Promise<{ at: Date; results: string }[]> {
  return sql.query<{ at: Date; results: string }>(
    'record-readings-of',
    `select received_at as at, results from record.document where patient_id = any($1::uuid[]) and document_id = $2
     union all select made_at, results from record.renormalised where patient_id = any($1::uuid[]) and document_id = $2
     order by at`,
    [homes, documentId],
  );
}
