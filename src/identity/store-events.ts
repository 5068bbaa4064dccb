import type { Sql } from '#kernel';
import type { IdentityFacts } from './contract.ts';

export const EVENT_KINDS = [
  'created',
  'traits-corrected',
  'document-checked',
  'document-withdrawn',
  'ins-attached',
  'ins-withdrawn',
  'insi-confirmed',
  'insi-refuted',
  'insi-unknown',
  'doubt-set',
  'doubt-lifted',
  'death-noted',
  'death-withdrawn',
  'marked',
  'merged',
  'split',
  'told-apart',
  'undone',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** What changed, only that: absent means unchanged, null means nothing (no INS any more). */
export type ChangedFacts = { [Fact in keyof IdentityFacts]?: IdentityFacts[Fact] | null } & {
  status?: string;
  attributes?: string[];
  mergedInto?: string | null;
  receivedFrom?: string;
  /** The arrival on the worklist whose link brought the INS. */
  waitingId?: string;
};

/** Who changes an identity: a person, or a rule. */
export interface By {
  who: { id: string; name: string };
  /** The person's own words, kept for ever in the history; or the rule. */
  reason: string;
  now: Date;
}

export interface NewEvent {
  patientId: string;
  kind: EventKind;
  before?: ChangedFacts;
  after?: ChangedFacts;
  undoes?: string;
}

export interface StoredEvent {
  eventId: string;
  patientId: string;
  at: Date;
  kind: EventKind;
  who: string;
  whoName: string;
  reason: string;
  before: ChangedFacts | null;
  after: ChangedFacts | null;
  undoes: string | null;
}

export async function insertEvents(tx: Sql, events: readonly NewEvent[], { who, reason, now }: By): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    'identity-insert-events',
    `insert into identity.event (patient_id, at, kind, who, who_name, reason, before, after, undoes)
     select "patientId", $2, kind, $3, $4, $5, before, after, undoes
       from jsonb_to_recordset($1::jsonb) as e ("patientId" uuid, kind text, before jsonb, after jsonb, undoes uuid)`,
    [JSON.stringify(events), now, who.id, who.name, reason],
  );
}

const COLUMNS = `e.event_id as "eventId", e.patient_id as "patientId", e.at, e.kind, e.who, e.who_name as "whoName", e.reason, e.before, e.after, e.undoes`;

/** The whole life of these records, the latest first. */
export function eventsOf(sql: Sql, patientIds: readonly string[]): Promise<StoredEvent[]> {
  return sql.query<StoredEvent & Record<string, unknown>>(
    'identity-events',
    `select ${COLUMNS} from identity.event e where e.patient_id = any($1::uuid[]) order by e.n desc`,
    [patientIds],
  );
}

export async function eventById(sql: Sql, patientId: string, eventId: string): Promise<StoredEvent | undefined> {
  const [row] = await sql.query<StoredEvent & Record<string, unknown>>(
    'identity-event',
    `select ${COLUMNS} from identity.event e where e.patient_id = $1 and e.event_id = $2
       and not exists (select from identity.event u where u.patient_id = $1 and u.undoes = $2)`,
    [patientId, eventId],
  );
  return row;
}
