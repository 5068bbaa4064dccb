import type { Resource } from '../wire/resource.ts';
import type { Filter } from './filter.ts';
import { codeAsked, codesOf } from './match.ts';
import { type Param, valuesOf } from './params.ts';

/** Below this, looking at each is as quick. */
const FEWEST = 50;

/** Lists that were searched once; those that are searched again have their codes written down. They go with the lists. */
const searched = new WeakSet<readonly Resource[]>();
const indexes = new WeakMap<readonly Resource[], Map<Param, Map<string, Resource[]>>>();

/**
 * Those among which every match of these filters is, all of them when nothing narrows. Each has still to be judged: the system of a code, and the other
 * filters, are not looked at here.
 * @param list never changed: the resources of a patient are the same list for as long as nothing of them changes
 */
export function candidates(list: readonly Resource[], filters: readonly Filter[]): readonly Resource[] {
  const filter = filters.find(({ param, modifier, chain }) => param.type === 'token' && modifier === undefined && chain === undefined);
  if (!filter || list.length < FEWEST) return list;
  if (!searched.has(list)) {
    searched.add(list);
    return list;
  }
  const codes = filter.values.map(codeAsked);
  if (codes.includes('')) return list;
  const index = indexOf(list, filter.param);
  return [...new Set(codes.flatMap((code) => index.get(code) ?? []))];
}

function indexOf(list: readonly Resource[], param: Param): Map<string, Resource[]> {
  let own = indexes.get(list);
  if (!own) indexes.set(list, (own = new Map()));
  let index = own.get(param);
  if (!index) own.set(param, (index = indexed(list, param)));
  return index;
}

function indexed(list: readonly Resource[], param: Param): Map<string, Resource[]> {
  const index = new Map<string, Resource[]>();
  for (const resource of list) {
    for (const code of new Set(valuesOf(resource, param).flatMap(codesOf))) {
      const same = index.get(code);
      if (same) same.push(resource);
      else index.set(code, [resource]);
    }
  }
  return index;
}
