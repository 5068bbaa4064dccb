import type { Principal } from '#access';
import type { Query } from '../search/query.ts';
import type { Wanted } from './read-record.ts';

/** Types made from the registry of documents. */
export const DOCUMENTS: ReadonlySet<string> = new Set(['DocumentReference', 'List']);

/** What a search looks in: documents only when they are asked for, or pointed to; the identity when something leads there. */
export function wantedOf({ type, includes, has, expressions, filters, words }: Query, { software }: Principal): Wanted {
  const types = [type, ...includes.map((include) => include.type), ...has.map((one) => one.type)];
  const documents = types.some((one) => DOCUMENTS.has(one) || one === '*');
  const leads = includes.length + has.length + expressions.length > 0 || filters.some(({ chain }) => chain) || software !== undefined;
  const reports = types.some((one) => !DOCUMENTS.has(one) && one !== 'Patient');
  return { patient: leads || type === 'Patient', documents, reports, ...(words.length > 0 && { words }) };
}
