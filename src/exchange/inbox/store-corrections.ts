import type { Sql } from '#kernel';
import type { LineValue } from './contract.ts';

/** What patients are told of corrections of values that they had read: the only SQL of it. */

export interface OwnContent {
  title: string;
  laboratory: string;
  values: LineValue[];
}

export interface OwnRow {
  documentId: string;
  content: OwnContent;
  cameAt: Date;
}

/** Beside it, what earlier versions had told is told no more. */
export async function writeOwnCorrection(
  tx: Sql,
  {
    patientId,
    homes,
    formers,
    documentId,
    content,
    now,
  }: { patientId: string; homes: readonly string[]; formers: readonly string[] } & {
    documentId: string;
    content: OwnContent;
    now: Date;
  },
): Promise<void> {
  await tx.query(
    'inbox-own-superseded',
    'delete from exchange.own_correction where patient_id = any($1::uuid[]) and document_id = any($2::uuid[])',
    [homes, formers],
  );
  await tx.query(
    'inbox-own-write',
    `insert into exchange.own_correction (patient_id, document_id, content, came_at) values ($1, $2, $3, $4)
     on conflict (patient_id, document_id) do nothing`,
    [patientId, documentId, JSON.stringify(content), now],
  );
}

/** Not seen yet, latest first; of some documents only when they are given. */
export async function openCorrections(sql: Sql, homes: readonly string[], documentIds?: readonly string[]): Promise<OwnRow[]> {
  const rows = await sql.query<{ documentId: string; content: string; cameAt: Date }>(
    'inbox-own-open',
    `select document_id as "documentId", content, came_at as "cameAt" from exchange.own_correction
     where patient_id = any($1::uuid[]) and seen_at is null and ($2::uuid[] is null or document_id = any($2::uuid[])) order by came_at desc`,
    [homes, documentIds ?? null],
  );
  return rows.map(({ content, ...row }) => ({ ...row, content: JSON.parse(content) as OwnContent }));
}

export async function noteCorrectionsSeen(tx: Sql, homes: readonly string[], documentIds: readonly string[], now: Date): Promise<void> {
  await tx.query(
    'inbox-own-seen',
    'update exchange.own_correction set seen_at = $3 where patient_id = any($1::uuid[]) and document_id = any($2::uuid[]) and seen_at is null',
    [homes, documentIds, now],
  );
}
