import type { Sql } from '#kernel';
import type { Principal } from './contract.ts';
import { type ActiveLink, isLinkKind, type Standing } from './decide.ts';
import { type ChoiceKind, factsInForce, standingInForce } from './store.ts';

/** Roles that neither a care link nor a choice of the patient concerns: nothing of them is looked at. */
const WITHOUT_STANDING = new Set(['operator', 'dpo', 'identity-cell']);

/** Under which names a person may hold a care link: their own, their structure's, or that of the professional they act for. */
export function holdersOf(who: Principal): { id: string; of: ActiveLink['of'] }[] {
  if (WITHOUT_STANDING.has(who.role) || who.role === 'laboratory-system') return [];
  if (who.role === 'secretary') return who.actsFor ? [{ id: who.actsFor, of: 'principal' }] : [];
  const own = { id: who.id, of: 'person' } as const;
  return who.organisation ? [own, { id: structureHolder(who.organisation.finess), of: 'structure' }] : [own];
}

/** The holder of a link that belongs to everyone who treats in a structure (a hospital stay, a laboratory's report). */
export function structureHolder(finess: string): string {
  return `structure:${finess}`;
}

/** What stands between this person and this patient now. */
export async function loadStanding(sql: Sql, who: Principal, patientId: string, now: Date): Promise<Standing> {
  if (WITHOUT_STANDING.has(who.role)) return { links: [] };
  const holders = holdersOf(who).map(({ id }) => id);
  return readStanding(who, await standingInForce(sql, patientId, holders, now));
}

function readStanding(who: Principal, text: string): Standing {
  if (WITHOUT_STANDING.has(who.role)) return { links: [] };
  const holders = holdersOf(who);
  const rows = JSON.parse(text) as [kind: string, holder: string, since: number][];
  return {
    links: rows.flatMap(([kind, holder, since]) =>
      isLinkKind(kind) ? [{ kind, since: new Date(since).toISOString(), of: holders.find(({ id }) => id === holder)!.of }] : [],
    ),
    ...Object.fromEntries(rows.flatMap(([kind]) => (kind in CHOICES ? [[CHOICES[kind as ChoiceKind], true]] : []))),
  };
}

const CHOICES: Record<ChoiceKind, Exclude<keyof Standing, 'links'>> = {
  blocks: 'isBlocked',
  'refuses-break-glass': 'refusesBreakGlass',
  'refuses-regulation': 'refusesRegulation',
  'opposes-consultation': 'opposesConsultation',
  'opposes-feeding': 'opposesFeeding',
  closed: 'isClosed',
  deceased: 'isDeceased',
};

/** What the door decides by, of one person and one record. */
export interface Facts {
  /** The record that is decided on: the one asked for, or the one that it was merged into. */
  patientId: string;
  /** The records read as one with it, itself first. */
  homes: readonly string[];
  /** As the database tells it: the same facts are the same text. */
  text: string;
  standing: Standing;
}

export interface FactsAsked {
  who: Principal;
  patientId: string;
  isFollowed: boolean;
}

/** The facts of now, remembered. */
export async function loadFacts(sql: Sql, asked: FactsAsked, now: Date): Promise<Facts> {
  const { who, patientId, isFollowed } = asked;
  const holders = holdersOf(who).map(({ id }) => id);
  const { homes, standing: text } = await factsInForce(sql, { patientId, isFollowed, holders, now });
  const facts = { patientId: homes[0]!, homes, text, standing: readStanding(who, text) };
  if (lately.size >= MOST_REMEMBERED) lately.clear();
  lately.set(keyOf(asked), facts);
  return facts;
}

const MOST_REMEMBERED = 20_000;
const lately = new Map<string, Facts>();
const keyOf = ({ who, patientId, isFollowed }: FactsAsked) =>
  `${patientId} ${isFollowed} ${who.role} ${holdersOf(who).map(({ id }) => id)}`;

/**
 * The facts as they were found the last time: enough to prepare an answer, never to give it. Whether they still hold is asked of the database in the very
 * transaction that writes the event and reads the record (`access.pass_again`).
 */
export const factsLately = (asked: FactsAsked): Facts | undefined => lately.get(keyOf(asked));
