import type { Principal } from '#access';
import { INS_OIDS, isLinkedDomain, linkedDomains, type Patient, patientsByIds, patientsByNumber } from '#identity';
import { Refusal, type Sql } from '#kernel';

/** Numbers of people, as FHIR says them: `system|value`. */

/** `system|value`; the value alone has no system. */
export function cutNumber(text: string): { system: string | undefined; number: string } {
  const cut = text.indexOf('|');
  return cut < 0 ? { system: undefined, number: text } : { system: text.slice(0, cut), number: text.slice(cut + 1) };
}

/** As identity may know a system: its OID, or its address. */
export const domainsOf = (system: string): string[] => [...new Set([system.replace(/^urn:oid:/, ''), system])];

/**
 * Records by a number written `system|value`; none when it is nobody's.
 * @param without the domain of one that names none: any (people are shown, and one is chosen by someone), or it is refused (it must name one)
 * @throws Refusal `request.invalid`
 */
export async function patientsOfNumber(sql: Sql, value: string, without: 'any domain' | 'refused' = 'refused'): Promise<Patient[]> {
  const { system, number } = cutNumber(value);
  if (number === '') return [];
  if (system === 'urn:ietf:rfc:3986')
    return patientsByIds(
      sql,
      [/^urn:uuid:([0-9a-f-]{36})$/.exec(number)?.[1]].filter((id) => id !== undefined),
    );
  if (system !== undefined) return patientsByNumber(sql, domainsOf(system), number);
  if (without === 'any domain') return patientsByNumber(sql, [...Object.values(INS_OIDS), ...(await linkedDomains(sql))], number);
  throw new Refusal('request.invalid', 'a number of a patient names its domain: identifier=system|value', { at: 'identifier' });
}

/** The record of a number, when it is one person's. @throws Refusal `request.precondition` when it is several people's */
export async function patientIdOfNumber(sql: Sql, value: string): Promise<string | undefined> {
  const [patientId, another] = [...new Set((await patientsOfNumber(sql, value)).map((one) => one.patientId))];
  if (another !== undefined) throw new Refusal('request.precondition', 'this number is of several patients', { at: 'identifier' });
  return patientId;
}

/** The INS, the record itself for people, or a domain of which some number was linked; for a system, one of its own structures'. */
export async function isKnownDomain(tx: Sql, { role, structures = [] }: Principal, system: string): Promise<boolean> {
  const roots = domainsOf(system);
  if (roots.some((root) => (Object.values(INS_OIDS) as string[]).includes(root))) return true;
  const isSystem = role === 'laboratory-system';
  if (system === 'urn:ietf:rfc:3986') return !isSystem;
  for (const root of roots) if (await isLinkedDomain(tx, root, isSystem ? structures : undefined)) return true;
  return false;
}
