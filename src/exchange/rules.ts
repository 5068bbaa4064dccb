/**
 * Where a document goes, and why: rules as data, applied by one pure function, so that what would happen is told by the code that does it.
 * Sources: CI-SIS « Transmission au LPS par courriel MSSanté » §2 (what masks allow); ECO.2.1.1 (one person a mail).
 */

/** Somebody that the document names: who ordered it, who gets a copy. */
export interface Named {
  role: 'prescriber' | 'copy';
  /** `rpps:8…` or `finess:…`; `name:…` when the document gives no national identifier. */
  recipient: string;
  name: string;
}

/** An address of the directory, or why there is none. */
export type Found = { address: string } | { missing: 'recipient.unidentified' | 'recipient.unknown' | 'address.none' | 'address.outside' };

export interface Facts {
  named: readonly Named[];
  found: ReadonlyMap<string, Found>;
  /** Those to whom an earlier version of the same document went, or was to go. */
  reachedBefore: readonly Named[];
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

export const RULES = {
  'R-01': 'La version la plus récente seule est envoyée.',
  'R-02': 'Prescripteur : messagerie, adresse trouvée par RPPS.',
  'R-03': 'Copie demandée par le document : messagerie.',
  'R-04': 'Document masqué aux professionnels : aucun envoi.',
  'R-05': 'Résultat d’une famille sensible : au prescripteur seul, sans copie.',
  'R-06': 'Une correction suit chaque destinataire de la version précédente.',
  'R-07': 'Reprise d’historique : un document ancien est classé, pas envoyé.',
  'R-08': 'Document retiré de la lecture : aucun envoi.',
  'R-09': 'Aucun destinataire nommé : à compléter par le laboratoire.',
  'R-10': 'Copie d’un document déjà reçu par un autre canal, ou document sorti du dossier : aucun envoi.',
  'R-11': 'Document retiré du dossier : retrait demandé à chaque destinataire qui l’a reçu.',
  'R-12': 'Document qui ne nomme aucun destinataire : classé au dossier, sans envoi.',
} as const;
export type RuleId = keyof typeof RULES;

/** Older than this when it arrives, a document is history that is being taken over: a doctor is not mailed years of it. Our default. */
export const HISTORY_DAYS = 30;

export interface Destination extends Named {
  rule: RuleId;
  address?: string;
  /** Why it cannot leave yet: a person has to mend it. */
  held?: string;
}

export interface Routed {
  destinations: Destination[];
  /** Rules that applied. */
  applied: RuleId[];
}

/** Pure and total: the same facts give the same destinations. */
export function route(facts: Facts): Routed {
  const closed = closedBy(facts);
  if (closed) return { destinations: [], applied: [closed] };
  const named = facts.isSensitive ? facts.named.filter(({ role }) => role === 'prescriber') : facts.named;
  const known = new Set(named.map(({ recipient }) => recipient));
  const followed = facts.reachedBefore.filter(({ recipient, role }) => !known.has(recipient) && !(facts.isSensitive && role === 'copy'));
  const destinations = [
    ...unique(named).map((one) => destinationOf(one, one.role === 'prescriber' ? 'R-02' : 'R-03', facts)),
    ...unique(followed).map((one) => destinationOf(one, 'R-06', facts)),
  ];
  if (destinations.length === 0 && !facts.isOrdered) return { destinations: [], applied: ['R-12'] };
  if (destinations.length === 0) {
    const nobody = { role: 'prescriber', recipient: 'nobody', name: '', rule: 'R-09', held: 'recipient.none' } as const;
    return { destinations: [nobody], applied: ['R-09'] };
  }
  const applied = new Set(destinations.map(({ rule }) => rule));
  if (facts.isSensitive) applied.add('R-05');
  return { destinations, applied: [...applied].toSorted() };
}

function closedBy({ isWithdrawn, isSuperseded, masks, ageDays }: Facts): RuleId | undefined {
  if (isWithdrawn) return 'R-08';
  if (isSuperseded) return 'R-01';
  if (masks.includes('MASQUE_PS')) return 'R-04';
  return ageDays > HISTORY_DAYS ? 'R-07' : undefined;
}

/** The same person named twice receives once, as the prescriber when they are one. */
function unique(named: readonly Named[]): Named[] {
  const first = new Map<string, Named>();
  for (const one of named) {
    if (!first.has(one.recipient) || one.role === 'prescriber') first.set(one.recipient, one);
  }
  return [...first.values()];
}

function destinationOf(one: Named, rule: RuleId, { found }: Facts): Destination {
  if (one.recipient.startsWith('name:')) return { ...one, rule, held: 'recipient.unidentified' };
  const address = found.get(one.recipient) ?? { missing: 'recipient.unknown' as const };
  return 'address' in address ? { ...one, rule, address: address.address } : { ...one, rule, held: address.missing };
}
