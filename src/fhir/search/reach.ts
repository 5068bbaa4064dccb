/** Types that are looked for by themselves: a record is not read with its trail, its circle, nor with groups or standing searches. */
const APART: ReadonlySet<string> = new Set(['AuditEvent', 'CareTeam', 'Consent', 'Group', 'Subscription', 'ValueSet']);

/** Who the resources of a circle or a group name: found with them. */
const PEOPLE: ReadonlySet<string> = new Set(['Patient', 'Practitioner', 'PractitionerRole', 'Organization']);
const WITH_PEOPLE: ReadonlySet<string> = new Set(['CareTeam', 'Consent', 'Group']);

/**
 * Whether resources of a type are found where those of another are looked for, so that an include, a chain or a `_has` between them finds what there is. One that
 * is not is told to be left aside, never answered as nothing.
 */
export function isReached(from: string, to: string): boolean {
  if (from === to) return true;
  if (WITH_PEOPLE.has(from)) return PEOPLE.has(to);
  return !APART.has(from) && !APART.has(to);
}

/** A chain that only says of whom: their number is looked for before. */
export const namesPatient = (type: string, name: string): boolean => type === 'Patient' && (name === 'identifier' || name === '_id');
