import type { Principal, Role } from '#access';
import { namesOfPeopleAt, phonesOf } from '#directory';
import { patientsByIds } from '#identity';
import type { Sql } from '#kernel';
import type { Inbox, InboxLine, InboxStep, LineContent, Severity, Unacknowledged } from './contract.ts';
import { type Escalation, isAwaited, ladderOf, stagesOf, type ToTell, toldTo } from './escalation.ts';
import { isKeptBack, withoutWords } from './kept-back.ts';
import { absencesOf, expectedOf } from './store-absences.ts';
import { type LineRow, openLines, stepsOf, type ToldFrom, unanswered } from './store-inbox.ts';

type Who = Pick<Principal, 'id' | 'role' | 'organisation'>;

/** By which way somebody has to answer for a line; undefined: it is not theirs. Pure. */
export function throughOf(line: LineRow, who: Who, covered: ReadonlySet<string>, escalation: Escalation): InboxLine['through'] | undefined {
  if (line.state === 'delegated' && line.delegate === who.id) return 'delegated';
  if (line.holder === who.id) return 'own';
  if (covered.has(line.holder)) return 'covered';
  if (!isAwaited(line)) return undefined;
  const isTold = toldTo(line.severity, line.level, escalation).some((to) => isToldTo(to, who, line.practice));
  return isTold ? 'told' : undefined;
}

/** Those of a practice who take charge of a result in the place of a colleague: who may order one. A nurse has what they are sent, and acknowledges nothing for a doctor. */
const ANSWERS: ReadonlySet<Role> = new Set<Role>(['gp', 'specialist', 'midwife', 'dentist']);

/** Is this person one of those whom a stage of the list tells, for somebody who works in these places? */
function isToldTo(to: ToTell, { id, role, organisation }: Who, practice: readonly string[]): boolean {
  const finess = organisation?.finess;
  if (to === 'practice') return finess !== undefined && practice.includes(finess) && ANSWERS.has(role);
  if (to === 'regulation') return role === 'regulator';
  return to === id || to === `finess:${finess}`;
}

const TELLABLE: readonly Severity[] = ['critical', 'abnormal', 'corrected', 'withdrawn'];

/** From which level on this person is told of what others did not answer. */
function toldFrom(who: Who, escalation: Escalation): ToldFrom[] {
  const finess = who.organisation?.finess;
  return TELLABLE.flatMap((severity) =>
    stagesOf(severity, escalation).flatMap(({ to }, n) =>
      isToldTo(to, who, finess === undefined ? [] : [finess])
        ? [{ severity, level: n + 1, ...(to === 'practice' && { practice: finess }) }]
        : [],
    ),
  );
}

/** Those whom this person covers today. */
export async function coveredBy(sql: Sql, who: Who, today: string): Promise<Set<string>> {
  const absences = await absencesOf(sql, who.id, today);
  return new Set(absences.filter(({ coveredBy: cover, fromDay }) => cover === who.id && fromDay <= today).map(({ holder }) => holder));
}

/** Everything that this person has to look at, and what they expect. `today`: `YYYY-MM-DD` in the region. */
export async function inboxOf(sql: Sql, who: Who, escalation: Escalation, today: string): Promise<Inbox> {
  const absences = await absencesOf(sql, who.id, today);
  const covered = await coveredBy(sql, who, today);
  const rows = await openLines(sql, { holders: [who.id, ...covered], delegate: who.id, told: toldFrom(who, escalation) });
  const mine = rows.flatMap((row) => {
    const through = throughOf(row, who, covered, escalation);
    return through ? [{ row, through }] : [];
  });
  const expected = await expectedOf(sql, who.id);
  const names = await namesOf(sql, [...mine.map(({ row }) => row), ...expected]);
  const steps = await stepsOf(
    sql,
    mine.map(({ row }) => row.lineId),
  );
  const kept = new Set<LineRow>();
  for (const { row, through } of mine) if (through === 'told' && (await isKeptBack(sql, row))) kept.add(row);
  return {
    lines: mine.map(({ row, through }) => ({ ...shown(row, { names, steps, escalation }, kept.has(row)), through })),
    absences,
    expected: expected.map((one) => ({ ...one, patient: names.get(one.patientId)!, isLate: one.dueOn < today })),
    colleagues: await colleaguesOf(sql, who),
  };
}

/** What waits for these people, whom a practice lets see one another's work: nothing of it is theirs to answer who look. */
export async function linesWaitingFor(sql: Sql, holders: readonly string[], escalation: Escalation): Promise<InboxLine[]> {
  const rows = await openLines(sql, { holders, delegate: '', told: [] });
  const names = await namesOf(sql, rows);
  const steps = await stepsOf(
    sql,
    rows.map(({ lineId }) => lineId),
  );
  return rows.map((row) => ({ ...shown(row, { names, steps, escalation }, false), through: 'covered' }));
}

/** What nobody answered of a laboratory's reports: critical ones, and those that were told as far as the laboratory. */
export async function unacknowledgedOf(sql: Sql, structures: readonly string[], escalation: Escalation): Promise<Unacknowledged[]> {
  const rows = (await unanswered(sql, structures)).filter(
    ({ severity, level }) => severity === 'critical' || toldTo(severity, level, escalation).includes('laboratory'),
  );
  const names = await namesOf(sql, rows);
  const steps = await stepsOf(
    sql,
    rows.map(({ lineId }) => lineId),
  );
  const phones = await phonesOf(sql, [...new Set(rows.map(({ holder }) => holder.slice('rpps:'.length)))]);
  return rows.map((row) => ({
    ...shown(row, { names, steps, escalation }, false),
    prescriber: row.holderName,
    phones: phones.get(row.holder.slice('rpps:'.length)) ?? [],
  }));
}

export async function colleaguesOf(sql: Sql, { id, organisation }: Who): Promise<Inbox['colleagues']> {
  if (!organisation) return [];
  const people = await namesOfPeopleAt(sql, [organisation.finess]);
  const named = new Map(
    people.map(({ rpps, title, given, family }) => [
      `rpps:${rpps}`,
      [title === 'DR' ? 'Dr' : title, given, family].filter(Boolean).join(' '),
    ]),
  );
  named.delete(id);
  return [...named].map(([rpps, name]) => ({ id: rpps, name })).toSorted((a, b) => a.name.localeCompare(b.name, 'fr'));
}

type Named = InboxLine['patient'];

async function namesOf(sql: Sql, rows: readonly { patientId: string }[]): Promise<Map<string, Named>> {
  const ids = [...new Set(rows.map(({ patientId }) => patientId))];
  const patients = await patientsByIds(sql, ids);
  const found = new Map(patients.map(({ patientId, traits }) => [patientId, nameOf(traits)]));
  return new Map(ids.map((id) => [id, found.get(id) ?? { name: '', birthDate: '', sex: 'UN' }]));
}

const nameOf = ({
  birthFamily,
  firstBirthGiven,
  birthDate,
  sex,
}: {
  birthFamily: string;
  firstBirthGiven: string;
  birthDate: string;
  sex: string;
}) => ({
  name: `${birthFamily} ${firstBirthGiven}`,
  birthDate,
  sex,
});

/** What is protected is shown to whom it was addressed, not to those who are told because nobody answered. */
function shown(
  row: LineRow,
  { names, steps, escalation }: { names: ReadonlyMap<string, Named>; steps: ReadonlyMap<string, InboxStep[]>; escalation: Escalation },
  isKept: boolean,
): Omit<InboxLine, 'through'> {
  const content = JSON.parse(row.content) as LineContent;
  return {
    ...(isKept ? withoutWords(content) : content),
    lineId: row.lineId,
    patientId: row.patientId,
    documentId: row.documentId,
    patient: names.get(row.patientId)!,
    holder: row.holder,
    holderName: row.holderName,
    why: row.why,
    severity: row.severity,
    state: row.state,
    cameAt: row.cameAt.toISOString(),
    level: row.level,
    ...(row.answeredName !== null && { answeredBy: row.answeredName }),
    ...(row.answeredAt && { answeredAt: row.answeredAt.toISOString() }),
    ...(row.delegateName !== null && { delegateName: row.delegateName }),
    ...(row.nextAt && { nextAt: row.nextAt.toISOString(), ladder: ladderOf(row, escalation) }),
    steps: steps.get(row.lineId) ?? [],
  };
}
