import type { Sql } from '#kernel';
import { aliasColumns, type KnownName, namesIn } from './aliases.ts';
import type { Patient } from './contract.ts';
import { contradicts, type PrintedTraits } from './traits.ts';

/** The aliases of these records, the earliest known first; absent are those that have none. */
export async function aliasesOf(sql: Sql, patientIds: readonly string[]): Promise<Map<string, KnownName[]>> {
  const rows = await sql.query<KnownName & { patientId: string }>(
    'identity-aliases',
    `select a.patient_id as "patientId", a.family, a.givens, a.first_given as "firstGiven", a.origin, a.sender_finess as sender,
        a.known_at as "knownAt"
       from identity.alias a where a.patient_id = any($1::uuid[]) order by a.known_at, a.family, a.givens`,
    [patientIds],
  );
  return Map.groupBy(rows, ({ patientId }) => patientId);
}

/**
 * One writer of the aliases of a person at a time, until the end of the transaction. The records first, as whoever changes one has locked it before its
 * aliases; each in one and the same order.
 */
export async function lockAliases(tx: Sql, patientIds: readonly string[]): Promise<void> {
  const inOrder = patientIds.toSorted();
  await tx.query(
    'identity-hold-records',
    'select 1 from identity.patient where patient_id = any($1::uuid[]) order by patient_id for key share',
    [inOrder],
  );
  for (const patientId of inOrder) {
    await tx.query('identity-lock-aliases', 'select pg_advisory_xact_lock($1, hashtext($2))', [ALIAS_LOCK, patientId]);
  }
}
/** First key of our advisory locks of aliases: any number, the same for all servers. */
const ALIAS_LOCK = 420_198;

/** These aliases, and no other, are from now on those of a person: a record, read with its `homes`. */
export async function writeAliases(tx: Sql, patient: Patient, homes: readonly string[], aliases: readonly KnownName[]): Promise<void> {
  await tx.query('identity-clear-aliases', 'delete from identity.alias where patient_id = any($1::uuid[])', [homes]);
  if (aliases.length === 0) return;
  const rows = aliases.map((name) => ({
    patient_id: patient.patientId,
    family: name.family,
    givens: name.givens,
    first_given: name.firstGiven,
    origin: name.origin,
    sender_finess: name.sender,
    known_at: name.knownAt.toISOString(),
    ...aliasColumns(name, patient.traits),
  }));
  await tx.query(
    'identity-write-aliases',
    'insert into identity.alias select * from jsonb_populate_recordset(null::identity.alias, $1::jsonb)',
    [JSON.stringify(rows)],
  );
}

/** Messages of a linked number (ADT) in which names are looked for: each kind of print once. */
const MOST_PRINTS = 200;

interface NamedRow extends Record<string, unknown> {
  traits: PrintedTraits;
  origin: KnownName['origin'];
  sender: string | null;
  knownAt: Date;
}

/**
 * Every name told of records read as one: those that each bore, but for a change that was taken back; those printed by arrivals filed from the
 * worklist; those printed with a number that is linked (ADT), as far as its strict traits are those of the link; those of records merged into another.
 */
export async function namesTold(sql: Sql, survivor: string, homes: readonly string[]): Promise<KnownName[]> {
  const held = await sql.query<NamedRow>(
    'identity-names-held',
    `with kept as (
       select e.* from identity.event e where e.patient_id = any($1::uuid[]) and e.kind <> 'undone'
          and not exists (select from identity.event u where u.patient_id = e.patient_id and u.undoes = e.event_id))
     select k.after -> 'traits' as traits, case when k.patient_id = $2 then 'history' else 'merged' end as origin, k.after ->> 'receivedFrom' as sender, k.at as "knownAt" from kept k where k.after ? 'traits'
     union all
     select k.before -> 'traits', case when k.patient_id = $2 then 'history' else 'merged' end, null, k.at from kept k where k.before ? 'traits'
     union all
     select w.printed -> 'traits', 'print', w.sender_finess, min(w.received_at) from identity.waiting w
      where w.patient_id = any($1::uuid[]) and w.state in ('linked', 'created') group by 1, 3
     union all
     select jsonb_strip_nulls(jsonb_build_object('birthFamily', p.birth_family, 'birthGivens', p.birth_givens, 'firstBirthGiven', p.first_birth_given,
         'usedFamily', p.used_family, 'usedGiven', p.used_given)), 'merged', p.received_from, p.created_at
       from identity.patient p where p.patient_id = any($1::uuid[]) and p.merged_into is not null`,
    [homes, survivor],
  );
  const said = await sql.query<NamedRow & { fingerprint: string; linked: string }>(
    'identity-names-said',
    `select e.traits, e.fingerprint, s.fingerprint as linked, 'print' as origin, e.sender_finess as sender, min(e.received_at) as "knownAt"
       from identity.source_identity s join identity.source_event e using (sender_finess, domain, local_id)
      where s.patient_id = any($1::uuid[]) and s.state = 'linked' group by 1, 2, 3, 5 order by 6 limit ${MOST_PRINTS}`,
    [homes],
  );
  return [...held, ...said.filter(({ fingerprint, linked }) => !contradicts(linked, fingerprint))].flatMap(
    ({ traits, origin, sender, knownAt }) => namesIn(traits).map((name) => ({ ...name, origin, sender, knownAt })),
  );
}
