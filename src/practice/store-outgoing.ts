import type { Sql } from '#kernel';

/** A step that the software has to hear of. */
export interface DueOutput {
  stepId: number;
  documentId: string;
  kind: 'filed' | 'unfiled' | 'withdrawn';
  patientId: string;
  reason: string;
}

/** Steps not yet handed to the software in this format, oldest first; what was never filed is not told. */
export function dueOutputs(sql: Sql, format: string): Promise<DueOutput[]> {
  return sql.query<DueOutput>(
    'practice-due-outputs',
    `select s.step_id as "stepId", s.document_id as "documentId", s.kind, s.patient_id as "patientId", s.reason from practice.step s
     where s.kind in ('filed', 'unfiled', 'withdrawn') and s.patient_id is not null
       and not exists (select from practice.output o where o.step_id = s.step_id and o.format = $1)
     order by s.step_id limit 500`,
    [format],
  );
}

export async function noteOutput(sql: Sql, stepId: number, format: string, now: Date): Promise<void> {
  await sql.query(
    'practice-note-output',
    `insert into practice.output (step_id, format, written_at) values ($1, $2, $3) on conflict do nothing`,
    [stepId, format, now],
  );
}

export type ReceiptKind = 'processed' | 'refused' | 'displayed';

export interface DueReceipt {
  documentId: string;
  /** Message-ID of the mail. */
  reference: string;
  receiptTo: string;
  /** To which mailbox of the practice it came. */
  mailbox: string | null;
  kind: ReceiptKind;
}

/** Mails whose sender asked to be told and was not: filed or refused by the practice, then seen by a professional. */
export function dueReceipts(sql: Sql): Promise<DueReceipt[]> {
  return sql.query<DueReceipt>(
    'practice-due-receipts',
    `select a.document_id as "documentId", a.reference, a.receipt_to as "receiptTo", a.mailbox, k.kind from practice.arrival a
     join lateral (select distinct case s.kind when 'filed' then 'processed' when 'refused' then 'refused' else 'displayed' end as kind
       from practice.step s where s.document_id = a.document_id and s.kind in ('filed', 'refused', 'seen')) k on true
     where a.channel = 'mail' and a.receipt_to is not null
       and not exists (select from practice.receipt r where r.document_id = a.document_id and r.reference = a.reference and r.kind = k.kind)
     order by k.kind desc, a.arrived_at limit 500`,
  );
}

export async function noteReceipt(sql: Sql, { documentId, reference, kind }: DueReceipt, now: Date): Promise<void> {
  await sql.query(
    'practice-note-receipt',
    `insert into practice.receipt (document_id, reference, kind, sent_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [documentId, reference, kind, now],
  );
}

/** Until when the shared record of each patient was read. */
export async function recordReads(sql: Sql): Promise<Map<string, Date>> {
  const rows = await sql.query<{ patientId: string; until: Date }>(
    'practice-record-reads',
    'select patient_id as "patientId", read_until as until from practice.record_read',
  );
  return new Map(rows.map(({ patientId, until }) => [patientId, until]));
}

export async function noteRecordRead(sql: Sql, patientId: string, until: Date): Promise<void> {
  await sql.query(
    'practice-note-record-read',
    `insert into practice.record_read (patient_id, read_until) values ($1, $2)
     on conflict (patient_id) do update set read_until = excluded.read_until`,
    [patientId, until],
  );
}

/** Up to where what the region told of the record was taken, in the name of this doctor (RPPS). */
export async function watchedUpTo(sql: Sql, doctor: string): Promise<{ subscription: string; number: number } | undefined> {
  const [row] = await sql.query<{ subscription: string; number: number }>(
    'practice-watched-up-to',
    'select subscription, number from practice.record_watch where doctor = $1',
    [doctor],
  );
  return row;
}

export async function keepWatched(
  sql: Sql,
  doctor: string,
  { subscription, number }: { subscription: string; number: number },
): Promise<void> {
  await sql.query(
    'practice-keep-watched',
    `insert into practice.record_watch (doctor, subscription, number) values ($1, $2, $3)
     on conflict (doctor) do update set subscription = excluded.subscription, number = excluded.number`,
    [doctor, subscription, number],
  );
}

/** Since when the practice is connected: its first patients were told then. */
export async function connectedAt(sql: Sql): Promise<Date | undefined> {
  const [first] = await sql.query<{ at: Date | null }>('practice-connected-at', 'select min(noted_at) as at from practice.patient');
  return first?.at ?? undefined;
}
