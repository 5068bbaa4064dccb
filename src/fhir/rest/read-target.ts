import { Refusal } from '#kernel';
import { crossReference } from '../people/cross-reference.ts';
import { shapeOf, shorten } from '../search/shorten.ts';
import {
  bindingToken,
  eventsOfSubscription,
  listSubscriptions,
  readSubscription,
  statusesOfSubscriptions,
  statusOfSubscription,
  type SubscribeDeps,
} from '../subscriptions/subscribe.ts';
import { pairsOfText } from '../wire/answering.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import type { Asking } from '../world/door.ts';
import { fileResource, readFile } from './binary.ts';
import { capabilityStatement } from './capability.ts';
import { everything } from './everything.ts';
import { lastObservations, readHistory, readOne, readVersion, searchType, searchWhole, searchWithin } from './interactions.ts';
import { readHistoryOfMany } from './type-history.ts';
import { expand, validateCode } from './value-set-operations.ts';

/** The same readings as the routes do, by an address that stands in an entry of a batch. */

/** Where an entry goes: relative to the base or whole. */
export interface Target {
  /** Empty: the server itself. */
  type: string;
  id: string | undefined;
  rest: string[];
  pairs: [string, string][];
}

export function targetOf(url: string, base: string): Target {
  const own = url.startsWith(base) ? url.slice(base.length) : url;
  const [path = '', text = ''] = own.replace(/^\/+/, '').split('?');
  const [type = '', id, ...rest] = path.split('/');
  return { type, id, rest, pairs: pairsOfText(text) };
}

type Told = Bundle | Resource | Record<string, unknown>;

/** @throws Refusal `request.not-found` for an address that is none */
export async function readTarget(deps: SubscribeDeps, asking: Asking, target: Target): Promise<Told> {
  const { type, id, pairs } = target;
  if (id === undefined) return readOfType(deps, asking, type, pairs);
  if (type === 'Subscription') return readOfSubscription(deps, asking, { ...target, id });
  if (type === 'ValueSet') {
    const told = readOfValueSet(asking, { ...target, id });
    if (told) return told;
  }
  if (type === 'Observation' && id === '$lastn') return lastObservations(deps, asking, pairs);
  if (type === 'Patient' && id === '$ihe-pix') return crossReference(deps, asking, pairs);
  if (id === '_history') return readHistoryOfMany(deps, asking, { type, pairs });
  return readOfOne(deps, asking, { ...target, id });
}

async function readOfType(deps: SubscribeDeps, asking: Asking, type: string, pairs: [string, string][]): Promise<Told> {
  if (type === '') return searchWhole(deps, asking, pairs);
  if (type === 'metadata') return capabilityStatement(asking.base);
  if (type === '_history') return readHistoryOfMany(deps, asking, { type: undefined, pairs });
  if (type === 'Subscription') return listSubscriptions(deps, asking, pairs);
  return searchType(deps, asking, type, pairs);
}

type OfOne = Target & { id: string };

async function readOfOne(deps: SubscribeDeps, asking: Asking, { type, id, rest, pairs }: OfOne): Promise<Told> {
  const [what, version, ...more] = rest;
  if (more.length > 0) throw noAddress();
  if (what === undefined) {
    if (type === 'Binary') return fileResource(id, await readFile(deps, asking, id));
    return shorten(await readOne(deps, asking, type, id), shapeOf(type, pairs));
  }
  if (what === '_history')
    return version === undefined
      ? readHistory(deps, asking, { type, id, pairs })
      : shorten(await readVersion(deps, asking, type, id, version), shapeOf(type, pairs));
  if (type !== 'Patient' || version !== undefined) throw noAddress();
  if (what === '$everything') return everything(deps, asking, id, pairs);
  return searchWithin(deps, asking, { patientId: id, type: what, pairs });
}

async function readOfSubscription(deps: SubscribeDeps, asking: Asking, { id, rest: [what], pairs }: OfOne): Promise<Told> {
  if (id === '$status') return statusesOfSubscriptions(deps, asking, pairs);
  if (what === undefined) return readSubscription(deps, asking, id);
  if (what === '$status') return statusOfSubscription(deps, asking, id);
  if (what === '$events') return eventsOfSubscription(deps, asking, id, pairs);
  if (what === '$get-ws-binding-token') return bindingToken(deps, asking, id);
  throw noAddress();
}

/** @returns undefined when it is a set that is read */
function readOfValueSet({ strict }: Asking, { id, rest: [what], pairs }: OfOne): Told | undefined {
  const operation = id.startsWith('$') ? id : what;
  const asked = { id: id.startsWith('$') ? undefined : id, pairs, strict };
  if (operation === '$expand') return expand(asked);
  if (operation === '$validate-code') return validateCode(asked);
  return undefined;
}

export const noAddress = () =>
  new Refusal('request.not-found', 'there is no such address: GET /fhir/metadata tells what is served', { at: 'url' });
