import { askedAsOne, Refusal, type Sql, uuidv7 } from '#kernel';
import type { Absence } from './contract.ts';

/** Who covers whom and when, and what was prescribed and has not come back: the only SQL of both. */

type AbsenceRow = Omit<Absence, 'fromDay' | 'toDay'> & { fromDay: string; toDay: string };

const ABSENCE = `absence_id as "absenceId", holder, holder_name as "holderName", covered_by as "coveredBy", covered_name as "coveredName",
  from_day::text as "fromDay", to_day::text as "toDay"`;

/** Absences to come or under way of this person, and those that they cover. */
export function absencesOf(sql: Sql, person: string, today: string): Promise<AbsenceRow[]> {
  return sql.query<AbsenceRow & Record<string, unknown>>(
    'inbox-absences',
    `select ${ABSENCE} from exchange.absence where (holder = $1 or covered_by = $1) and to_day >= $2::date and ended_at is null order by from_day`,
    [person, today],
  );
}

export async function writeAbsence(
  tx: Sql,
  { holder, holderName, coveredBy, coveredName, fromDay, toDay }: Omit<Absence, 'absenceId'>,
  now: Date,
) {
  await tx.query(
    'inbox-absence',
    `insert into exchange.absence (absence_id, holder, holder_name, covered_by, covered_name, from_day, to_day, declared_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [uuidv7(now.getTime()), holder, holderName, coveredBy, coveredName, fromDay, toDay, now],
  );
}

/** @throws Refusal `request.not-found` when it is not theirs */
export async function endAbsence(tx: Sql, absenceId: string, holder: string, now: Date): Promise<void> {
  const rows = await tx.query(
    'inbox-absence-end',
    'update exchange.absence set ended_at = $3 where absence_id = $1 and holder = $2 and ended_at is null returning 1',
    [absenceId, holder, now],
  );
  if (rows.length === 0) throw new Refusal('request.not-found', 'you declared no such absence', { at: 'absenceId' });
}

export interface ExpectedRow {
  patientId: string;
  expectedId: string;
  words: string;
  prescribedOn: string;
  /** `YYYY-MM-DD`: until then it is awaited. */
  dueOn: string;
}

const EXPECTED = `patient_id as "patientId", expected_id as "expectedId", words, prescribed_on::text as "prescribedOn", due_on::text as "dueOn"`;
const OPEN = 'met_by is null and ended_at is null';

export function expectedOf(sql: Sql, holder: string): Promise<ExpectedRow[]> {
  return sql.query<ExpectedRow & Record<string, unknown>>(
    'inbox-expected',
    `select ${EXPECTED} from exchange.expected where holder = $1 and ${OPEN} order by due_on limit 200`,
    [holder],
  );
}

/** What these people still await of the patient of these records. Of several side by side, it is asked as one. */
export const expectedFor = askedAsOne(
  async (sql: Sql, asked: readonly { homes: readonly string[]; holders: readonly string[] }[]): Promise<ExpectedRow[][]> => {
    const rows = await sql.query<ExpectedRow & { holder: string }>(
      'inbox-expected-for',
      `select ${EXPECTED}, holder from exchange.expected where patient_id = any($1::uuid[]) and holder = any($2::text[]) and ${OPEN}`,
      [asked.flatMap(({ homes }) => homes), asked.flatMap(({ holders }) => holders)],
    );
    return asked.map(({ homes, holders }) =>
      rows.flatMap(({ holder, ...row }) => (homes.includes(row.patientId) && holders.includes(holder) ? [row] : [])),
    );
  },
);

/** Awaited until `dueOn`; a week when it is not said. */
export async function writeExpected(
  tx: Sql,
  {
    patientId,
    holder,
    words,
    prescribedOn,
    dueOn,
    now,
  }: Omit<ExpectedRow, 'expectedId' | 'dueOn'> & {
    dueOn?: string | undefined;
    holder: string;
    now: Date;
  },
): Promise<void> {
  await tx.query(
    'inbox-expect',
    `insert into exchange.expected (patient_id, expected_id, holder, words, prescribed_on, due_on, noted_at)
     values ($1, $2, $3, $4, $5::date, coalesce($6::date, $5::date + 7), $7)`,
    [patientId, uuidv7(now.getTime()), holder, words, prescribedOn, dueOn ?? null, now],
  );
}

export async function meetExpected(tx: Sql, { patientId, expectedId }: ExpectedRow, documentId: string): Promise<void> {
  await tx.query('inbox-met', 'update exchange.expected set met_by = $3 where patient_id = $1 and expected_id = $2', [
    patientId,
    expectedId,
    documentId,
  ]);
}

/** @throws Refusal `request.not-found` when it is not theirs */
export async function endExpected(tx: Sql, expectedId: string, holder: string, now: Date): Promise<void> {
  const rows = await tx.query(
    'inbox-expected-end',
    `update exchange.expected set ended_at = $3 where expected_id = $1 and holder = $2 and ${OPEN} returning 1`,
    [expectedId, holder, now],
  );
  if (rows.length === 0) throw new Refusal('request.not-found', 'you expect no such result', { at: 'expectedId' });
}
