import type { Sql } from '#kernel';
import type { AuditAlert } from './contract.ts';
import { type ActorOfPeriod, emergencies, massReaders, pairsOfPeriod, refusedReaders } from './store-audit-search.ts';

/** More records than this opened by one person in the period is told: our default, a doctor sees some thirty patients a day. */
export const MASS_PATIENTS = 100;
/** So many patients refused to one person for want of a link: our default. */
export const REFUSED_PATIENTS = 5;
/** Pairs of a professional and a patient looked at for a common name. */
const MOST_PAIRS = 50_000;

/** Family names of patients, every one they bear: the register of identities knows. */
export type FamilyNamesOf = (sql: Sql, patientIds: readonly string[]) => Promise<Map<string, string[]>>;

/** What the data protection officer should look at in a period, the latest first. No value of a result is in it. */
export async function alertsOf(sql: Sql, from: Date, to: Date, familyNamesOf: FamilyNamesOf): Promise<AuditAlert[]> {
  const [declared, mass, refused, pairs] = [
    await emergencies(sql, from, to),
    await massReaders(sql, from, to, MASS_PATIENTS),
    await refusedReaders(sql, from, to, REFUSED_PATIENTS),
    await pairsOfPeriod(sql, from, to, MOST_PAIRS),
  ];
  const names = await familyNamesOf(sql, [...new Set(pairs.map(({ patientId }) => patientId))]);
  const sameName = pairs.filter(({ actorName, patientId }) => (names.get(patientId) ?? []).some((name) => bears(actorName, name)));
  return [
    ...declared.map((one) => alert('break-glass', one, { patientId: one.patientId, ...(one.reason !== null && { reason: one.reason }) })),
    ...mass.map((one) => alert('mass-reading', one, { patients: one.patients })),
    ...refused.map((one) => alert('no-care-link', one, { patients: one.patients })),
    ...sameName.map((one) => alert('same-name', one, { patientId: one.patientId })),
  ].toSorted((a, b) => b.at.localeCompare(a.at));
}

function alert(kind: AuditAlert['kind'], who: ActorOfPeriod & { lastAt: Date }, about: Partial<AuditAlert>): AuditAlert {
  const { actor, actorName, role, organisationName, lastAt } = who;
  return {
    kind,
    at: lastAt.toISOString(),
    actor,
    who: actorName,
    role: role as AuditAlert['role'],
    ...(organisationName !== null && { organisation: organisationName }),
    ...about,
  };
}

/** Does the printed name of a professional end with this family name? Accents, case and hyphens aside. */
export function bears(printedName: string, familyName: string): boolean {
  const [name, family] = [plain(printedName), plain(familyName)];
  return family !== '' && ` ${name}`.endsWith(` ${family}`);
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z]+/g, ' ')
    .trim();
