import type { Sql } from '#kernel';
import type { Note, Target } from './contract.ts';

/** The tables of notes and targets. Rows are added, never changed. */

interface Kept<T> {
  patientId: string;
  by: string;
  fact: T;
}

type NoteRow = Omit<Note, 'at' | 'about' | 'words'> & { at: Date; about: string | null; words: string | null };

/** Oldest first. @param homes the records read as one */
export async function notesOf(sql: Sql, homes: readonly string[]): Promise<Note[]> {
  const rows = await sql.query<NoteRow & Record<string, unknown>>(
    'biology-notes-of',
    `select note_id as "noteId", document_id as "documentId", kind, about, words, by_id as "byId", by_name as "byName", at
     from biology.note where patient_id = any($1::uuid[]) order by at, note_id`,
    [homes],
  );
  return rows.map(({ about, words, at, ...note }) => ({
    ...note,
    at: at.toISOString(),
    ...(about !== null && { about }),
    ...(words !== null && { words }),
  }));
}

/** Having seen a report is noted once for each person: noting it again adds nothing. */
export async function addNote(tx: Sql, { patientId, by, fact }: Kept<Note>): Promise<void> {
  await tx.query(
    'biology-add-note',
    `insert into biology.note (patient_id, note_id, document_id, kind, about, words, by_id, by_name, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (patient_id, document_id, by_id) where kind = 'seen' do nothing`,
    [patientId, fact.noteId, fact.documentId, fact.kind, fact.about ?? null, fact.words ?? null, by, fact.byName, new Date(fact.at)],
  );
}

type TargetRow = Omit<Target, 'at' | 'unit' | 'low' | 'high'> & { at: Date; unit: string | null; low: number | null; high: number | null };

/** In force, one a row; lifted ones are left out. */
export async function targetsOf(sql: Sql, homes: readonly string[]): Promise<Target[]> {
  const rows = await sql.query<TargetRow & Record<string, unknown>>(
    'biology-targets-of',
    `select distinct on (row_key) row_key as "row", unit, low, high, by_name as "byName", at
     from biology.target where patient_id = any($1::uuid[]) order by row_key, at desc, target_id desc`,
    [homes],
  );
  return rows
    .filter(({ low, high }) => low !== null || high !== null)
    .map(({ row, unit, low, high, byName, at }) => ({
      row,
      byName,
      at: at.toISOString(),
      ...(unit !== null && { unit }),
      ...(low !== null && { low }),
      ...(high !== null && { high }),
    }));
}

export async function addTarget(tx: Sql, { patientId, by, fact }: Kept<Target>, targetId: string): Promise<void> {
  await tx.query(
    'biology-add-target',
    `insert into biology.target (patient_id, target_id, row_key, unit, low, high, by_id, by_name, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [patientId, targetId, fact.row, fact.unit ?? null, fact.low ?? null, fact.high ?? null, by, fact.byName, new Date(fact.at)],
  );
}
