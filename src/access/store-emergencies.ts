import type { Sql } from '#kernel';

/** Emergencies declared, and how their patients were told of each: the only SQL of it. */

/** In their record on the screen, by secure mail, by a printed letter. */
export type HowTold = 'screen' | 'mail' | 'letter';

export interface EmergencyRow {
  /** The record as it was when it was opened, and the place of the event in its chain. */
  patientId: string;
  sequence: number;
  at: Date;
  actor: string;
  actorName: string;
  role: string;
  organisationName: string | null;
  reason: string | null;
  told: HowTold[];
}

const EMERGENCY = `e.patient_id as "patientId", e.sequence, e.at, e.actor, e.actor_name as "actorName", e.role,
  e.organisation_name as "organisationName", e.reason,
  array(select t.how from access.emergency_told t where t.patient_id = e.patient_id and t.sequence = e.sequence order by t.at) as told`;
const OF_EMERGENCIES = `access.audit_event e where e.action = 'break-glass.declare' and e.allowed`;

/** Emergencies declared in a period, the latest first. */
export function emergencies(sql: Sql, from: Date, to: Date): Promise<EmergencyRow[]> {
  return sql.query<EmergencyRow & Record<string, unknown>>(
    'access-emergencies',
    `select ${EMERGENCY} from ${OF_EMERGENCIES} and e.at >= $1 and e.at < $2 order by e.at desc limit 500`,
    [from, to],
  );
}

/** Those of the records read as one that their patient has not said to have read, the latest first. */
export async function unreadEmergencies(sql: Sql, patientId: string): Promise<EmergencyRow[]> {
  const rows = await sql.query<EmergencyRow & Record<string, unknown>>(
    'access-unread-emergencies',
    `select ${EMERGENCY} from ${OF_EMERGENCIES} and e.chain = any(access.homes_of($1)) order by e.at desc`,
    [patientId],
  );
  return rows.filter(({ told }) => !told.includes('screen'));
}

/** Those since then, up to now and in this very millisecond, of which the patient was told in no way yet, the oldest first. */
export async function emergenciesUntold(sql: Sql, from: Date, now: Date): Promise<EmergencyRow[]> {
  return (await emergencies(sql, from, new Date(now.getTime() + 1))).filter(({ told }) => told.length === 0).toReversed();
}

export async function findEmergency(sql: Sql, patientId: string, sequence: number): Promise<EmergencyRow | undefined> {
  const [found] = await sql.query<EmergencyRow & Record<string, unknown>>(
    'access-find-emergency',
    `select ${EMERGENCY} from ${OF_EMERGENCIES} and e.chain = $1 and e.sequence = $2`,
    [patientId, sequence],
  );
  return found;
}

/** Notes that the patient was told; the first time of each way is kept. */
export async function writeTold(
  tx: Sql,
  { patientId, sequence }: Pick<EmergencyRow, 'patientId' | 'sequence'>,
  told: { how: HowTold; at: Date; by: string },
): Promise<void> {
  await tx.query(
    'access-emergency-told',
    'insert into access.emergency_told (patient_id, sequence, how, at, told_by) values ($1, $2, $3, $4, $5) on conflict do nothing',
    [patientId, sequence, told.how, told.at, told.by],
  );
}
