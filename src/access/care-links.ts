import type { Sql } from '#kernel';
import type { Principal } from './contract.ts';
import { LINK_KINDS, type LinkKind } from './decide.ts';
import { holdersOf, structureHolder } from './standing.ts';
import { endLinks, linksOfHolders, linksOfPatient, writeLinks } from './store.ts';

/**
 * For how long a declared consent opens the record: one consultation and the results it asked for. The texts ask for a consent at
 * each consultation and give no duration; 30 days is our default.
 */
export const CONSENT_DAYS = 30;

/** For how long a laboratory that reported on a patient may read the previous results of others, to compare: our default. */
export const PRODUCER_DAYS = 30;

/** For how long a declared emergency opens the record: one watch, our default. */
export const BREAK_GLASS_HOURS = 8;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface LinkToRegister {
  patientId: string;
  /** A person's principal id (`rpps:…`), or a structure's FINESS. */
  holder: { person: string } | { structure: string };
  kind: LinkKind;
  since: Date;
  /** Absent: in force until someone ends it. */
  until?: Date;
}

/**
 * Registers links known from elsewhere: treating doctors, stays, appointments, the demo region. One statement for all.
 * @param declaredBy who says so: a principal id, or the name of the source (`source:demo`)
 */
export async function registerLinks(tx: Sql, links: readonly LinkToRegister[], declaredBy: string): Promise<void> {
  const rows = links.map(({ holder, ...link }) => ({
    ...link,
    holder: 'person' in holder ? holder.person : structureHolder(holder.structure),
  }));
  if (rows.length > 0) await writeLinks(tx, rows, declaredBy);
}

/** Laboratories reported on these patients: their biologists may read previous results for `PRODUCER_DAYS`. One statement for all. */
export function registerProducers(tx: Sql, reports: readonly { patientId: string; finess: string }[], now: Date): Promise<void> {
  const until = daysAfter(now, PRODUCER_DAYS);
  const links = reports.map(
    ({ patientId, finess }) => ({ patientId, holder: { structure: finess }, kind: 'producer', since: now, until }) as const,
  );
  return registerLinks(tx, links, 'source:report');
}

/**
 * The professional declares the consent collected: a declaration, kept with its time and author, and shown to the patient; not a proof.
 * Call it behind the door (`care-link.declare`).
 */
export function declareConsent(tx: Sql, who: Principal, patientId: string, now: Date): Promise<void> {
  return writeLinks(tx, [{ patientId, holder: who.id, kind: 'consent', since: now, until: daysAfter(now, CONSENT_DAYS) }], who.id);
}

/**
 * A doctor opens the record in an emergency, alone and for a few hours. Call it behind the door (`break-glass.declare`), which writes the
 * reason where the patient reads it.
 */
export function declareBreakGlass(tx: Sql, who: Principal, patientId: string, now: Date): Promise<void> {
  const until = new Date(now.getTime() + BREAK_GLASS_HOURS * HOUR_MS);
  return writeLinks(tx, [{ patientId, holder: who.id, kind: 'break-glass', since: now, until }], who.id);
}

/** Ends the links of one person with a patient, whatever their kind. @returns how many were in force */
export function endCareLink(tx: Sql, link: { patientId: string; holder: string; now: Date; endedBy: string }): Promise<number> {
  return endLinks(tx, { ...link, kinds: LINK_KINDS });
}

export interface PatientLink {
  patientId: string;
  kind: LinkKind;
  /** ISO 8601 instant. */
  since: string;
}

/** The patients that a professional follows, the latest links first; a secretary's are those of the professional they act for. */
export async function linksOf(sql: Sql, who: Principal, options: { now: Date; limit?: number }): Promise<PatientLink[]> {
  const first = new Map<string, PatientLink>();
  for (const { holder: _, ...link } of await heldLinksOf(sql, who, options))
    if (!first.has(link.patientId)) first.set(link.patientId, link);
  return [...first.values()];
}

/** Every link by which they follow them, and who holds it (`rpps:…`, `structure:FINESS`): several for one patient, the latest first. */
export async function heldLinksOf(
  sql: Sql,
  who: Principal,
  options: { now: Date; limit?: number },
): Promise<(PatientLink & { holder: string })[]> {
  const holders = holdersOf(who).map(({ id }) => id);
  if (holders.length === 0) return [];
  const kinds = LINK_KINDS.filter((kind) => kind !== 'producer' && kind !== 'break-glass');
  const rows = await linksOfHolders(sql, holders, options.now, { kinds, limit: options.limit ?? 100 });
  return rows.map(({ patientId, kind, holder, since }) => ({ patientId, kind, holder, since: since.toISOString() }));
}

/** Treating doctors of a patient in force, by their principal ids: whom a letter goes to. The caller has passed the door of the record. */
export async function treatingDoctorsOf(sql: Sql, patientId: string, now: Date): Promise<string[]> {
  const links = await linksOfPatient(sql, patientId, now);
  return [
    ...new Set(links.filter(({ kind, holder }) => kind === 'treating-doctor' && holder.startsWith('rpps:')).map(({ holder }) => holder)),
  ];
}

/** Which of these patients the person may already open by a link: for the list that a search answers. */
export async function linkedAmong(sql: Sql, who: Principal, patientIds: readonly string[], now: Date): Promise<Set<string>> {
  const holders = holdersOf(who).map(({ id }) => id);
  if (holders.length === 0 || patientIds.length === 0) return new Set();
  // The same limits as the decision: a laboratory's link is for its biologists, an emergency is never delegated.
  const closed = new Set<LinkKind>([
    ...(who.role === 'biologist' ? [] : (['producer'] as const)),
    ...(who.role === 'secretary' ? (['break-glass'] as const) : []),
  ]);
  const kinds = LINK_KINDS.filter((kind) => !closed.has(kind));
  const rows = await linksOfHolders(sql, holders, now, { among: patientIds, kinds, limit: 10_000 });
  return new Set(rows.map(({ patientId }) => patientId));
}

function daysAfter(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}
