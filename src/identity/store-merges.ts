import { askedAsOne, type Sql } from '#kernel';

/** Locks records until the end of the transaction, always in the same order. */
export async function lockPatients(tx: Sql, patientIds: readonly string[]): Promise<{ patientId: string; mergedInto: string | null }[]> {
  return tx.query(
    'identity-lock-patients',
    `select patient_id as "patientId", merged_into as "mergedInto" from identity.patient where patient_id = any($1::uuid[])
      order by patient_id for update`,
    [patientIds],
  );
}

export async function setMergedInto(tx: Sql, patientId: string, into: string | null): Promise<void> {
  await tx.query('identity-set-merged', 'update identity.patient set merged_into = $2 where patient_id = $1', [patientId, into]);
}

/** The live record behind which each of these stands: itself unless merged. */
export async function survivorsOf(sql: Sql, patientIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ home: string; patient_id: string }>(
    'identity-survivors',
    `with recursive up as (
       select p.patient_id as home, p.patient_id, p.merged_into from identity.patient p where p.patient_id = any($1::uuid[])
       union all
       select up.home, p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into)
     select home, patient_id from up where merged_into is null`,
    [patientIds],
  );
  return new Map(rows.map((row) => [row.home, row.patient_id]));
}

/** The live record behind which one stands. */
export async function survivorOf(sql: Sql, patientId: string): Promise<string> {
  const [row] = await sql.query<{ patient_id: string }>(
    'identity-survivor',
    `with recursive up as (
       select p.patient_id, p.merged_into from identity.patient p where p.patient_id = $1
       union all
       select p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into)
     select patient_id from up where merged_into is null`,
    [patientId],
  );
  return row?.patient_id ?? patientId;
}

/**
 * The person whose record this is: the live record to read and to judge rights on, and the records that hold documents of theirs, itself
 * included. A record that is not merged, or that nobody knows, is its own.
 */
export async function personOf(sql: Sql, patientId: string): Promise<{ patientId: string; homes: string[] }> {
  const rows = await sql.query<{ survivor: string; home: string }>(
    'identity-person',
    `with recursive up as (
       select p.patient_id, p.merged_into from identity.patient p where p.patient_id = $1
       union all
       select p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into),
     home as (
       select up.patient_id as survivor, up.patient_id from up where up.merged_into is null
       union
       select home.survivor, p.patient_id from identity.patient p join home on p.merged_into = home.patient_id)
     select survivor, patient_id as home from home`,
    [patientId],
  );
  const [first] = rows;
  return first ? { patientId: first.survivor, homes: rows.map(({ home }) => home) } : { patientId, homes: [patientId] };
}

/** The persons of these records, each as `personOf` tells it. */
async function peopleOf(sql: Sql, patientIds: readonly string[]): Promise<Map<string, { patientId: string; homes: string[] }>> {
  const rows = await sql.query<{ asked: string; survivor: string; home: string }>(
    'identity-people',
    `with recursive up as (
       select p.patient_id as asked, p.patient_id, p.merged_into from identity.patient p where p.patient_id = any($1::uuid[])
       union all
       select up.asked, p.patient_id, p.merged_into from up join identity.patient p on p.patient_id = up.merged_into),
     home as (
       select up.asked, up.patient_id as survivor, up.patient_id from up where up.merged_into is null
       union
       select home.asked, home.survivor, p.patient_id from identity.patient p join home on p.merged_into = home.patient_id)
     select asked, survivor, patient_id as home from home`,
    [patientIds],
  );
  const known = Map.groupBy(rows, ({ asked }) => asked);
  return new Map(
    patientIds.map((patientId) => {
      const own = known.get(patientId);
      return [patientId, own ? { patientId: own[0]!.survivor, homes: own.map(({ home }) => home) } : { patientId, homes: [patientId] }];
    }),
  );
}

/** As `personOf`, for work that goes on for several side by side. */
export const personAmong = askedAsOne(async (sql: Sql, patientIds: readonly string[]) => {
  const people = await peopleOf(sql, [...new Set(patientIds)]);
  return patientIds.map((patientId) => people.get(patientId)!);
});

/** The records read as one with each of these: it, those merged into it, and what it was merged into. One that nobody knows is its own. */
export async function homesOf(sql: Sql, patientIds: readonly string[]): Promise<Map<string, string[]>> {
  return new Map([...(await peopleOf(sql, patientIds))].map(([patientId, { homes }]) => [patientId, homes]));
}
