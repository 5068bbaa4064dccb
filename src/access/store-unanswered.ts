import type { Sql } from '#kernel';

/** Something asked of a record behind the door: as its event says it. */
export interface Asked {
  patientId: string;
  at: Date;
  actor: string;
  object: string;
}

/** Writes that what was asked could not be answered: there is no such thing, or not in that form. The event of the asking is there already. */
export async function noteUnanswered(sql: Sql, asked: readonly Asked[]): Promise<void> {
  if (asked.length === 0) return;
  await sql.query(
    'access-note-unanswered',
    `insert into access.unanswered (patient_id, at, actor, object)
     select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) on conflict do nothing`,
    [
      asked.map(({ patientId }) => patientId),
      asked.map(({ at }) => at),
      asked.map(({ actor }) => actor),
      asked.map(({ object }) => object),
    ],
  );
}

/** What could not be answered of a record between two instants, both included: `keyOfAsked` of each. */
export async function unansweredBetween(sql: Sql, patientId: string, from: Date, until: Date): Promise<Set<string>> {
  const rows = await sql.query<Asked & Record<string, unknown>>(
    'access-unanswered-between',
    `select patient_id as "patientId", at, actor, object from access.unanswered where patient_id = $1 and at between $2 and $3`,
    [patientId, from, until],
  );
  return new Set(rows.map(keyOfAsked));
}

export const keyOfAsked = ({ at, actor, object }: { at: Date; actor: string; object: string | null }): string =>
  JSON.stringify([at.getTime(), actor, object]);
