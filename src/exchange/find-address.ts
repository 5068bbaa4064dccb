import { mailboxesOfPractitioner, mailboxesOfStructure, practitioner } from '#directory';
import type { Sql } from '#kernel';
import type { Found } from './rules.ts';

/**
 * The addresses of a recipient in the directory, their own first; none outside of the trusted operators.
 * @param recipient `rpps:8…` or `finess:…`
 * @param domains domains of the trusted operators; undefined when all that the directory holds is trusted
 */
export async function findAddress(sql: Sql, recipient: string, domains: ReadonlySet<string> | undefined): Promise<Found> {
  const [kind, number = ''] = recipient.split(':');
  if (kind !== 'rpps' && kind !== 'finess') return { missing: 'recipient.unidentified' };
  if (kind === 'rpps' && !(await practitioner(sql, number))) return { missing: 'recipient.unknown' };
  const mailboxes = kind === 'rpps' ? await mailboxesOfPractitioner(sql, number) : await mailboxesOfStructure(sql, number);
  if (mailboxes.length === 0) return { missing: 'address.none' };
  const trusted = mailboxes.filter(({ address }) => !domains || domains.has(domainOf(address)));
  return trusted.length > 0 ? { addresses: trusted.map(({ address }) => address) } : { missing: 'address.outside' };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();
