import type { Principal } from '#access';
import type { Filter } from '../search/filter.ts';
import type { Has, Query } from '../search/query.ts';
import { STATED } from '../wire/resource.ts';
import type { Wanted } from './read-record.ts';

/** Types made from the registry of documents. */
export const DOCUMENTS: ReadonlySet<string> = new Set(['DocumentReference', 'List']);

/** What a search looks in: documents only when they are asked for, or pointed to; the identity when something leads there. */
export function wantedOf({ type, includes, has, expressions, filters, words }: Query, { software }: Principal): Wanted {
  const types = [type, ...includes.map((include) => include.type), ...has.flatMap(typesOfHas), ...filters.flatMap(typesOfChain)];
  const provenance = types.includes('Provenance') || includes.some((include) => include.reverse && include.type === '*');
  const documents = provenance || types.some((one) => DOCUMENTS.has(one) || one === '*');
  const leads = includes.length + has.length + expressions.length > 0 || filters.some(({ chain }) => chain) || software !== undefined;
  const reports = types.some((one) => ofReports(one) || one === '*');
  const stays = types.some((one) => one === 'Encounter' || one === '*');
  const stated = provenance || types.some((one) => STATED.has(one) || one === '*');
  return { patient: leads || type === 'Patient', documents, reports, stays, stated, provenance, ...(words.length > 0 && { words }) };
}

/** The types that lead here, one behind the other: `_has:DiagnosticReport:result:_has:Provenance:target:…`. */
const typesOfHas = ({ type, has, filter }: Has): string[] => [
  type,
  ...(has ? typesOfHas(has) : []),
  ...(filter ? typesOfChain(filter) : []),
];

const typesOfChain = ({ chain }: Filter): string[] => (chain ? [chain.type, ...typesOfChain(chain.filter)] : []);

/** What else is of a patient is made of the reports of biology. */
const ofReports = (type: string) => !DOCUMENTS.has(type) && !STATED.has(type) && type !== 'Patient' && type !== 'Encounter';

/** To find one resource of a type: what it is made of. */
export const wantedToRead = (type: string, { software }: Principal): Wanted => ({
  patient: type === 'Patient' || software !== undefined,
  documents: DOCUMENTS.has(type) || type === 'Provenance',
  reports: ofReports(type),
  stays: type === 'Encounter',
  stated: STATED.has(type) || type === 'Provenance',
  provenance: type === 'Provenance',
});

/** All of a patient that one may see. */
export const ALL: Wanted = { patient: true, documents: true, reports: true, stays: true, stated: true };
