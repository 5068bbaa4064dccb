import { askedAsOne, type Sql, uuidv7 } from '#kernel';
import type { InboxStep, LineContent, LineState, Severity, StepKind } from './contract.ts';

/** Lines of the inbox and what was done about each: the only SQL of them. */

export interface LineRow {
  patientId: string;
  lineId: string;
  documentId: string;
  structure: string;
  holder: string;
  holderName: string;
  practice: string[];
  why: 'prescriber' | 'copy' | 'reader';
  severity: Severity;
  content: string;
  cameAt: Date;
  state: LineState;
  answeredBy: string | null;
  answeredName: string | null;
  answeredAt: Date | null;
  delegate: string | null;
  delegateName: string | null;
  level: number;
  nextAt: Date | null;
}

const LINE = `patient_id as "patientId", line_id as "lineId", document_id as "documentId", structure, holder, holder_name as "holderName", practice, why,
  severity, content, came_at as "cameAt", state, answered_by as "answeredBy", answered_name as "answeredName", answered_at as "answeredAt",
  delegate, delegate_name as "delegateName", level, next_at as "nextAt"`;

export interface NewLine
  extends Pick<LineRow, 'patientId' | 'documentId' | 'structure' | 'holder' | 'holderName' | 'practice' | 'why' | 'severity'> {
  content: LineContent;
  cameAt: Date;
  nextAt: Date | undefined;
}

/** A line for each; one that is there already becomes new again with what is said now. */
export async function writeLines(tx: Sql, lines: readonly NewLine[]): Promise<void> {
  if (lines.length > 0) await writeTogether(tx, lines);
}

const writeTogether = askedAsOne(async (tx: Sql, asked: readonly (readonly NewLine[])[]): Promise<void[]> => {
  // Of two for one holder the last is kept, as if one had been written after the other.
  const rows = new Map(
    asked
      .flat()
      .map((line) => [
        `${line.patientId} ${line.documentId} ${line.holder}`,
        { ...line, lineId: uuidv7(line.cameAt.getTime()), content: JSON.stringify(line.content) },
      ]),
  );
  await tx.query(
    'inbox-write',
    `insert into exchange.inbox_line as l (patient_id, line_id, document_id, structure, holder, holder_name, practice, why, severity, content, came_at, next_at)
     select "patientId", "lineId", "documentId", structure, holder, "holderName", practice, why, severity, content, "cameAt", "nextAt"
     from jsonb_to_recordset($1::jsonb) as g("patientId" uuid, "lineId" uuid, "documentId" uuid, structure text, holder text, "holderName" text,
       practice text[], why text, severity text, content text, "cameAt" timestamptz, "nextAt" timestamptz)
     on conflict (patient_id, document_id, holder) do update set severity = excluded.severity, content = excluded.content, came_at = excluded.came_at,
       next_at = excluded.next_at, state = 'new', level = 0, answered_by = null, answered_name = null, answered_at = null`,
    [JSON.stringify([...rows.values()])],
  );
  return asked.map(() => undefined);
});

/** A later version stands for these: what nobody answered is not asked any more. */
export async function supersedeLines(tx: Sql, homes: readonly string[], documentIds: readonly string[]): Promise<void> {
  await tx.query(
    'inbox-supersede',
    `update exchange.inbox_line set state = 'superseded', next_at = null
     where patient_id = any($1::uuid[]) and document_id = any($2::uuid[]) and state <> 'seen'`,
    [homes, documentIds],
  );
}

export function linesOfDocuments(sql: Sql, homes: readonly string[], documentIds: readonly string[]): Promise<LineRow[]> {
  return sql.query<LineRow & Record<string, unknown>>(
    'inbox-of-documents',
    `select ${LINE} from exchange.inbox_line where patient_id = any($1::uuid[]) and document_id = any($2::uuid[])`,
    [homes, documentIds],
  );
}

/** `isAwaited` of escalation.ts, as the index of what waits has it. */
const IS_AWAITED = `state in ('new', 'delegated', 'call-back') and (state <> 'call-back' or severity = 'critical')`;

const MOST_LINES = 500;

/** From which level on lines of a severity are told to somebody; `practice`: only those of whom works there. */
export interface ToldFrom {
  severity: Severity;
  level: number;
  practice?: string | undefined;
}

/**
 * What these people have to answer for, what was delegated to one, and what was told further to them and nobody answered. Critical ones come first: of a list
 * that is too long they are kept.
 */
export function openLines(
  sql: Sql,
  { holders, delegate, told }: { holders: readonly string[]; delegate: string; told: readonly ToldFrom[] },
): Promise<LineRow[]> {
  return sql.query<LineRow & Record<string, unknown>>(
    'inbox-open',
    `select ${LINE} from exchange.inbox_line l where state in ('new', 'call-back', 'delegated') and (holder = any($1::text[])
       or (state = 'delegated' and delegate = $2)
       or (${IS_AWAITED} and level > 0 and exists (select from jsonb_to_recordset($4::jsonb) as t(severity text, level int, practice text)
            where t.severity = l.severity and l.level >= t.level and (t.practice is null or t.practice = any(l.practice)))))
     order by severity = 'critical' desc, came_at desc limit $3`,
    [holders, delegate, MOST_LINES, JSON.stringify(told)],
  );
}

/**
 * What a laboratory's reports asked, and nobody answered: critical ones, and those told as far as the laboratory. Delegated is not answered yet. A copy asks
 * nobody, unless nobody else was named.
 */
export function unanswered(sql: Sql, structures: readonly string[]): Promise<LineRow[]> {
  return sql.query<LineRow & Record<string, unknown>>(
    'inbox-unanswered',
    `select ${LINE} from exchange.inbox_line l where structure = any($1::text[]) and ${IS_AWAITED} and (severity = 'critical' or level > 0)
       and (why <> 'copy' or not exists (select from exchange.inbox_line p
         where p.patient_id = l.patient_id and p.document_id = l.document_id and p.why = 'prescriber'))
     order by severity = 'critical' desc, came_at limit $2`,
    [structures, MOST_LINES],
  );
}

/** Who answered for a line of these documents: what they read. */
export async function answeredBy(sql: Sql, homes: readonly string[], documentIds: readonly string[]): Promise<Set<string>> {
  const lines = await linesOfDocuments(sql, homes, documentIds);
  return new Set(lines.flatMap(({ answeredBy: reader }) => reader ?? []));
}

export async function lockLine(tx: Sql, lineId: string): Promise<LineRow | undefined> {
  const [found] = await tx.query<LineRow & Record<string, unknown>>(
    'inbox-lock',
    `select ${LINE} from exchange.inbox_line where line_id = $1 for update`,
    [lineId],
  );
  return found;
}

export async function findLine(sql: Sql, lineId: string): Promise<LineRow | undefined> {
  const [found] = await sql.query<LineRow & Record<string, unknown>>(
    'inbox-find',
    `select ${LINE} from exchange.inbox_line where line_id = $1`,
    [lineId],
  );
  return found;
}

export interface Answer {
  state: Exclude<LineState, 'superseded'>;
  by: { id: string; name: string };
  at: Date;
  delegate?: { id: string; name: string };
  /** When somebody further is told, of what is not answered yet: delegated, or open again. */
  nextAt?: Date | undefined;
}

/** Answered, so nobody further is told; reopened or delegated, it is told from where it was. */
export async function answerLine(tx: Sql, { patientId, lineId }: LineRow, { state, by, at, delegate, nextAt }: Answer): Promise<void> {
  const isOpen = state === 'new';
  await tx.query(
    'inbox-answer',
    `update exchange.inbox_line set state = $3, answered_by = $4, answered_name = $5, answered_at = $6, delegate = $7, delegate_name = $8, next_at = $9
     where patient_id = $1 and line_id = $2`,
    [
      patientId,
      lineId,
      state,
      isOpen ? null : by.id,
      isOpen ? null : by.name,
      isOpen ? null : at,
      delegate?.id ?? null,
      delegate?.name ?? null,
      nextAt ?? null,
    ],
  );
}

export async function writeStep(
  tx: Sql,
  { patientId, lineId }: Pick<LineRow, 'patientId' | 'lineId'>,
  step: { at: Date; kind: StepKind; by: { id: string; name: string }; other?: string | undefined; words?: string | undefined },
): Promise<void> {
  await tx.query(
    'inbox-step',
    `insert into exchange.inbox_step (patient_id, line_id, step_id, at, kind, by_id, by_name, other, words) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [patientId, lineId, uuidv7(step.at.getTime()), step.at, step.kind, step.by.id, step.by.name, step.other ?? null, step.words ?? null],
  );
}

export async function stepsOf(sql: Sql, lineIds: readonly string[]): Promise<Map<string, InboxStep[]>> {
  const rows = await sql.query<{ lineId: string; at: Date; kind: StepKind; by: string; other: string | null; words: string | null }>(
    'inbox-steps',
    `select s.line_id as "lineId", s.at, s.kind, s.by_name as by, s.other, s.words
     from exchange.inbox_line l join exchange.inbox_step s using (patient_id, line_id) where l.line_id = any($1::uuid[]) order by s.at, s.step_id`,
    [lineIds],
  );
  const told = rows.map(({ lineId, at, kind, by, other, words }) => ({
    lineId,
    step: { at: at.toISOString(), kind, by, ...(other !== null && { other }), ...(words !== null && { words }) },
  }));
  return new Map([...Map.groupBy(told, ({ lineId }) => lineId)].map(([lineId, steps]) => [lineId, steps.map(({ step }) => step)]));
}

/** Lines whose time has come and that nobody answered, who they were delegated to neither, held until the end of the transaction. */
export function dueLines(tx: Sql, now: Date, most: number): Promise<LineRow[]> {
  return tx.query<LineRow & Record<string, unknown>>(
    'inbox-due',
    `select ${LINE} from exchange.inbox_line where next_at <= $1 and ${IS_AWAITED} order by next_at limit $2 for update skip locked`,
    [now, most],
  );
}

export async function raiseLine(tx: Sql, { patientId, lineId, level }: LineRow, nextAt: Date | undefined): Promise<void> {
  await tx.query('inbox-raise', 'update exchange.inbox_line set level = $3, next_at = $4 where patient_id = $1 and line_id = $2', [
    patientId,
    lineId,
    level + 1,
    nextAt ?? null,
  ]);
}

/** Deliveries that one recipient got of a document: its laboratory is told that it was read. */
export function deliveriesTo(sql: Sql, patientId: string, documentId: string, recipient: string): Promise<{ deliveryId: string }[]> {
  return sql.query<{ deliveryId: string }>(
    'inbox-deliveries-to',
    `select delivery_id as "deliveryId" from exchange.delivery
     where patient_id = $1 and document_id = $2 and recipient = $3 and action = 'send' and state in ('sent', 'delivered')`,
    [patientId, documentId, recipient],
  );
}

/** Who read by mail: the notification of reading came back. */
export function mailReaders(sql: Sql, homes: readonly string[], documentId: string): Promise<{ id: string; name: string }[]> {
  return sql.query<{ id: string; name: string }>(
    'inbox-mail-readers',
    `select recipient as id, recipient_name as name from exchange.delivery
     where patient_id = any($1::uuid[]) and document_id = $2 and action = 'send' and state = 'read' and recipient like 'rpps:%'`,
    [homes, documentId],
  );
}

/** How a document that was sent is named by its sender; undefined when it was sent to nobody. */
export async function findSent(sql: Sql, patientId: string, documentId: string): Promise<{ uniqueId: string; setId: string } | undefined> {
  const [found] = await sql.query<{ uniqueId: string; setId: string }>(
    'inbox-sent',
    'select unique_id as "uniqueId", set_id as "setId" from exchange.delivery where patient_id = $1 and document_id = $2 limit 1',
    [patientId, documentId],
  );
  return found;
}
