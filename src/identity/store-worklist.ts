import type { Identifier } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import type { WaitReason } from './contract.ts';
import type { Ins } from './ins.ts';
import type { PrintedTraits } from './traits.ts';

/** What is kept of a printed patient while they wait: who they are, never how they are. */
export interface KeptPrint {
  traits: PrintedTraits;
  ids: Identifier[];
}

export interface WaitingRow {
  waitingId: string;
  depositId: string;
  senderFiness: string;
  senderName: string;
  receivedAt: Date;
  reason: WaitReason;
  printed: KeptPrint;
  fingerprint: string;
  state: 'waiting' | 'linked' | 'created' | 'refused';
  patientId: string | null;
}

const COLUMNS = `w.waiting_id as "waitingId", w.deposit_id as "depositId", w.sender_finess as "senderFiness", w.sender_name as "senderName",
  w.received_at as "receivedAt", w.reason, w.printed, w.fingerprint, w.state, w.patient_id as "patientId"`;

/** Keeps an arrival once: the same deposit again changes nothing. Gives the id under which it waits. */
export async function insertWaiting(tx: Sql, row: Omit<WaitingRow, 'state' | 'patientId'>): Promise<string> {
  const [kept] = await tx.query<{ waiting_id: string }>(
    'identity-keep-waiting',
    `insert into identity.waiting (waiting_id, deposit_id, sender_finess, sender_name, received_at, reason, printed, fingerprint)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (deposit_id) do update set deposit_id = excluded.deposit_id returning waiting_id`,
    [
      row.waitingId,
      row.depositId,
      row.senderFiness,
      row.senderName,
      row.receivedAt,
      row.reason,
      JSON.stringify(row.printed),
      row.fingerprint,
    ],
  );
  return kept!.waiting_id;
}

/** The oldest first, with the number of all that wait. */
export async function openWaiting(sql: Sql, limit: number): Promise<{ rows: WaitingRow[]; total: number }> {
  const rows = await sql.query<WaitingRow & { total: number }>(
    'identity-open-waiting',
    `select ${COLUMNS}, count(*) over () as total from identity.waiting w where w.state = 'waiting' order by w.received_at, w.waiting_id limit $1`,
    [limit],
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** One arrival, locked until the end of the transaction: two people never decide it at the same time. */
export async function lockWaiting(tx: Sql, waitingId: string): Promise<WaitingRow | undefined> {
  const [row] = await tx.query<WaitingRow>(
    'identity-lock-waiting',
    `select ${COLUMNS} from identity.waiting w where w.waiting_id = $1 for update`,
    [waitingId],
  );
  return row;
}

/** Others that wait with the same strict traits from the same sender, oldest first. */
export async function waitingAlike(sql: Sql, waitingId: string): Promise<string[]> {
  const rows = await sql.query<{ waiting_id: string }>(
    'identity-waiting-alike',
    `select o.waiting_id from identity.waiting w join identity.waiting o using (sender_finess, fingerprint)
      where w.waiting_id = $1 and o.state = 'waiting' order by o.received_at, o.waiting_id`,
    [waitingId],
  );
  return rows.map((row) => row.waiting_id);
}

/** Arrivals that wait and print this INS, oldest first. */
export async function waitingUnderIns(sql: Sql, { oid, value }: Ins): Promise<string[]> {
  const rows = await sql.query<{ waiting_id: string }>(
    'identity-waiting-under-ins',
    `select w.waiting_id from identity.waiting w where w.state = 'waiting' and w.printed -> 'ids' @> $1::jsonb order by w.received_at, w.waiting_id`,
    [JSON.stringify([{ root: oid, extension: value }])],
  );
  return rows.map((row) => row.waiting_id);
}

/** Arrivals that a decision filed besides its own, by the link that it made; locked like the one decided. */
export async function filedWith(tx: Sql, waitingId: string): Promise<WaitingRow[]> {
  return tx.query<WaitingRow>(
    'identity-filed-with',
    `select ${COLUMNS} from identity.waiting w
      where w.state = 'linked' and w.waiting_id <> $1
        and (w.sender_finess, w.fingerprint, w.patient_id) =
            (select d.sender_finess, d.fingerprint, d.patient_id from identity.waiting d where d.waiting_id = $1)
        and exists (select from identity.decision h where h.waiting_id = w.waiting_id and h.action = 'refile')
      order by w.waiting_id for update of w`,
    [waitingId],
  );
}

/** Arrivals that a rule filed in a record since an instant, because what was known of it had changed; locked. */
export async function refiledSince(tx: Sql, patientId: string, since: Date): Promise<WaitingRow[]> {
  return tx.query<WaitingRow & Record<string, unknown>>(
    'identity-refiled-since',
    `select ${COLUMNS} from identity.waiting w
      where w.state = 'linked' and w.patient_id = $1
        and exists (select from identity.decision h where h.waiting_id = w.waiting_id and h.action = 'refile' and h.at >= $2 and h.who <> 'rule:link')
      order by w.waiting_id for update of w`,
    [patientId, since],
  );
}

export async function settleWaiting(
  tx: Sql,
  settled: { waitingId: string; state: WaitingRow['state']; patientId: string | null; now: Date },
): Promise<void> {
  await tx.query(
    'identity-settle-waiting',
    'update identity.waiting set state = $2, patient_id = $3, decided_at = $4 where waiting_id = $1',
    [settled.waitingId, settled.state, settled.patientId, settled.now],
  );
}

/** An arrival that was filed waits again, for that reason. */
export async function waitAgain(tx: Sql, waitingId: string, reason: WaitReason): Promise<void> {
  await tx.query(
    'identity-wait-again',
    `update identity.waiting set state = 'waiting', patient_id = null, decided_at = null, reason = $2 where waiting_id = $1`,
    [waitingId, reason],
  );
}

/** Arrivals that had to wait for a person, since the beginning: those that a link filed at once are remembered here too, and not counted. */
export async function countDoubtful(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ doubtful: number }>(
    'identity-count-doubtful',
    `select count(*) as doubtful from identity.waiting w
      where not exists (select from identity.decision d where d.waiting_id = w.waiting_id and d.who = 'rule:link')`,
  );
  return row?.doubtful ?? 0;
}

/** Decisions on the worklist that filed documents in these records, or took them out, the latest first. */
export function decisionsOn(sql: Sql, patientIds: readonly string[], limit: number): Promise<DecisionRow[]> {
  return sql.query<DecisionRow & Record<string, unknown>>(
    'identity-decisions-on',
    `select decision_id as "decisionId", patient_id as "patientId", at, action, who_name as "whoName", reason from identity.decision
      where patient_id = any($1::uuid[]) order by at desc, decision_id desc limit $2`,
    [patientIds, limit],
  );
}

export interface DecisionRow {
  decisionId: string;
  patientId: string;
  at: Date;
  action: Decision['action'];
  whoName: string;
  reason: string;
}

/** Links a sender's own number of a patient to a record, for the strict traits printed then. */
export async function upsertLink(
  tx: Sql,
  link: { senderFiness: string; domain: string; localId: string; patientId: string; fingerprint: string; by: string; now: Date },
): Promise<void> {
  await tx.query(
    'identity-upsert-link',
    `insert into identity.source_identity (sender_finess, domain, local_id, patient_id, fingerprint, state, linked_by, linked_at)
     values ($1, $2, $3, $4, $5, 'linked', $6, $7)
     on conflict (sender_finess, domain, local_id) do update
        set patient_id = excluded.patient_id, fingerprint = excluded.fingerprint, state = 'linked',
            linked_by = excluded.linked_by, linked_at = excluded.linked_at`,
    [link.senderFiness, link.domain, link.localId, link.patientId, link.fingerprint, link.by, link.now],
  );
}

/** Links that no longer hold; a person must make them again. @returns the records that they led to */
export async function breakLinks(tx: Sql, senderFiness: string, ids: readonly { domain: string; localId: string }[]): Promise<string[]> {
  const rows = await tx.query<{ patient_id: string }>(
    'identity-break-links',
    `update identity.source_identity set state = 'broken'
      where sender_finess = $1 and (domain, local_id) in (select * from unnest($2::text[], $3::text[])) returning patient_id`,
    [senderFiness, ids.map(({ domain }) => domain), ids.map(({ localId }) => localId)],
  );
  return [...new Set(rows.map((row) => row.patient_id))];
}

export interface Decision {
  who: string;
  whoName: string;
  action: 'link' | 'create' | 'refuse' | 'undo' | 'refile' | 'recall';
  patientId?: string | undefined;
  waitingId?: string | undefined;
  before?: unknown;
  after?: unknown;
  reason: string;
  now: Date;
}

export async function insertDecision(tx: Sql, decision: Decision): Promise<void> {
  await tx.query(
    'identity-insert-decision',
    `insert into identity.decision (decision_id, at, who, who_name, action, patient_id, waiting_id, before, after, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      uuidv7(decision.now.getTime()),
      decision.now,
      decision.who,
      decision.whoName,
      decision.action,
      decision.patientId ?? null,
      decision.waitingId ?? null,
      decision.before === undefined ? null : JSON.stringify(decision.before),
      decision.after === undefined ? null : JSON.stringify(decision.after),
      decision.reason,
    ],
  );
}
