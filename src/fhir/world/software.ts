import { OF_NOBODY, type Permission, type Principal, scopesFor, type SmartScope, smartScopesOf } from '#access';
import { Refusal } from '#kernel';
import { INSUFFICIENT_SCOPE } from '../wire/outcome.ts';
import type { Resource } from '../wire/resource.ts';
import { judgeOf } from '../search/match.ts';
import type { Filter } from '../search/filter.ts';
import { isType, TYPES } from '../search/params.ts';
import { readQuery } from '../search/query.ts';
import type { World } from './world.ts';

/**
 * A person who comes by a software asks no more than they authorized it to. Their own rights are judged afterwards, by the door.
 * @throws Refusal `access.denied` at `insufficient-scope`; nothing of the patient was looked for
 */
export function checkScope(who: Principal, type: string, permission: Permission, patientId?: string): void {
  if (isInScope(who, type, permission, patientId)) return;
  throw new Refusal('access.denied', `ce logiciel n’y est pas autorisé (the software is not authorised to: ${type}.${permission})`, {
    at: INSUFFICIENT_SCOPE,
  });
}

/** The same, as an answer. */
export function isInScope({ software }: Principal, type: string, permission: Permission, patientId?: string): boolean {
  if (!software) return true;
  const asked = { type, permission, patientId: OF_NOBODY.has(type) ? undefined : patientId };
  const granted = scopesFor(smartScopesOf(software.scope), asked, software.patientId).filter((scope) =>
    type === '*' ? isScopeServed(scope) : isUnderstood(scope, type),
  );
  // What a search narrows is held against what is answered; a file, and what is changed, are never: there a narrowed scope is none.
  const isAnswered = (permission === 'r' || permission === 's') && type !== 'Binary';
  return granted.some(({ query }) => isAnswered || query.length === 0);
}

/** What the software may see of what its user may see: types without a scope are not there, nor what a narrowed scope leaves out. */
export function seenBySoftware(
  world: World,
  { software }: Principal,
  { patientId, zone, asked: what }: { patientId: string | undefined; zone: string; asked?: { type: string; permission: Permission } },
): World {
  if (!software) return world;
  const scopes = smartScopesOf(software.scope);
  const judges = new Map<string, (resource: Resource) => boolean>();
  const judgeFor = (type: string) => {
    const known = judges.get(type);
    if (known) return known;
    const asked = (permission: Permission) =>
      scopesFor(scopes, { type, permission, patientId: OF_NOBODY.has(type) ? undefined : patientId }, software.patientId);
    // What is asked for is by the permission to ask it so; what comes with it by either.
    const permissions: readonly Permission[] = what?.type === type || what?.type === '*' ? [what.permission] : ['r', 's'];
    const granted = permissions.flatMap(asked).map((scope) => narrowing(scope, type, world, zone));
    const judge = (resource: Resource) => granted.some((one) => one(resource));
    judges.set(type, judge);
    return judge;
  };
  const find = (type: string, id: string) => {
    const found = world.find(type, id);
    return found && judgeFor(type)(found) ? found : undefined;
  };
  // A software that is shown some documents only is not told that another was there.
  const seesAll = seesAllOf({ software }, 'DocumentReference', 'r', patientId);
  return {
    ...(world.isRemoved && seesAll && { isRemoved: true }),
    ...(world.saying && { saying: world.saying }),
    all: (type) => world.all(type).filter(judgeFor(type)),
    find,
    history: (type, id) => (find(type, id) ? world.history(type, id).filter(judgeFor(type)) : []),
  };
}

/** Whether a software is shown all of a type that its user may see of this patient, by its scopes. */
export function seesAllOf(
  { software }: Pick<Principal, 'software'>,
  type: string,
  permission: Permission,
  patientId: string | undefined,
): boolean {
  if (!software) return true;
  const asked = { type, permission, patientId };
  return scopesFor(smartScopesOf(software.scope), asked, software.patientId).some(({ query }) => query.length === 0);
}

/**
 * Whether a scope is of something that is served here, and the search that narrows it can be held against one resource by itself. What cannot is not
 * granted: it would answer that there is nothing.
 */
export function isScopeServed(scope: SmartScope): boolean {
  if (scope.type !== '*') return isType(scope.type) && isUnderstood(scope, scope.type);
  return scope.query.length === 0 || TYPES.some((type) => isUnderstood(scope, type));
}

const filtersOf = (query: SmartScope['query'], type: string): readonly Filter[] | undefined => {
  try {
    const read = readQuery(type, query);
    return read.ignored.length === 0 && read.filters.length === query.length ? read.filters : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

const isUnderstood = ({ query }: SmartScope, type: string): boolean =>
  query.length === 0 || (isType(type) && filtersOf(query, type) !== undefined);

/** The search of a narrowed scope; one that is not understood grants nothing. */
function narrowing({ query }: SmartScope, type: string, world: World, zone: string): (resource: Resource) => boolean {
  if (query.length === 0) return () => true;
  const filters = filtersOf(query, type);
  if (!filters) return () => false;
  const judges = filters.map((filter) => judgeOf(filter, { world, zone }));
  return (resource) => judges.every((judge) => judge(resource));
}
