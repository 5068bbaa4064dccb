import { Refusal, type Sql } from '#kernel';
import type { DraftToKeep, LetterContent } from './contract.ts';

/** Drafts of letters: the only SQL of the schema `letters`. */

export interface DraftRow {
  patientId: string;
  draftId: string;
  author: string;
  structure: string;
  content: LetterContent;
  savedAt: Date;
  replaces: string | null;
  documentId: string | null;
}

const DRAFT = `patient_id as "patientId", draft_id as "draftId", author, structure, content::jsonb as content, saved_at as "savedAt", replaces,
  document_id as "documentId"`;

/** Everything that one author wrote of a patient in one structure, the latest first. */
export function draftsOf(sql: Sql, homes: readonly string[], author: string, structure: string): Promise<DraftRow[]> {
  return sql.query<DraftRow & Record<string, unknown>>(
    'letters-drafts',
    `select ${DRAFT} from letters.draft where patient_id = any($1::uuid[]) and author = $2 and structure = $3 order by saved_at desc limit 50`,
    [homes, author, structure],
  );
}

/** @returns undefined when this author has no such draft of these records */
export async function findDraft(sql: Sql, homes: readonly string[], draftId: string, author: string): Promise<DraftRow | undefined> {
  const [found] = await sql.query<DraftRow & Record<string, unknown>>(
    'letters-draft',
    `select ${DRAFT} from letters.draft where patient_id = any($1::uuid[]) and draft_id = $2 and author = $3`,
    [homes, draftId, author],
  );
  return found;
}

export interface DraftToWrite extends DraftToKeep {
  patientId: string;
  draftId: string;
  author: string;
  structure: string;
  now: Date;
}

/** Keeps what is typed. @throws Refusal `request.not-found` when the draft is another's, or is a letter already */
export async function writeDraft(tx: Sql, draft: DraftToWrite): Promise<void> {
  const rows = await tx.query(
    'letters-keep',
    `insert into letters.draft as d (patient_id, draft_id, author, structure, content, saved_at, replaces) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (patient_id, draft_id) do update set content = excluded.content, saved_at = excluded.saved_at
       where d.author = excluded.author and d.structure = excluded.structure and d.document_id is null
     returning 1`,
    [draft.patientId, draft.draftId, draft.author, draft.structure, JSON.stringify(draft.content), draft.now, draft.replaces ?? null],
  );
  if (rows.length === 0) throw new Refusal('request.not-found', 'you have no such draft', { at: 'params.draftId' });
}

/** Nothing is left of a draft that its author gives up. @throws Refusal `request.not-found` */
export async function dropDraft(tx: Sql, homes: readonly string[], draftId: string, author: string): Promise<void> {
  const rows = await tx.query(
    'letters-drop',
    'delete from letters.draft where patient_id = any($1::uuid[]) and draft_id = $2 and author = $3 and document_id is null returning 1',
    [homes, draftId, author],
  );
  if (rows.length === 0) throw new Refusal('request.not-found', 'you have no such draft', { at: 'params.draftId' });
}

/** The draft is a document now: it is written no more. */
export async function settleDraft(
  tx: Sql,
  { patientId, draftId }: Pick<DraftRow, 'patientId' | 'draftId'>,
  documentId: string,
): Promise<void> {
  await tx.query('letters-settle', 'update letters.draft set document_id = $3 where patient_id = $1 and draft_id = $2', [
    patientId,
    draftId,
    documentId,
  ]);
}
