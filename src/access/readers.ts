import type { Sql } from '#kernel';
import type { Role } from './contract.ts';

/** Readings of one document, and readings of all that a record shows of biology. */
const OF_ONE = [
  'report.read',
  'report.original',
  'report.pdf',
  'result.tell',
  'follow-up.note',
  'document.read',
  'document.original',
  'document.pdf',
];
const OF_ALL = ['biology.read', 'biology.export', 'record.software'];

export interface DocumentReader {
  /** Principal id: `rpps:8…`. */
  id: string;
  name: string;
  role: Role;
  /** When they first read it. */
  at: Date;
}

/** Did the patient themself read a document in a period: opened it, or the results of the record while it was in it? Read as `readersOf` is. */
export async function patientReadSince(
  sql: Sql,
  { homes, documentId, since, until }: { homes: readonly string[]; documentId: string; since: Date; until: Date },
): Promise<boolean> {
  const rows = await sql.query(
    'access-patient-read',
    `select 1 from access.audit_event where chain = any($1::uuid[]) and allowed and at >= $3 and at <= $4 and role = 'patient'
       and (action = any($6::text[]) or (object = $2 and action = any($5::text[]))) limit 1`,
    [homes, documentId, since, until, OF_ONE, OF_ALL],
  );
  return rows.length > 0;
}

/**
 * Who read a document, by name, from the trail: those who opened it, and those who opened the results of the record while it was in it. Patients
 * and systems are left out. Call it behind the door, or for a work of the system that shows it to nobody else.
 * @param homes the records read as one
 */
export function readersOf(
  sql: Sql,
  { homes, documentId, since, until }: { homes: readonly string[]; documentId: string; since: Date; until: Date },
): Promise<DocumentReader[]> {
  return sql.query<DocumentReader & Record<string, unknown>>(
    'access-readers-of',
    `select actor as id, actor_name as name, role, at from (
       select distinct on (actor) actor, actor_name, role, at from access.audit_event
       where chain = any($1::uuid[]) and allowed and at >= $3 and at <= $4 and role not in ('patient', 'laboratory-system')
         and (action = any($6::text[]) or (object = $2 and action = any($5::text[])))
       order by actor, at) readers order by at`,
    [homes, documentId, since, until, OF_ONE, OF_ALL],
  );
}
