import { createHash } from 'node:crypto';
import { Refusal } from '#kernel';
import { warningsOf } from '../wire/outcome.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { candidates } from './by-code.ts';
import { type Ground, judgeOfQuery } from './match.ts';
import { type Param, paramOf, targetsOf, TYPES, valuesOf } from './params.ts';
import { type Include, type Query, referencesOf } from './query.ts';
import { dateSpan } from './date.ts';
import { shorten } from './shorten.ts';
import type { World } from '../world/world.ts';

/** How often an included resource may include others (`:iterate`). */
const MOST_ROUNDS = 8;

/** Answers a search over what the reader may see. `base`: address of the FHIR server, without trailing slash. */
export function search(query: Query, ground: Ground, base: string): Bundle {
  const found = candidates(ground.world.all(query.type), query.filters).filter(judgeOfQuery(query, ground));
  const told = query.ignored.length > 0 ? [{ resource: warningsOf(query.ignored), search: { mode: 'outcome' } }] : [];
  if (query.summary === 'count')
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      total: found.length,
      link: [selfLink(query, base)],
      ...(told.length > 0 && { entry: told }),
    };
  const order = orderOf(query, ground.zone);
  const sorted = found
    .map((resource) => ({ resource, keys: order.keysOf(resource) }))
    .toSorted((a, b) => order.compare(a.keys, b.keys) || compareIds(a.resource, b.resource));
  const start = query.cursor === undefined ? 0 : startAfter(query, sorted, order);
  const page = sorted.slice(start, start + query.count);
  const last = page.at(-1);
  const isMore = last !== undefined && start + page.length < sorted.length;
  const matches = page.map(({ resource }) => resource);
  const included = followIncludes(query.includes, matches, ground.world);
  const entries = [
    ...matches.map((resource) => entryOf(resource, 'match', query, base)),
    ...included.map((resource) => entryOf(resource, 'include', query, base)),
    ...told,
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(query.total === 'none' ? {} : { total: found.length }),
    link: [selfLink(query, base), ...(isMore ? [{ relation: 'next', url: linkOf(query, base, cursorOf(query, last)) }] : [])],
    ...(entries.length > 0 ? { entry: entries } : {}),
  };
}

function entryOf(resource: Resource, mode: string, query: Query, base: string): Record<string, unknown> {
  return { fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource: shorten(resource, query), search: { mode } };
}

type Keys = (number | string | undefined)[];
interface Order {
  keysOf: (resource: Resource) => Keys;
  compare: (a: Keys, b: Keys) => number;
}

function orderOf({ sort, type }: Query, zone: string): Order {
  const keys: { param: Param; descending: boolean }[] = sort.length > 0 ? sort : [{ param: paramOf(type, '_id')!, descending: false }];
  return {
    keysOf: (resource) => keys.map(({ param }) => keyOf(resource, param, zone)),
    compare(a, b) {
      for (const [k, { descending }] of keys.entries()) {
        const difference = compareKeys(a[k], b[k], descending);
        if (difference !== 0) return difference;
      }
      return 0;
    },
  };
}

function keyOf(resource: Resource, param: Param, zone: string): number | string | undefined {
  const [value] = valuesOf(resource, param);
  if (value === undefined) return undefined;
  if (param.type === 'date') {
    const { start, end } = value as { start?: string; end?: string };
    return dateSpan(typeof value === 'string' ? value : (start ?? end ?? ''), zone)?.low;
  }
  if (param.type === 'quantity') {
    const number = (value as { value?: unknown }).value;
    return Number((number as { rawJSON?: string }).rawJSON ?? number);
  }
  if (typeof value !== 'object') return String(value);
  const { text, display, reference, code, coding = [] } = value as Record<string, string> & { coding?: { code?: string }[] };
  return text ?? display ?? code ?? reference ?? coding[0]?.code;
}

/** What has no value comes last, whatever the direction says of the others. */
function compareKeys(a: number | string | undefined, b: number | string | undefined, descending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b === descending ? 1 : -1;
}

const compareIds = (a: Resource, b: Resource) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Where the page ended: its last keys and identifier, tied to the search, so that what arrives meanwhile moves nothing. */
function cursorOf(query: Query, { resource, keys }: { resource: Resource; keys: Keys }): string {
  return Buffer.from(JSON.stringify([digestOf(query), keys.map((key) => key ?? null), resource.id])).toString('base64url');
}

function startAfter(query: Query, sorted: readonly { resource: Resource; keys: Keys }[], order: Order): number {
  const [digest, keys, id] = readCursor(query.cursor!);
  if (digest !== digestOf(query)) throw new Refusal('request.invalid', 'this page belongs to another search', { at: '_cursor' });
  const at = keys.map((key) => key ?? undefined);
  const next = sorted.findIndex((one) => {
    const difference = order.compare(one.keys, at);
    return difference > 0 || (difference === 0 && one.resource.id > id);
  });
  return next < 0 ? sorted.length : next;
}

function readCursor(cursor: string): [string, (number | string | null)[], string] {
  try {
    const read = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (Array.isArray(read) && typeof read[0] === 'string' && Array.isArray(read[1]) && typeof read[2] === 'string')
      return read as [string, [], string];
  } catch {
    // told below
  }
  throw new Refusal('request.invalid', 'not a page of this server', { at: '_cursor' });
}

const withoutCursor = ({ used }: Query) => used.filter(([name]) => name !== '_cursor');

const digestOf = (query: Query) =>
  createHash('sha256')
    .update(JSON.stringify([query.type, withoutCursor(query)]))
    .digest('base64url')
    .slice(0, 16);

function linkOf(query: Query, base: string, cursor?: string): string {
  const pairs = [...withoutCursor(query), ...(cursor === undefined ? [] : [['_cursor', cursor] as [string, string]])];
  const text = new URLSearchParams(pairs).toString();
  return `${base}/${query.type}${text === '' ? '' : `?${text}`}`;
}

const selfLink = (query: Query, base: string) => ({ relation: 'self', url: linkOf(query, base, query.cursor) });

export function followIncludes(includes: readonly Include[], matches: readonly Resource[], world: World): Resource[] {
  if (includes.length === 0) return [];
  const seen = new Set(matches.map(nameOf));
  const included: Resource[] = [];
  let round: readonly Resource[] = matches;
  for (let n = 0; n < MOST_ROUNDS && round.length > 0; n++) {
    const active = n === 0 ? includes : includes.filter(({ iterate }) => iterate);
    const next: Resource[] = [];
    for (const resource of active.flatMap((include) =>
      include.reverse ? referring(include, round, world) : referred(include, round, world),
    )) {
      if (seen.has(nameOf(resource))) continue;
      seen.add(nameOf(resource));
      next.push(resource);
    }
    included.push(...next);
    round = next;
  }
  return included;
}

const nameOf = ({ resourceType, id }: Resource) => `${resourceType}/${id}`;

const paramsToFollow = ({ type, param }: Include, resourceType: string): Param[] => {
  if (type !== '*' && type !== resourceType) return [];
  return param === undefined ? referencesOf(resourceType) : [paramOf(resourceType, param)!];
};

function referred(include: Include, from: readonly Resource[], world: World): Resource[] {
  return from.flatMap((resource) =>
    paramsToFollow(include, resource.resourceType).flatMap((param) =>
      targetsOf(resource, param).flatMap((target) => {
        const [type = '', id = ''] = target.split('/');
        if (include.target !== undefined && include.target !== type) return [];
        return world.find(type, id) ?? [];
      }),
    ),
  );
}

function referring(include: Include, to: readonly Resource[], world: World): Resource[] {
  const names = new Set(to.map(nameOf));
  const types = include.type === '*' ? TYPES : [include.type];
  return types.flatMap((type) => {
    const followed = paramsToFollow(include, type);
    return world.all(type).filter((resource) => followed.some((param) => targetsOf(resource, param).some((target) => names.has(target))));
  });
}
