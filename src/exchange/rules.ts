import type { Condition, Effect, RecipientRole, RoutingRule } from './contract.ts';
import { FIXED_RULES } from './rule-set.ts';

/**
 * Where a document goes, and why: rules as data, applied by one pure function, so that what would happen is told by the code that does it.
 * Sources: CI-SIS « Transmission au LPS par courriel MSSanté » §2 (what masks allow); ECO.2.1.1 (one person a mail).
 */

/** To whom a document may go: who ordered it, who gets a copy, the patient, a shared record, the software of a place. */
export interface Named {
  role: RecipientRole;
  /** `rpps:8…`, `finess:…`, `patient`, `shared:…` or `software:…`; `name:…` when the document gives no national identifier. */
  recipient: string;
  name: string;
}

/** Trusted addresses, the one to prefer first; or why there is none. */
export type Found =
  | { addresses: string[] }
  | { missing: 'recipient.unidentified' | 'recipient.unknown' | 'address.none' | 'address.outside' | 'patient.unqualified' };

export interface Candidate extends Named {
  found: Found;
  /** Named by an earlier version of the document only. */
  isFollowing: boolean;
  /** Not named: a discharge letter told them that this result would come. */
  isAwaiting?: boolean;
  /** The patient shut them out of the record. */
  isShutOut: boolean;
  /** They have an earlier version: what keeps this one from them leaves a wrong one there. */
  hasFormer?: boolean;
  /** A software that cannot be told that a document is hidden from its patient. */
  saysNothingHidden?: boolean;
}

/** All that rules look at, kept with each document that was routed: other rules can be tried on it later. No trait of the patient. */
export interface Facts {
  uniqueId: string;
  /** FINESS of whose document it is. */
  structure: string;
  /** JDV_J07. */
  type: string;
  /** Status of the identity of the record: provisional, retrieved, validated, qualified. */
  identity: string;
  /** The patient refuses that their record be fed. */
  isOpposed: boolean;
  candidates: readonly Candidate[];
  masks: readonly string[];
  /** Some result belongs to a family that the law or the region protects. */
  isSensitive: boolean;
  /** A report of biology was ordered by somebody: one that names nobody is an error to mend. Other documents may be for the record alone. */
  isOrdered: boolean;
  /** A later version is in the record. */
  isSuperseded: boolean;
  /** Withdrawn from reading by its structure. */
  isWithdrawn: boolean;
  /** Days since the document was issued. */
  ageDays: number;
}

export interface Destination extends Named {
  rule: string;
  address?: string;
  /** Why it cannot leave yet: a person has to mend it. */
  held?: string;
}

export interface Routed {
  destinations: Destination[];
  /** Those to whom a rule says not to send. */
  kept: (Named & { rule: string })[];
  /** Rules that applied. */
  applied: string[];
}

/** Stands for whoever ordered a report that does not say who did. */
const NOBODY: Candidate = {
  role: 'prescriber',
  recipient: 'nobody',
  name: '',
  found: { addresses: [] },
  isFollowing: false,
  isShutOut: false,
};

/** Pure and total: the same facts and rules give the same destinations. */
export function route(facts: Facts, rules: readonly RoutingRule[]): Routed {
  const closed = closedBy(facts);
  if (closed) return { destinations: [], kept: [], applied: [closed] };
  const judged = unique(facts.candidates).map((one) => judge(one, facts, rules));
  const destinations = judged.flatMap(({ destination }) => destination ?? []);
  const kept = judged.flatMap((one) => one.kept ?? []);
  const isNamed = facts.candidates.some(({ role }) => role === 'prescriber');
  if (facts.isOrdered && !isNamed && destinations.every(({ role }) => role === 'patient' || isMachine(role))) {
    const nobody = judge(NOBODY, facts, rules);
    if (nobody.kept) kept.push(nobody.kept);
    else destinations.push({ role: 'prescriber', recipient: 'nobody', name: '', rule: 'R-09', held: 'recipient.none' });
  }
  const applied = [...new Set([...destinations, ...kept].map(({ rule }) => rule))].toSorted();
  return { destinations, kept, applied: applied.length > 0 ? applied : ['R-12'] };
}

function closedBy({ isWithdrawn, isSuperseded }: Facts): keyof typeof FIXED_RULES | undefined {
  if (isWithdrawn) return 'R-08';
  return isSuperseded ? 'R-01' : undefined;
}

/** What no region may change: a mask holds whatever the rules say. */
function hiddenFrom({ role, saysNothingHidden }: Candidate, { masks }: Facts): keyof typeof FIXED_RULES | undefined {
  // A shared record is told from whom the document is hidden, and hides it.
  if (role === 'shared') return undefined;
  if (role === 'patient') return masks.some((mask) => mask.startsWith('INVISIBLE_')) ? 'R-14' : undefined;
  if (masks.includes('MASQUE_PS')) return 'R-04';
  return saysNothingHidden && masks.length > 0 ? 'R-22' : undefined;
}

/** A rule about people sends nothing to them: one that does names them. */
/** Shared records and software: no mail. */
export const isMachine = (role: RecipientRole): role is 'shared' | 'software' => role === 'shared' || role === 'software';

/** Why nothing goes to a machine that no rule names. */
const UNSAID = { shared: 'R-20', software: 'R-23' } as const;

function judge(one: Candidate, facts: Facts, rules: readonly RoutingRule[]): { destination?: Destination; kept?: Routed['kept'][number] } {
  const { role, recipient, name } = one;
  const named = { role, recipient, name };
  const hidden = hiddenFrom(one, facts);
  const kept = (rule: string) => (one.hasFormer ? { destination: { ...named, rule, held: 'former.there' } } : { kept: { ...named, rule } });
  if (hidden) return kept(hidden);
  const rule = rules.find((each) => holds(each.when, one, facts) && maySend(each, one));
  if (!rule && isMachine(role)) return kept(UNSAID[role]);
  if (!rule) return { destination: { ...named, rule: 'R-00', held: 'rule.none' } };
  if (rule.effect === 'keep') return kept(rule.id);
  return { destination: { ...named, rule: rule.id, ...addressOf(one, rule) } };
}

const maySend = ({ effect, when }: RoutingRule, { role, recipient }: Candidate): boolean =>
  !isMachine(role) || effect !== 'send' || (when.roles ?? []).includes(role) || (when.recipients ?? []).includes(recipient);

function addressOf({ recipient, found }: Candidate, { effect, address }: { effect: Effect; address?: string | undefined }) {
  if (effect === 'hold') return { held: 'rule.hold' };
  if (recipient.startsWith('name:')) return { held: 'recipient.unidentified' };
  if ('missing' in found) return { held: found.missing };
  const chosen = found.addresses.find((one) => one.toLowerCase() === address?.toLowerCase()) ?? found.addresses[0];
  return chosen === undefined ? { held: 'address.none' } : { address: chosen };
}

/** Every part of a condition that is given must hold; one that is absent holds for all. */
function holds(when: Condition, one: Candidate, facts: Facts): boolean {
  const among = (values: readonly string[] | undefined, value: string) => values === undefined || values.includes(value);
  const same = (asked: boolean | undefined, is: boolean) => asked === undefined || asked === is;
  return (
    among(when.senders, facts.structure) &&
    among(when.types, facts.type) &&
    among(when.identity, facts.identity) &&
    among(when.roles, one.role) &&
    among(when.recipients, one.recipient) &&
    same(when.isSensitive, facts.isSensitive) &&
    same(when.isOpposed, facts.isOpposed) &&
    same(when.isShutOut, one.isShutOut) &&
    same(when.isFollowing, one.isFollowing) &&
    same(when.isAwaiting, one.isAwaiting ?? false) &&
    (when.masks === undefined || when.masks.some((mask) => facts.masks.includes(mask))) &&
    (when.olderThanDays === undefined || facts.ageDays > when.olderThanDays)
  );
}

/** The same person named twice receives once, as the prescriber when they are one. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  const first = new Map<string, Candidate>();
  for (const one of candidates) {
    const before = first.get(one.recipient);
    if (!before || (before.isFollowing && !one.isFollowing) || (one.role === 'prescriber' && !one.isFollowing))
      first.set(one.recipient, one);
  }
  return [...first.values()];
}
