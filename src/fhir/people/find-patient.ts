import { linksOf, type Principal, rateLimit } from '#access';
import { aliasesOf, findPatients, linkedNumbers, type NameScope, type Patient, patientsByIds, patientsByNumber, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { type Asking, type FhirDeps, open, openRecord } from '../world/door.ts';
import { patientResource } from '../make/people.ts';
import type { Bundle } from '../wire/resource.ts';
import { search } from '../search/search.ts';
import type { Filter } from '../search/filter.ts';
import type { Query } from '../search/query.ts';
import { checkScope } from '../world/software.ts';
import { followed, shownTo } from './shown-patients.ts';
import { readSourcePatients } from './source-patients.ts';
import { Shelf } from '../world/world.ts';

/** Patients of one professional at most. */
const MOST_OWN = 5_000;
/** Searches a minute of one person: nobody needs more, and a register of a whole population is not for leafing through by program. */
const maySearch = rateLimit(300);

/** Records by a number written `system|value`; none when it is nobody's. */
export async function patientsOfNumber(sql: Sql, value: string): Promise<Patient[]> {
  const { system, number } = cutNumber(value);
  if (number === '') return [];
  if (system === 'urn:ietf:rfc:3986')
    return patientsByIds(
      sql,
      [/^urn:uuid:([0-9a-f-]{36})$/.exec(number)?.[1]].filter((id) => id !== undefined),
    );
  if (system === undefined)
    throw new Refusal('request.invalid', 'a number of a patient names its domain: identifier=system|value', { at: 'identifier' });
  return (await Promise.all(domainsOf(system).map((root) => patientsByNumber(sql, { root, extension: number })))).flat();
}

/** `system|value`; the value alone has no system. */
export function cutNumber(text: string): { system: string | undefined; number: string } {
  const cut = text.indexOf('|');
  return cut < 0 ? { system: undefined, number: text } : { system: text.slice(0, cut), number: text.slice(cut + 1) };
}

/** As identity may know a system: its OID, or its address. */
export const domainsOf = (system: string): string[] => [...new Set([system.replace(/^urn:oid:/, ''), system])];

/** The record of a number, when it is one person's. @throws Refusal `request.precondition` when it is several people's */
export async function patientIdOfNumber(sql: Sql, value: string): Promise<string | undefined> {
  const found = unique(await patientsOfNumber(sql, value));
  if (found.length > 1) throw new Refusal('request.precondition', 'this number is of several patients', { at: 'identifier' });
  return found[0]?.patientId;
}

/**
 * `GET /fhir/Patient?…`: by a number, by names with a birth date, or by a name among one's own patients; the other parameters narrow what was
 * found. Someone one does not follow is told from others and no more. A laboratory's system finds the patients that it wrote.
 */
export async function searchPatients(deps: FhirDeps, asking: Asking, query: Query): Promise<Bundle> {
  const { who, now } = asking;
  const ground = { zone: deps.zone };
  if (who.role === 'laboratory-system') {
    const world = await open(deps, asking, { action: 'source.read', object: 'Patient' }, (tx) => readSourcePatients(tx, who.id, query));
    return search(query, { world, ...ground }, asking.base);
  }
  const [own] = query.filters.filter(({ param }) => param.name === '_id');
  if (own && query.filters.length === 1 && own.values.length === 1) {
    const world = await openRecord(
      deps,
      asking,
      own.values[0]!,
      { patient: true, documents: false, reports: isBroad(query) },
      { type: 'Patient', permission: 's', object: 'Patient' },
    );
    return search(query, { world, ...ground }, asking.base);
  }
  mayLookForAnyone(asking);
  const shelf = await open(deps, asking, { action: 'patient.search', object: 'Patient' }, async (tx) => {
    const scope: NameScope =
      who.role === 'identity-cell'
        ? 'everyone'
        : { own: async () => (await linksOf(tx, who, { now, limit: MOST_OWN })).map(({ patientId }) => patientId) };
    const found = new Shelf();
    const shown = await shownTo(tx, asking, await candidates(tx, deps, query, scope));
    const aliases = await aliasesOf(tx, followed(shown));
    for (const { patient, isKnown } of shown) {
      const numbers = isKnown ? await numbersAsked(tx, patient.patientId, query) : [];
      found.put(patientResource(patient, { numbers, aliases: aliases.get(patient.patientId) }));
    }
    return found;
  });
  // A number that was looked for may not be one that goes out: it has found its patient already.
  const filters = query.filters.filter(({ param }) => param.name !== 'identifier');
  return search({ ...query, filters, has: [] }, { world: shelf, ...ground }, asking.base);
}

/** A software launched on one patient looks for no other. @throws Refusal `access.denied`, `access.too-many` */
export function mayLookForAnyone({ who, now }: { who: Principal; now: Date }): void {
  checkScope(who, 'Patient', 's', 'any');
  if (!maySearch(who.id, now)) throw new Refusal('access.too-many', 'too many searches in a minute');
}

/** `identifier=system|` names a domain whose numbers are wanted (PDQm): those that a person linked to this record. */
async function numbersAsked(tx: Sql, patientId: string, { filters }: Query): Promise<{ domain: string; localId: string }[]> {
  const wanted = new Set(
    numbersIn(filters).flatMap((value) => (cutNumber(value).number === '' ? domainsOf(cutNumber(value).system ?? '') : [])),
  );
  if (wanted.size === 0) return [];
  const { homes } = await personOf(tx, patientId);
  return (await linkedNumbers(tx, homes)).filter(({ domain }) => wanted.has(domain));
}

const numbersIn = (filters: readonly Filter[]): string[] =>
  filters.filter(({ param }) => param.name === 'identifier').flatMap(({ values }) => values);

const isBroad = ({ includes, has }: Query) => includes.length > 0 || has.length > 0;

async function candidates(tx: Sql, deps: FhirDeps, { filters }: Query, scope: NameScope): Promise<Patient[]> {
  const of = (...names: string[]): Filter[] => filters.filter(({ param }) => names.includes(param.name));
  const numbers = numbersIn(filters).filter((value) => cutNumber(value).number !== '');
  if (numbers.length > 0) return unique((await Promise.all(numbers.map((value) => patientsOfNumber(tx, value)))).flat());
  const words = of('family', 'given', 'name').flatMap(({ values }) => values);
  const dates = of('birthdate').flatMap(({ values }) => values.map((value) => value.replace(/^eq/, '')));
  if (words.length === 0)
    throw new Refusal('request.invalid', 'look for a patient by a number, or by a name and a birth date', { at: 'query' });
  const { patients } = await findPatients(tx, { q: [...words, ...dates.slice(0, 1)].join(' '), mode: deps.mode, scope });
  return patients;
}

const unique = (patients: readonly Patient[]) => [...new Map(patients.map((patient) => [patient.patientId, patient])).values()];
