import { placesOf, type Professional, professionalsAt, professionalsOf, searchDirectory, structures } from '#directory';
import { Refusal, type Sql } from '#kernel';
import { locationResource, placeResource, practitionerResource, roleResource } from '../make/directory.ts';
import type { Filter } from '../search/filter.ts';
import { combined, type Query, surely } from '../search/query.ts';
import { Shelf } from './world.ts';

/** People of one place at most; a hospital has more, and a search says who. */
const MOST_AT = 500;
/** Elements of names, places and specialities that a search of the directory looks in, with secure-mail addresses. */
const WORDS: ReadonlySet<string> = new Set(['name', 'family', 'given', 'address', 'address-city', 'address-postalcode']);
/** A place is both whom one writes to and where one goes. */
const PLACES: ReadonlySet<string> = new Set(['Organization', 'Location']);
const NUMBERS: ReadonlySet<string> = new Set(['_id', 'identifier']);

/**
 * The places and people that a request of the directory concerns, by number, by secure-mail address, or by beginnings of words (names, specialities,
 * towns); the search then keeps what it asked for exactly. What the directory holds besides is told in `ignored` of the query.
 * @throws Refusal `request.invalid` when too little is said to look for anyone
 */
export async function readDirectory(sql: Sql, asked: Query | { type: string; id: string }): Promise<Shelf> {
  const shelf = new Shelf();
  if ('id' in asked) {
    if (PLACES.has(asked.type)) await shelvePlaces(sql, shelf, [asked.id]);
    else await shelvePeople(sql, shelf, professionalNumbers([asked.id]));
    return shelf;
  }
  if (PLACES.has(asked.type)) {
    await findPlaces(sql, shelf, asked);
    if (asked.includes.some(({ type, reverse }) => reverse && type === 'PractitionerRole') || asked.has.length > 0)
      await shelveWhoIsAt(sql, shelf, asked);
  } else await findPeople(sql, shelf, asked);
  return shelf;
}

/** Those who hold a link or a choice, as the directory knows them: `rpps:…`, `structure:FINESS`. */
export async function shelveHolders(sql: Sql, shelf: Shelf, holders: readonly string[]): Promise<void> {
  const numbersOf = (kind: string) => holders.flatMap((holder) => (holder.startsWith(kind) ? [holder.slice(kind.length)] : []));
  await shelvePlaces(sql, shelf, numbersOf('structure:').flatMap(placeNumbers));
  await shelvePeople(sql, shelf, professionalNumbers(numbersOf('rpps:')));
}

/** Who practises at the places found: what leads to a place. */
async function shelveWhoIsAt(sql: Sql, shelf: Shelf, query: Query): Promise<void> {
  const sites = (
    await placesOf(
      sql,
      shelf.all('Organization').flatMap(({ id }) => placeNumbers(id)),
    )
  ).map(({ siteId }) => siteId);
  const found = await professionalsAt(sql, sites, MOST_AT + 1);
  if (found.length > MOST_AT) query.ignored.push(`more than ${MOST_AT} people practise there: name fewer places`);
  await shelvePeople(sql, shelf, found.slice(0, MOST_AT));
}

async function findPlaces(sql: Sql, shelf: Shelf, query: Query): Promise<void> {
  const filters = surely(query);
  const isOfPlace = ({ param }: Filter) => NUMBERS.has(param.name) || (query.type === 'Location' && param.name === 'organization');
  const numbers = valuesOf(filters, isOfPlace).flatMap(placeNumbers);
  if (numbers.length > 0) return shelvePlaces(sql, shelf, numbers);
  const ways = waysOf(filters);
  // Nothing said of a place: those of the region.
  if (ways.length === 0)
    await shelvePlaces(
      sql,
      shelf,
      (await structures(sql)).map(({ finess }) => finess),
    );
  else await shelvePlaces(sql, shelf, await search(sql, query, ways, 'structure'));
}

async function findPeople(sql: Sql, shelf: Shelf, query: Query): Promise<void> {
  const filters = surely(query);
  const people = valuesOf(
    filters,
    ({ param }) => param.name === 'practitioner' || (query.type === 'Practitioner' && NUMBERS.has(param.name)),
  );
  const own = query.type === 'PractitionerRole' ? valuesOf(filters, ({ param }) => param.name === '_id') : [];
  const numbers = [...people, ...own, ...chained(filters, 'practitioner')];
  if (numbers.length > 0) return shelvePeople(sql, shelf, professionalNumbers(numbers));
  const places = [...valuesOf(filters, ({ param }) => param.name === 'organization'), ...chained(filters, 'organization')];
  if (places.length > 0) {
    const sites = (await placesOf(sql, places.flatMap(placeNumbers))).map(({ siteId }) => siteId);
    const found = await professionalsAt(sql, sites, MOST_AT + 1);
    if (found.length > MOST_AT) query.ignored.push(`more than ${MOST_AT} people practise there: say who is looked for`);
    return shelvePeople(sql, shelf, found.slice(0, MOST_AT));
  }
  const ways = waysOf(filters);
  if (ways.length === 0)
    throw new Refusal('request.invalid', `look for a ${query.type} by a number, a name, a place or a secure-mail address`, { at: 'query' });
  return shelvePeople(sql, shelf, await search(sql, query, ways, 'practitioner'));
}

/** RPPS of people, or identifiers of places. */
async function search(sql: Sql, query: Query, ways: readonly string[], kind: 'practitioner' | 'structure'): Promise<string[]> {
  const numbers = new Set<string>();
  let isCut = false;
  for (const text of ways) {
    const { found, more } = await searchDirectory(sql, text, kind);
    if (more && found.length === 0) throw new Refusal('request.invalid', 'three letters of a name are needed', { at: 'query' });
    isCut ||= more;
    for (const one of found) numbers.add(one.kind === 'practitioner' ? one.rpps : one.siteId);
  }
  if (isCut) query.ignored.push('the directory holds others that match: say more');
  return [...numbers];
}

async function shelvePlaces(sql: Sql, shelf: Shelf, numbers: readonly string[]): Promise<void> {
  for (const place of await placesOf(sql, numbers)) {
    shelf.put(placeResource(place));
    shelf.put(locationResource(place));
  }
}

async function shelvePeople(sql: Sql, shelf: Shelf, numbers: readonly string[]): Promise<void> {
  const people: Professional[] = await professionalsOf(sql, numbers);
  for (const person of people) {
    shelf.put(practitionerResource(person));
    for (const practice of person.practices) shelf.put(roleResource(person, practice));
  }
  await shelvePlaces(sql, shelf, [...new Set(people.flatMap(({ practices }) => practices.map(({ siteId }) => siteId)))]);
}

/** Modifiers whose values name nobody. */
const NARROWING: ReadonlySet<string> = new Set(['missing', 'not', 'in', 'not-in', 'below']);

const valuesOf = (filters: readonly Filter[], isMeant: (filter: Filter) => boolean): string[] =>
  filters.filter((filter) => isMeant(filter) && !NARROWING.has(filter.modifier ?? '')).flatMap(({ values }) => values);

/** Numbers of who, or what, a reference leads to: `practitioner.identifier`. */
const chained = (filters: readonly Filter[], name: string): string[] =>
  filters.flatMap(({ param, chain }) => (param.name === name && chain && NUMBERS.has(chain.filter.param.name) ? chain.filter.values : []));

/** The directory is found by the beginnings of words: what is inside of them, or at their end, only narrows what was found. */
const BEGINS: ReadonlySet<string> = new Set(['', 'exact', 'equals', 'starts']);

/** What is typed in searches of the directory, each way to say it: an address alone, else all words, those of chains too; none when nothing is said. */
function waysOf(filters: readonly Filter[]): string[] {
  const meant = filters.flatMap((filter) => [filter, ...(filter.chain ? [filter.chain.filter] : [])]);
  const [address] = meant.filter(({ param }) => param.name === 'mailbox-mss' || param.name === 'telecom');
  if (address) return address.values.map((value) => value.split('|').at(-1)!);
  const words = meant.filter(({ param, modifier = '' }) =>
    param.name === 'specialty' ? modifier === 'text' : WORDS.has(param.name) && BEGINS.has(modifier),
  );
  return words.length === 0 ? [] : combined(words.map(({ values }) => values)).map((way) => way.join(' '));
}

/** RPPS with or without the `8` of the national identifier, alone, after a system, or in the identifier of a resource. */
function professionalNumbers(said: readonly string[]): string[] {
  const digits = said.map((value) => /(?:^|[|/])(\d{11,12})(?:-[\w.-]+)?$/.exec(value)?.[1]).filter((found) => found !== undefined);
  return digits.map((found) => (found.length === 11 ? `8${found}` : found));
}

/** A place as it may be said: FINESS, identifier of the resource, or the national identifier with its kind before (`1` FINESS, `3` SIRET). */
function placeNumbers(value: string): string[] {
  const bare = value.replace(/^.*[|/]/, '');
  return bare === '' ? [] : [bare, bare.replace(/^[13](?=\d[\dAB]\d{7})/, '')];
}
