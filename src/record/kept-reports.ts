import type { Sql } from '#kernel';
import { LATER_READINGS, REPORT_COLUMNS, type StoredDocument } from './store.ts';

/** Characters of the texts kept, in all: some three hundred patients of ten reports. */
const MOST_CHARACTERS = 32_000_000;

/** The reports of a person as they were last read, by the very rows that they were read from. */
interface Kept {
  byRow: ReadonlyMap<string, StoredDocument>;
  list: readonly StoredDocument[];
  characters: number;
}

/** By the records read as one, the last read last. */
const kept = new Map<string, Kept>();
let characters = 0;

type Row = { row: string; isChosen: boolean } & (StoredDocument | { documentId: null });

/**
 * Which row of which table a text comes from: PostgreSQL writes a row that changes at another place (`ctid`) or by another transaction (`xmin`), so
 * the same name is the same text. What newer rules made of the results is another row.
 */
const ROW = `current_database() || d.document_id || d.xmin || d.ctid || coalesce(later.place, '')`;

/** A report whose row is among $2 is kept here already: that it is there, and may be read, is asked; its texts are not. */
const REPORTS = (results: string) => `select ${ROW} as "row", text.*,
    exists (select from record.version_choice c where c.patient_id = d.patient_id and c.document_id = d.document_id) as "isChosen"
  from record.document d left join (${LATER_READINGS}) later using (document_id)
  left join lateral (select ${REPORT_COLUMNS}, ${results} as results, later.place is not null as "isReread"
    where ${ROW} <> all ($2::text[])) text on true
  where d.patient_id = any($1::uuid[]) and d.kind = 'laboratory-report'
  order by d.sampled_at desc, d.document_id desc`;

const ALL_RESULTS = 'coalesce(later.results, d.results)';
const SENSITIVE_RESULTS = `case when later.place is null and starts_with(d.rights, $3) and d.rights like '%"families":{}%' then '[]' else ${ALL_RESULTS} end`;

/**
 * All laboratory reports of a person, latest sampling first. Texts of reports never change, so they are fetched once: the database says at each
 * reading which reports there are, under the rights of this very transaction, and sends the texts of those alone that are not kept here. The same
 * reports are the same array of the same objects, never changed: what is computed of them can be kept with them.
 * @param homes the records read as one (`personOf` of identity)
 */
export async function reportsOf(sql: Sql, homes: readonly string[]): Promise<readonly StoredDocument[]> {
  const key = homes.join();
  const known = kept.get(key);
  const rows = await sql.query<Row>('record-of-patient', REPORTS(ALL_RESULTS), [homes, known ? [...known.byRow.keys()] : []]);
  const byRow = new Map(rows.map((row) => [row.row, documentOf(row, known)]));
  const list = [...byRow.values()];
  if (known && list.length === known.list.length && list.every((document, n) => document === known.list[n])) {
    // The last read is the last forgotten.
    if (kept.get(key) === known) {
      kept.delete(key);
      kept.set(key, known);
    }
    return known.list;
  }
  keep(key, { byRow, list, characters: list.reduce((sum, { head, results }) => sum + head.length + results.length, 0) });
  return list;
}

/**
 * The same, for who asks only which of them a reader may see: the results of a report without any sensitive one, by the table of families of now,
 * may be left out (`[]`). `rightsBeginWith`: how the kept rights begin when they were made by that table.
 */
export async function reportsToJudge(sql: Sql, homes: readonly string[], rightsBeginWith: string): Promise<readonly StoredDocument[]> {
  const known = kept.get(homes.join());
  const values = [homes, known ? [...known.byRow.keys()] : [], rightsBeginWith];
  const rows = await sql.query<Row>('record-to-judge', REPORTS(SENSITIVE_RESULTS), values);
  return rows.map((row) => documentOf(row, known));
}

/** The same of the reports among these documents of these patients, of whichever of them each is. */
export function reportsToJudgeAmong(
  sql: Sql,
  patientIds: readonly string[],
  documentIds: readonly string[],
  rightsBeginWith: string,
): Promise<(StoredDocument & { patientId: string })[]> {
  return sql.query(
    'record-to-judge-among',
    `select d.patient_id as "patientId", ${REPORT_COLUMNS}, ${SENSITIVE_RESULTS} as results, later.place is not null as "isReread"
     from record.document d left join (${LATER_READINGS}) later using (document_id)
     where d.patient_id = any($1::uuid[]) and d.document_id = any($2::uuid[]) and d.kind = 'laboratory-report'`,
    [patientIds, documentIds, rightsBeginWith],
  );
}

function documentOf({ row, isChosen, ...text }: Row, known: Kept | undefined): StoredDocument {
  const document: StoredDocument = text.documentId === null ? known!.byRow.get(row)! : text;
  return document.isChosen === isChosen ? document : { ...document, isChosen };
}

function keep(key: string, one: Kept): void {
  characters += one.characters - (kept.get(key)?.characters ?? 0);
  kept.delete(key);
  kept.set(key, one);
  for (const [oldest, { characters: own }] of kept) {
    if (characters <= MOST_CHARACTERS) break;
    kept.delete(oldest);
    characters -= own;
  }
}
