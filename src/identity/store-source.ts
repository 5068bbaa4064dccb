import type { Sql } from '#kernel';
import type { Visit } from '#formats';
import type { Ins } from './ins.ts';
import type { PrintedTraits } from './traits.ts';

export interface LocalId {
  domain: string;
  localId: string;
}

/** What a sender says of one of its own numbers. */
export interface SourceEvent extends LocalId {
  senderFiness: string;
  controlId: string;
  event: 'A01' | 'A03' | 'A04' | 'A08' | 'A40';
  /** HL7 time as received; the order of events of one sender. */
  happenedAt: string;
  receivedAt: Date;
  traits: PrintedTraits;
  fingerprint: string;
  /** The stay or consultation, as received. */
  visit?: Visit;
  /** Printed with the number, when there is one that can be read. */
  ins?: Ins | undefined;
  priorId?: string;
}

/** @returns whether it is new, and the latest said of this number: an older message that comes late, or comes again, decides nothing */
export async function addSourceEvent(tx: Sql, event: SourceEvent): Promise<boolean> {
  const [row] = await tx.query<{ isLatest: boolean }>(
    'identity-add-source-event',
    `with added as (
       insert into identity.source_event
         (sender_finess, domain, local_id, control_id, event, happened_at, received_at, traits, fingerprint, visit, prior_id, ins_oid, ins_value)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning happened_at)
     select not exists (select from identity.source_event e
       where e.sender_finess = $1 and e.domain = $2 and e.local_id = $3 and e.happened_at > added.happened_at) as "isLatest" from added`,
    [
      event.senderFiness,
      event.domain,
      event.localId,
      event.controlId,
      event.event,
      event.happenedAt,
      event.receivedAt,
      JSON.stringify(event.traits),
      event.fingerprint,
      event.visit === undefined ? null : JSON.stringify(event.visit),
      event.priorId ?? null,
      event.ins?.oid ?? null,
      event.ins?.value ?? null,
    ],
  );
  return row?.isLatest ?? false;
}

/** A message about a visit, as it could concern a record. */
export interface VisitRow extends LocalId {
  /** The record that its number or its INS leads to. */
  patientId: string;
  senderFiness: string;
  event: SourceEvent['event'];
  /** HL7 time as received. */
  happenedAt: string;
  receivedAt: Date;
  traits: PrintedTraits;
  visit: Visit;
  /** Strict traits of the link that a person made of its number; null when its INS leads there. */
  linked: string | null;
}

/** What senders told of visits under the numbers linked to these records, or under their INS, in no order. */
export function visitsOf(sql: Sql, patientIds: readonly string[]): Promise<VisitRow[]> {
  const columns = `e.domain, e.local_id as "localId", e.sender_finess as "senderFiness", e.event, e.happened_at as "happenedAt",
    e.received_at as "receivedAt", e.traits, e.visit`;
  return sql.query<VisitRow & Record<string, unknown>>(
    'identity-visits',
    `select s.patient_id as "patientId", s.fingerprint as linked, ${columns}
       from identity.source_identity s join identity.source_event e using (sender_finess, domain, local_id)
      where s.patient_id = any($1::uuid[]) and s.state = 'linked' and e.visit is not null
     union all
     select i.patient_id, null, ${columns}
       from identity.ins i join identity.source_event e on e.ins_value = i.value and e.ins_oid = i.oid
      where i.patient_id = any($1::uuid[]) and e.visit is not null`,
    [patientIds],
  );
}

/** All that was told of visits under the numbers that a discharge was told of between two days, with the record that each leads to, when one does. */
export function visitsOfDischarged(
  sql: Sql,
  structures: readonly string[] | null,
  fromDay: string,
  untilDay: string,
): Promise<(Omit<VisitRow, 'patientId'> & { patientId: string | null })[]> {
  return sql.query<Omit<VisitRow, 'patientId'> & { patientId: string | null } & Record<string, unknown>>(
    'identity-discharged',
    `with discharged as (
       select distinct sender_finess, domain, local_id from identity.source_event
       where event = 'A03' and happened_at >= $2 and happened_at < $3 and ($1::text[] is null or sender_finess = any($1)))
     select coalesce(s.patient_id, i.patient_id) as "patientId", s.fingerprint as linked, e.domain, e.local_id as "localId",
       e.sender_finess as "senderFiness", e.event, e.happened_at as "happenedAt", e.received_at as "receivedAt", e.traits, e.visit
     from discharged join identity.source_event e using (sender_finess, domain, local_id)
     left join identity.source_identity s on (s.sender_finess, s.domain, s.local_id) = (e.sender_finess, e.domain, e.local_id) and s.state = 'linked'
     left join identity.ins i on i.value = e.ins_value and i.oid = e.ins_oid
     where e.visit is not null`,
    [structures, fromDay, untilDay],
  );
}

/** Two records said to be one person, once; told again after a person has decided, it is not asked again. */
export async function noteDuplicate(tx: Sql, one: string, another: string, toldBy: string, now: Date): Promise<void> {
  await tx.query(
    'identity-note-duplicate',
    `insert into identity.duplicate (patient_id, other_id, told_by, told_at)
     values (least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), $3, $4) on conflict do nothing`,
    [one, another, toldBy, now],
  );
}

/** A person has looked at them. */
export async function settleDuplicate(tx: Sql, one: string, another: string, now: Date): Promise<void> {
  await tx.query(
    'identity-settle-duplicate',
    `update identity.duplicate set settled_at = $3
      where patient_id = least($1::uuid, $2::uuid) and other_id = greatest($1::uuid, $2::uuid) and settled_at is null`,
    [one, another, now],
  );
}

export interface DuplicateRow {
  patientId: string;
  otherId: string;
  toldBy: string;
  toldAt: Date;
}

/** The oldest first. */
export function openDuplicates(sql: Sql, limit: number): Promise<DuplicateRow[]> {
  return sql.query<DuplicateRow & Record<string, unknown>>(
    'identity-open-duplicates',
    `select d.patient_id as "patientId", d.other_id as "otherId", d.told_by as "toldBy", d.told_at as "toldAt" from identity.duplicate d
       join identity.patient a on a.patient_id = d.patient_id and a.merged_into is null
       join identity.patient b on b.patient_id = d.other_id and b.merged_into is null
      where d.settled_at is null order by d.told_at limit $1`,
    [limit],
  );
}
