import { linksOf, type Principal, rateLimit } from '#access';
import { aliasesOf, findPatients, linkedNumbers, type NameScope, type Patient, personOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { type Asking, type FhirDeps, open, openRecord } from '../world/door.ts';
import { patientResource, systemOf } from '../make/people.ts';
import { type Bundle, type Resource, versionedByContent } from '../wire/resource.ts';
import { search } from '../search/search.ts';
import type { Filter } from '../search/filter.ts';
import { combined, mentions, type Query, surely } from '../search/query.ts';
import { checkScope } from '../world/software.ts';
import { cutNumber, domainsOf, isKnownDomain, patientsOfNumber } from './numbers.ts';
import { followed, shownTo } from './shown-patients.ts';
import { readSourcePatients } from './source-patients.ts';
import { wantedOf } from '../world/wanted.ts';
import { Shelf, type World } from '../world/world.ts';

/** Patients of one professional at most. */
const MOST_OWN = 5_000;
/** Searches a minute of one person: nobody needs more, and a register of a whole population is not for leafing through by program. */
const maySearch = rateLimit(300);

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
  const [own] = query.filters.filter(({ param, modifier }) => param.name === '_id' && modifier === undefined);
  if (own?.values.length === 1) {
    const world = await openRecord(deps, asking, own.values[0]!, wantedOf(query, who), {
      type: 'Patient',
      permission: 's',
      object: 'Patient',
    });
    return search(query, { world, ...ground }, asking.base);
  }
  if (own && own.values.length > 1)
    return search(query, { world: await recordsOf(deps, asking, own.values, query), ...ground }, asking.base);
  if (query.has.length > 0)
    throw new Refusal('request.invalid', 'what is in a record is asked of one patient, by their _id', { at: '_has' });
  if (query.expressions.some((one) => mentions(one, 'identifier')))
    throw new Refusal('request.invalid', 'a number is asked by itself: identifier=system|value', { at: '_filter' });
  mayLookForAnyone(asking);
  const domains = domainsAsked(query.filters);
  if (query.includes.length > 0) {
    const text = 'what is in a record is included for one patient, by their _id';
    if (asking.strict) throw new Refusal('request.invalid', text, { at: '_revinclude' });
    query.ignored.push(text);
  }
  const { shelf, unknown } = await open(deps, asking, { action: 'patient.search', object: 'Patient' }, async (tx) => {
    const scope: NameScope =
      who.role === 'identity-cell'
        ? 'everyone'
        : { own: async () => (await linksOf(tx, who, { now, limit: MOST_OWN })).map(({ patientId }) => patientId) };
    const found = new Shelf();
    const shown = await shownTo(tx, asking, await candidates(tx, deps, query, scope));
    const aliases = await aliasesOf(tx, followed(shown));
    for (const { patient, isKnown } of shown) {
      const numbers = isKnown ? await numbersAsked(tx, patient.patientId, domains) : [];
      found.put(inDomains(patientResource(patient, { numbers, aliases: aliases.get(patient.patientId) }), domains));
    }
    const isKnown = await Promise.all(domains.map((domain) => isKnownDomain(tx, who, domain)));
    return { shelf: found, unknown: domains.filter((_, n) => !isKnown[n]) };
  });
  if (unknown.length > 0 && asking.strict) throw new Refusal('patient.unknown-number', UNKNOWN_DOMAIN, { at: 'identifier' });
  // A number that was looked for may not be one that goes out: it has found its patient already.
  const filters = query.filters.filter(({ param, modifier }) => param.name !== 'identifier' || modifier !== undefined);
  const found = search({ ...query, filters }, { world: shelf, ...ground }, asking.base);
  return unknown.length === 0 ? found : withUnknownDomain(found);
}

/** Records that are named at once (`_id=…,…`), each through the door: those that are open to the reader. @throws Refusal of the first, when none is */
async function recordsOf(deps: FhirDeps, asking: Asking, ids: readonly string[], query: Query): Promise<World> {
  const worlds: World[] = [];
  let refusal: Refusal | undefined;
  for (const [id] of combined([[...new Set(ids)]])) {
    const asked = { type: 'Patient', permission: 's' as const, object: 'Patient' };
    const world = await openRecord(deps, asking, id!, wantedOf(query, asking.who), asked).catch((error: unknown) => {
      if (!(error instanceof Refusal) || !NOT_OPEN.has(error.code)) throw error;
      refusal ??= error;
      return undefined;
    });
    if (world) worlds.push(world);
  }
  if (refusal && worlds.length === 0) throw refusal;
  return {
    all: (type) => worlds.flatMap((world) => world.all(type)),
    find: (type, id) => worlds.map((world) => world.find(type, id)).find((found) => found !== undefined),
    history: (type, id) => worlds.flatMap((world) => world.history(type, id)),
  };
}
const NOT_OPEN: ReadonlySet<string> = new Set(['access.denied', 'request.invalid', 'request.not-found']);

/** The words of the transaction itself (ITI-78 §3.78.4.1.3, case 4). */
const UNKNOWN_DOMAIN = 'targetSystem not found';

/** What was found, and that a domain asked for is nobody's here. */
function withUnknownDomain(found: Bundle): Bundle {
  const issue = [{ severity: 'warning', code: 'not-found', details: { text: 'identifier' }, diagnostics: UNKNOWN_DOMAIN }];
  return {
    ...found,
    entry: [...(found.entry ?? []), { resource: { resourceType: 'OperationOutcome', issue }, search: { mode: 'outcome' } }],
  };
}

/** A software launched on one patient looks for no other. @throws Refusal `access.denied`, `access.too-many` */
export function mayLookForAnyone({ who, now }: { who: Principal; now: Date }): void {
  checkScope(who, 'Patient', 's', 'any');
  if (!maySearch(who.id, now)) throw new Refusal('access.too-many', 'too many searches in a minute');
}

/** `identifier=system|` names domains whose numbers are wanted (PDQm). */
const domainsAsked = (filters: readonly Filter[]): string[] => [
  ...new Set(numbersIn(filters).flatMap((value) => (cutNumber(value).number === '' ? (cutNumber(value).system ?? []) : []))),
];

/** Of the numbers that may be told, those of the domains asked for and no others (ITI-78, case 2). */
function inDomains(resource: Resource, domains: readonly string[]): Resource {
  if (domains.length === 0) return resource;
  const systems = new Set(domains.flatMap(domainsOf).map(systemOf));
  const identifier = (resource['identifier'] as { system: string }[]).filter(({ system }) => systems.has(system));
  return versionedByContent({ ...resource, identifier });
}

/** Those that a person linked to this record. */
async function numbersAsked(tx: Sql, patientId: string, domains: readonly string[]): Promise<{ domain: string; localId: string }[]> {
  const wanted = new Set(domains.flatMap(domainsOf));
  if (wanted.size === 0) return [];
  const { homes } = await personOf(tx, patientId);
  return (await linkedNumbers(tx, homes)).filter(({ domain }) => wanted.has(domain));
}

const numbersIn = (filters: readonly Filter[]): string[] =>
  filters.filter(({ param }) => param.name === 'identifier').flatMap(({ values }) => values);

const WHOLE_DAY = /^(?:eq)?(\d{4}-\d{2}-\d{2})$/;

/**
 * Who may be meant: who has every number asked for; else who has the names, at the birth date when a whole day is said. Each value of a parameter that is
 * said twice, any of those in a list (ITI-78 §3.78.4.1.2.1). What else is asked narrows them afterwards.
 */
async function candidates(tx: Sql, deps: FhirDeps, query: Query, scope: NameScope): Promise<Patient[]> {
  const filters = surely(query).filter(({ modifier = '' }) => FINDS.has(modifier));
  const of = (...names: string[]): Filter[] => filters.filter(({ param }) => names.includes(param.name));
  const asked = of('identifier').flatMap(({ values, modifier }) => {
    // By the type of a number, its value says who is meant; which of their numbers it is, is looked at afterwards.
    const numbers = modifier === 'of-type' ? values.map((value) => value.split('|').at(-1)!) : values;
    const whole = numbers.filter((value) => cutNumber(value).number !== '');
    return whole.length > 0 ? [whole] : [];
  });
  if (asked.length > 0) {
    const found = await Promise.all(
      asked.map(async (values) => unique((await Promise.all(values.map((value) => patientsOfNumber(tx, value, 'any domain')))).flat())),
    );
    return found.reduce((known, more) => known.filter(({ patientId }) => more.some((one) => one.patientId === patientId)));
  }
  const words = of('family', 'given', 'name').map(({ values }) => values);
  const days = of('birthdate').map(({ values }) => values.map((value) => WHOLE_DAY.exec(value)?.[1]));
  const day = days.find((values) => values.every((value) => value !== undefined)) as string[] | undefined;
  if (words.length === 0)
    throw new Refusal('request.invalid', 'look for a patient by a number, or by a name and a birth date', { at: 'query' });
  const ways = combined([...words, ...(day ? [day] : [])]);
  const found: Patient[] = [];
  for (const way of ways) found.push(...(await findPatients(tx, { q: way.join(' '), mode: deps.mode, scope })).patients);
  return unique(found);
}

/** Modifiers of what can be looked for: the others only narrow what was found. */
const FINDS: ReadonlySet<string> = new Set(['', 'exact', 'equals', 'starts', 'of-type']);

const unique = (patients: readonly Patient[]) => [...new Map(patients.map((patient) => [patient.patientId, patient])).values()];
