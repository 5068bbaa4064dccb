import { mailboxesOfPractitioner, mailboxesOfStructure, practitionerAmong } from '#directory';
import type { Sql } from '#kernel';
import type { Found } from './rules.ts';

/**
 * The addresses of a recipient in the directory, their own first, and where they work (FINESS); none outside of the trusted operators.
 * @param recipient `rpps:8…` or `finess:…`
 * @param domains domains of the trusted operators; undefined when all that the directory holds is trusted
 */
export async function findAddress(
  sql: Sql,
  recipient: string,
  domains: ReadonlySet<string> | undefined,
): Promise<Found & { structures: string[] }> {
  const [kind, number = ''] = recipient.split(':');
  if (kind === 'finess') return { ...trusted(await mailboxesOfStructure(sql, number), domains), structures: [] };
  if (kind !== 'rpps') return { missing: 'recipient.unidentified', structures: [] };
  const [person, mailboxes] = await Promise.all([practitionerAmong(sql, number), mailboxesOfPractitioner(sql, number)]);
  if (!person) return { missing: 'recipient.unknown', structures: [] };
  return { ...trusted(mailboxes, domains), structures: person.structures };
}

function trusted(mailboxes: readonly { address: string }[], domains: ReadonlySet<string> | undefined): Found {
  if (mailboxes.length === 0) return { missing: 'address.none' };
  const among = mailboxes.filter(({ address }) => !domains || domains.has(domainOf(address)));
  return among.length > 0 ? { addresses: among.map(({ address }) => address) } : { missing: 'address.outside' };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
