import type { Sql } from '#kernel';
import type { AuditAlert } from './contract.ts';
import { type ActorOfPeriod, massReaders, type Pair, pairsOfPeriod, refusedReaders } from './store-audit-search.ts';
import { emergencies } from './store-emergencies.ts';

/** From which number on it is told; the region's configuration says. */
export interface AlertThresholds {
  /** More records than this opened by one person in the period. */
  massPatients: number;
  /** So many patients refused to one person for want of a link. */
  refusedPatients: number;
}

/** Pairs of a professional and a patient looked at for what they have in common. */
const MOST_PAIRS = 50_000;

/** Family names of patients, every one they bear: the register of identities knows. */
export type FamilyNamesOf = (sql: Sql, patientIds: readonly string[]) => Promise<Map<string, string[]>>;

/** Which of these patients bear the names of a professional of the reader's own structure (FINESS). By position, as given. */
export type AreColleagues = (sql: Sql, pairs: readonly { patientId: string; organisation: string }[]) => Promise<boolean[]>;

/** Who knows the names that the audit does not hold. */
export interface KnowsNames {
  familyNamesOf: FamilyNamesOf;
  areColleagues: AreColleagues;
}

/** What the data protection officer should look at in a period, the latest first. No value of a result is in it. */
export async function alertsOf(
  sql: Sql,
  { from, to }: { from: Date; to: Date },
  thresholds: AlertThresholds,
  knows: KnowsNames,
): Promise<AuditAlert[]> {
  const [declared, mass, refused, pairs] = [
    await emergencies(sql, from, to),
    await massReaders(sql, from, to, thresholds.massPatients),
    await refusedReaders(sql, from, to, thresholds.refusedPatients),
    await pairsOfPeriod(sql, from, to, MOST_PAIRS),
  ];
  const names = await knows.familyNamesOf(sql, [...new Set(pairs.map(({ patientId }) => patientId))]);
  const sameName = pairs.filter(({ actorName, patientId }) => (names.get(patientId) ?? []).some((name) => bears(actorName, name)));
  const inStructures = pairs.flatMap(({ organisation, ...pair }) => (organisation === null ? [] : [{ ...pair, organisation }]));
  const isColleague = await knows.areColleagues(sql, inStructures);
  const about = (one: Pair) => ({ patientId: one.patientId });
  return [
    ...declared.map(({ at, patientId, sequence, told, reason, ...who }) =>
      alert('break-glass', { ...who, lastAt: at }, { patientId, sequence, told, ...(reason !== null && { reason }) }),
    ),
    ...mass.map((one) => alert('mass-reading', one, { patients: one.patients })),
    ...refused.map((one) => alert('no-care-link', one, { patients: one.patients })),
    ...sameName.map((one) => alert('same-name', one, about(one))),
    ...inStructures.filter((_one, n) => isColleague[n]).map((one) => alert('colleague', one, about(one))),
    ...pairs.filter(({ isWatched }) => isWatched).map((one) => alert('watched', one, about(one))),
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
