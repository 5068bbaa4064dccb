import { personOf } from '#identity';
import { Refusal } from '#kernel';
import { type Interaction, offers } from './capability.ts';
import { CUT, openTrail, trailOf, trailOfId } from '../world/audit-events.ts';
import { answerFrom, type Asking, type FhirDeps, NOBODY, open, openRecord } from '../world/door.ts';
import { CIRCLE, openCircle } from '../world/circle.ts';
import { openGroups } from '../world/groups.ts';
import { searchPatients } from '../people/find-patient.ts';
import { patientsOfNumber } from '../people/numbers.ts';
import { readSourceVersions } from '../people/source-patients.ts';
import { patientOfId, unpackUuid } from '../wire/ids.ts';
import { historyOf, readHistoryWish, versionEntries } from './history.ts';
import { lastN, notOfLastN } from './lastn.ts';
import { readDirectory } from '../world/read-directory.ts';
import { wantedOf, wantedToRead } from '../world/wanted.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import type { Filter } from '../search/filter.ts';
import { search } from '../search/search.ts';
import { checkScope } from '../world/software.ts';
import { isType, paramOf } from '../search/params.ts';
import { type Query, readQuery, strictly } from '../search/query.ts';
import { valueSetShelf } from '../world/value-sets.ts';
import type { World } from '../world/world.ts';

/** Types that hold nothing of a patient. */
const DIRECTORY: ReadonlySet<string> = new Set(['Organization', 'Location', 'Practitioner', 'PractitionerRole']);

/** Operations and histories of a whole type have addresses where a resource would be. */
export function checkAddress(id: string): void {
  if (id === '_search') throw new Refusal('request.not-allowed', 'a search is POST …/_search, or GET without it', { at: 'method' });
  if (/^[$_]/.test(id))
    throw new Refusal('request.not-found', `${id.slice(0, 40)} is not done here: GET /fhir/metadata tells what is served`, { at: 'url' });
}

export function checkOffer(type: string, interaction: Interaction): void {
  if (!isType(type)) throw new Refusal('request.not-found', `${type.slice(0, 40)} is not served here`, { at: 'type' });
  if (!offers(type, interaction)) throw new Refusal('request.not-allowed', `${type} cannot be asked this (${interaction})`, { at: type });
}

/** `GET /fhir/[type]?…`, and by POST. */
export async function searchType(deps: FhirDeps, asking: Asking, type: string, pairs: readonly [string, string][]): Promise<Bundle> {
  checkAddress(type);
  checkOffer(type, 'search-type');
  const query = strictly(readQuery(type, localPairs(pairs, asking)), asking.strict);
  if (DIRECTORY.has(type)) {
    checkScope(asking.who, type, 's');
    const world = await open(deps, asking, { action: 'directory.search', object: type }, (tx) => readDirectory(tx, query));
    return search(query, { world, zone: deps.zone }, asking.base);
  }
  if (type === 'ValueSet') return search(query, { world: valueSetShelf(), zone: deps.zone }, asking.base);
  if (type === 'Patient') return searchPatients(deps, asking, query);
  if (type === 'Group') {
    const world = await openGroups(deps, asking, { permission: 's', withPeople: leadsOn(query) });
    return search(query, { world, zone: deps.zone }, asking.base);
  }
  const { patientId, others } = await patientAsked(deps, query);
  if (patientId === undefined) {
    await open(deps, asking, { action: 'patient.search', object: type }, async () => undefined);
    return search(query, { world: NOBODY, zone: deps.zone }, asking.base);
  }
  if (type === 'AuditEvent') {
    const { world, isCut } = await openTrail(deps, asking, patientId, trailOf(query, deps.zone));
    if (isCut) others.ignored.push(CUT);
    return search(others, { world, zone: deps.zone }, asking.base);
  }
  if (CIRCLE.has(type)) {
    const world = await openCircle(deps, asking, patientId, { type, permission: 's', object: type, withPeople: leadsOn(others) });
    return search(others, { world, zone: deps.zone }, asking.base);
  }
  return answerFrom(deps, asking, patientId, {
    wanted: wantedOf(query, asking.who),
    what: { type, permission: 's', object: type },
    answer: (world) => search(others, { world, zone: deps.zone }, asking.base),
  });
}

/** What a search asks of lies elsewhere too. */
const leadsOn = ({ includes, filters, expressions, has }: Query): boolean =>
  includes.length + expressions.length + has.length > 0 || filters.some(({ chain }) => chain);

/** References as they are said inside: an address of this very server is one of its own. */
const localPairs = (pairs: readonly [string, string][], { base }: Asking): [string, string][] =>
  pairs.map(([name, value]) => [name, value.replaceAll(`${base}/`, '')]);

/** `GET /fhir?_type=[type]&…`, and by POST: the search of the whole, one type at a time. */
export async function searchWhole(deps: FhirDeps, asking: Asking, pairs: readonly [string, string][]): Promise<Bundle> {
  const [type, ...others] = pairs.flatMap(([name, value]) => (name === '_type' ? value.split(',') : []));
  if (type === undefined || others.length > 0)
    throw new Refusal('request.invalid', 'a search of the whole names one type (_type): several are a batch of searches', { at: '_type' });
  return searchType(
    deps,
    asking,
    type,
    pairs.filter(([name]) => name !== '_type'),
  );
}

/** `GET /fhir/Patient/[id]/[type]?…`: the search of a type in the compartment of a patient. */
export function searchWithin(
  deps: FhirDeps,
  asking: Asking,
  { patientId, type, pairs }: { patientId: string; type: string; pairs: readonly [string, string][] },
): Promise<Bundle> {
  checkAddress(type);
  checkOffer(type, 'search-type');
  if (!paramOf(type, 'patient')) throw new Refusal('request.not-found', `${type} is not of a patient`, { at: 'url' });
  return searchType(deps, asking, type, [['patient', patientId], ...pairs]);
}

/**
 * The patient of a search: named by reference, by one of their numbers, or by the identifier of one of their resources. A register of a whole
 * population is not for leafing through: a search that names nobody is refused.
 * @returns `patientId`, undefined when the number is nobody's; `others`: the search without what named the patient, which has found them already. A
 *   number that was looked for may not be one that goes out with them, nor the record asked for the one that it is read with since a merge
 */
async function patientAsked(deps: FhirDeps, query: Query): Promise<{ patientId: string | undefined; others: Query }> {
  const { filters, type } = query;
  let first: { patientId: string | undefined } | undefined;
  const found = new Set<Filter>();
  for (const filter of filters) {
    const named = await patientNamed(deps, type, filter);
    if (!named) continue;
    first ??= named;
    const isOnlyName = filter.param.name === 'patient' || filter.param.name === 'subject';
    // Said twice, as by a reference and a number, it is one patient; two of them have nothing in common.
    if (isOnlyName && (await isSamePerson(deps, first.patientId, named.patientId))) found.add(filter);
  }
  if (first) return { ...first, others: { ...query, filters: filters.filter((one) => !found.has(one)) } };
  throw new Refusal('request.invalid', `a search of ${type} names one patient (patient=…, or patient.identifier=…)`, { at: 'patient' });
}

/** The patient whom a condition names; undefined when it names none. */
async function patientNamed(
  deps: FhirDeps,
  type: string,
  { param, values, chain, modifier }: Filter,
): Promise<{ patientId: string | undefined } | undefined> {
  if ((param.name === '_id' || param.name === 'target') && modifier === undefined) {
    const patients = new Set(values.map((id) => patientOfId(type, id.split('/').at(-1)!)));
    return patients.size === 1 ? { patientId: [...patients][0] } : undefined;
  }
  if (param.name !== 'patient' && param.name !== 'subject') return undefined;
  if (chain?.filter.param.name === 'identifier' && chain.type === 'Patient')
    return { patientId: await patientByNumber(deps, chain.filter.values) };
  if (chain?.filter.param.name === '_id' && chain.type === 'Patient' && chain.filter.values.length === 1)
    return { patientId: patientOfId('Patient', chain.filter.values[0]!) };
  if (modifier === 'identifier') return { patientId: await patientByNumber(deps, values) };
  return modifier === undefined && values.length === 1 && !chain
    ? { patientId: patientOfId('Patient', values[0]!.replace(/^Patient\//, '')) }
    : undefined;
}

async function isSamePerson({ db }: FhirDeps, one: string | undefined, other: string | undefined): Promise<boolean> {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (await personOf(db, one)).patientId === (await personOf(db, other)).patientId;
}

async function patientByNumber(deps: FhirDeps, values: readonly string[]): Promise<string | undefined> {
  const found = new Set(
    (await Promise.all(values.map((value) => patientsOfNumber(deps.db, value)))).flat().map(({ patientId }) => patientId),
  );
  if (found.size > 1) throw new Refusal('request.precondition', 'these numbers are of several patients', { at: 'patient.identifier' });
  return [...found][0];
}

/** `GET /fhir/[type]/[id]` */
export async function readOne(deps: FhirDeps, asking: Asking, type: string, id: string): Promise<Resource> {
  checkAddress(id);
  checkOffer(type, 'read');
  if (isOwnPatient(asking, type)) {
    const { shelf, removed } = await ownVersions(deps, asking, id);
    if (removed) throw gone('this system removed this patient');
    return found(shelf.find(type, id));
  }
  const world = await worldOf(deps, asking, { type, id });
  return found(world.find(type, id), world);
}

/** `GET /fhir/[type]/[id]/_history/[version]` */
export async function readVersion(deps: FhirDeps, asking: Asking, type: string, id: string, version: string): Promise<Resource> {
  checkOffer(type, 'vread');
  const world = await worldOf(deps, asking, { type, id, how: `/_history/${version.slice(0, 64)}` });
  return found(
    world.history(type, id).find(({ meta }) => meta?.versionId === version),
    world,
  );
}

/** `GET /fhir/[type]/[id]/_history`: newest first; `_since`, `_at` and `_count` as R4 §3.1.0.8 says them. */
export async function readHistory(
  deps: FhirDeps,
  asking: Asking,
  { type, id, pairs }: { type: string; id: string; pairs: readonly [string, string][] },
): Promise<Bundle> {
  checkOffer(type, 'history-instance');
  const wish = readHistoryWish(pairs, deps.zone);
  if (asking.strict && wish.ignored.length > 0) throw new Refusal('request.invalid', wish.ignored.join('; '), { at: 'query' });
  const { shelf, removed } = isOwnPatient(asking, type)
    ? await ownVersions(deps, asking, id)
    : { shelf: await worldOf(deps, asking, { type, id, how: '/_history' }), removed: undefined };
  const versions = shelf.history(type, id);
  found(versions[0], shelf);
  const said = versionEntries(versions, asking.base);
  const fullUrl = `${asking.base}/${type}/${id}`;
  const ended = removed && {
    fullUrl,
    request: { method: 'DELETE', url: `${type}/${id}` },
    response: { status: '204', etag: `W/"${removed.versionId}"`, lastModified: removed.at.toISOString() },
  };
  return historyOf([[...(ended ? [ended] : []), ...said]], wish, { self: `${fullUrl}/_history`, pairs });
}

const gone = (message: string) => new Refusal('request.gone', message, { at: 'id' });

/** A Patient as the system that asks wrote it. */
const isOwnPatient = ({ who }: Asking, type: string) => type === 'Patient' && who.role === 'laboratory-system';

const ownVersions = (deps: FhirDeps, asking: Asking, id: string) =>
  open(deps, asking, { action: 'source.read', object: `Patient/${id}` }, (tx) => readSourceVersions(tx, asking.who.id, id));

export function found<T>(resource: T | undefined, world?: World): T {
  if (resource === undefined && world?.isRemoved) throw gone('this document was removed by who wrote it');
  if (resource === undefined) throw new Refusal('request.not-found', 'there is no such resource, or it is not yours to see', { at: 'id' });
  return resource;
}

/** @param how what is asked of it, beside itself: its history, one of its versions */
async function worldOf(deps: FhirDeps, asking: Asking, { type, id, how = '' }: { type: string; id: string; how?: string }): Promise<World> {
  if (DIRECTORY.has(type)) {
    checkScope(asking.who, type, 'r');
    return open(deps, asking, { action: 'directory.search', object: `${type}/${id}` }, (tx) => readDirectory(tx, { type, id }));
  }
  if (isOwnPatient(asking, type)) return (await ownVersions(deps, asking, id)).shelf;
  if (type === 'ValueSet') return valueSetShelf();
  if (type === 'Group') return openGroups(deps, asking, { permission: 'r', withPeople: false });
  const patientId = patientOfId(type, id);
  if (patientId === undefined) throw new Refusal('request.not-found', 'there is no such resource, or it is not yours to see', { at: 'id' });
  if (type === 'AuditEvent') return (await openTrail(deps, asking, patientId, { ...trailOfId(id), permission: 'r' })).world;
  if (CIRCLE.has(type)) return openCircle(deps, asking, patientId, { type, permission: 'r', object: `${type}/${id}${how}` });
  return openRecord(
    deps,
    asking,
    patientId,
    {
      ...wantedToRead(type, asking.who),
      ...(type === 'DocumentReference' && { document: unpackUuid(id.slice(id.indexOf('.') + 1)) }),
    },
    { type, permission: 'r', object: `${type}/${id}${how}` },
  );
}

/** `GET /fhir/Observation/$lastn`: the latest results of each code. */
export async function lastObservations(deps: FhirDeps, asking: Asking, pairs: readonly [string, string][]): Promise<Bundle> {
  const max = new Map(pairs).get('max') ?? '1';
  if (!/^[1-9]\d{0,14}$/.test(max)) throw new Refusal('request.invalid', 'max is a whole number, one at least', { at: 'max' });
  const query = readQuery(
    'Observation',
    localPairs(pairs, asking).filter(([name]) => name !== 'max'),
  );
  query.ignored.push(...notOfLastN(query));
  const { patientId, others } = await patientAsked(deps, strictly(query, asking.strict));
  const asked = { type: 'Observation', permission: 's' as const, object: 'Observation/$lastn' };
  const world = patientId === undefined ? NOBODY : await openRecord(deps, asking, patientId, wantedOf(query, asking.who), asked);
  return lastN(others, { world, zone: deps.zone }, { base: asking.base, max: Number(max), pairs });
}
