import type { Sql } from '#kernel';

interface Shared {
  from: string;
  to: string;
  /** Who is written as having declared the rows that were shared. */
  by: string;
  now: Date;
}

/** Copies the links and choices in force of one record to another, where the other has none like them. */
export async function shareInForce(tx: Sql, { from, to, by, now }: Shared): Promise<void> {
  await tx.query(
    'access-share-links',
    `insert into access.care_link (patient_id, holder, kind, since, until, declared_by)
     select $2, l.holder, l.kind, $4, l.until, $3 from access.care_link l
      where l.patient_id = $1 and l.since <= $4 and (l.until is null or l.until > $4)
        and not exists (select from access.care_link t where t.patient_id = $2 and t.holder = l.holder and t.kind = l.kind
          and (t.until is null or t.until >= l.until))
     on conflict (patient_id, holder, kind, since) do nothing`,
    [from, to, by, now],
  );
  await tx.query(
    'access-share-choices',
    `insert into access.patient_choice (patient_id, kind, holder, since, until, declared_by)
     select $2, c.kind, c.holder, $4, c.until, $3 from access.patient_choice c
      where c.patient_id = $1 and c.since <= $4 and (c.until is null or c.until > $4)
        and not exists (select from access.patient_choice t where t.patient_id = $2 and t.kind = c.kind and t.holder = c.holder
          and (t.until is null or t.until > $4))
     on conflict do nothing`,
    [from, to, by, now],
  );
}

/** Links shared under a name that someone has ended on the record they were shared with: ended where they came from too. */
export async function endWhatEndedThere(tx: Sql, { from, to, by, now }: Shared): Promise<void> {
  await tx.query(
    'access-end-where-shared-from',
    `update access.care_link l set until = $4, ended_by = s.ended_by from access.care_link s
      where s.patient_id = $2 and s.declared_by = $3 and s.ended_by <> $3
        and l.patient_id = $1 and l.holder = s.holder and l.kind = s.kind and l.since <= $4 and (l.until is null or l.until > $4)`,
    [from, to, by, now],
  );
}

/** Ends what was shared under a name. */
export async function endShared(tx: Sql, { to, by, now }: Shared): Promise<void> {
  await tx.query(
    'access-end-shared-links',
    `update access.care_link set until = $3, ended_by = $2
      where patient_id = $1 and declared_by = $2 and since <= $3 and (until is null or until > $3)`,
    [to, by, now],
  );
  await tx.query(
    'access-end-shared-choices',
    `update access.patient_choice set until = $3, ended_by = $2
      where patient_id = $1 and declared_by = $2 and since <= $3 and (until is null or until > $3)`,
    [to, by, now],
  );
}
