import { createHash, randomBytes } from 'node:crypto';
import { askedByOf, passDoor, type Principal } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, uuidv7 } from '#kernel';
import { type Asking, type FhirDeps, open, viaOf } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { readQuery, strictly } from '../search/query.ts';
import { search } from '../search/search.ts';
import { checkScope, isInScope } from '../world/software.ts';
import { Shelf } from '../world/world.ts';
import { sayable } from './notify.ts';
import { isContent, notification, readWish, subscriptionResource, type Told, TOPICS } from './subscription.ts';
import { deleteSubscription, insertSubscription, type KeptSubscription, setBinding, subscriptionsOf, toldEvents } from './store.ts';

/** Asking to be told of what is new, and what one may do with what one asked. */
export interface SubscribeDeps extends FhirDeps {
  /** Subscriptions are the server's own work: under which name each is, the routes see to. */
  system: Db;
  /** Where a software said, when it was registered, that it answers. */
  addressesOf: (clientId: string) => Promise<readonly string[]>;
}

const DAY_MS = 86_400_000;
/** A hook is told for so long; its software asks again. A socket lasts a working day, as a session does. */
const DAYS = { 'rest-hook': 30, websocket: 0.5 } as const;
/** Of one person through one software. */
const MOST = 20;
const BINDING_MS = 60_000;

/** `POST /fhir/Subscription`. */
export async function subscribe(deps: SubscribeDeps, asking: Asking, given: JsonObject): Promise<Resource> {
  const { who, now } = asking;
  if (given['resourceType'] !== 'Subscription')
    throw new Refusal('request.invalid', 'the body is not a Subscription', { at: 'resourceType' });
  const wish = readWish(given);
  if (wish.until && wish.until <= now)
    throw new Refusal('request.invalid', 'a subscription ends later than it begins', { at: 'Subscription.end' });
  await checkEndpoint(deps, who, wish.endpoint);
  const about = wish.about === undefined ? undefined : (await personOf(deps.db, wish.about)).patientId;
  const type = TOPICS[wish.topic];
  checkScope(who, type, 's', about ?? 'any');
  const subscriptionId = uuidv7(now.getTime());
  const keep = async () => {
    if ((await subscriptionsOf(deps.system, who)).length >= MOST)
      throw new Refusal('access.too-many', `${MOST} subscriptions of one person through one software at most`);
    const latest = now.getTime() + DAYS[wish.channel] * DAY_MS;
    const endsAt = new Date(Math.min(wish.until?.getTime() ?? latest, latest));
    await insertSubscription(deps.system, { subscriptionId, principal: who, wish: { ...wish, ...(about && { about }) }, now, endsAt });
  };
  if (about === undefined) await open(deps, asking, { action: 'subscription.ask', object: subscriptionId }, keep);
  else {
    const action = type === 'DocumentReference' ? ('document.follow' as const) : ('biology.follow' as const);
    const door = { who, now, via: viaOf(who), action, patientId: about, object: subscriptionId };
    await passDoor(deps.db, door, keep);
  }
  return subscriptionResource(await own(deps, who, subscriptionId));
}

/** What is told leaves for an address that the region registered, and for no other. */
async function checkEndpoint({ addressesOf }: SubscribeDeps, { software }: Principal, endpoint: string | undefined): Promise<void> {
  if (endpoint === undefined) return;
  // A `blob:` has the origin of what is in it.
  const { origin, protocol } = new URL(endpoint);
  const registered = software ? (await addressesOf(software.clientId)).map((address) => new URL(address).origin) : [];
  if (!/^https?:$/.test(protocol) || !registered.includes(origin))
    throw new Refusal(
      'access.denied',
      'a hook is at an address registered for its software (le crochet doit être à une adresse déclarée)',
      {
        at: 'Subscription.channel.endpoint',
      },
    );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One's own, of those that the software at hand may ask for: a token of one patient finds nothing of what another window asked for another. */
const ownOf = async ({ system }: SubscribeDeps, who: Principal, id?: string): Promise<KeptSubscription[]> =>
  (await subscriptionsOf(system, who, id)).filter(({ topic, about }) => isInScope(who, TOPICS[topic], 's', about ?? 'any'));

async function own(deps: SubscribeDeps, who: Principal, id: string): Promise<KeptSubscription> {
  const [found] = UUID.test(id) ? await ownOf(deps, who, id) : [];
  if (!found) throw new Refusal('request.not-found', 'there is no such subscription, or it is not yours', { at: 'id' });
  return found;
}

export const readSubscription = async (deps: SubscribeDeps, { who }: Asking, id: string): Promise<Resource> =>
  subscriptionResource(await own(deps, who, id));

/** `GET /fhir/Subscription?…`: one's own, as any other search. */
export async function listSubscriptions(
  deps: SubscribeDeps,
  { who, base, strict }: Asking,
  pairs: readonly [string, string][],
): Promise<Bundle> {
  const query = strictly(readQuery('Subscription', pairs), strict);
  const world = new Shelf();
  for (const one of await ownOf(deps, who)) world.put(subscriptionResource(one));
  return search(query, { world, zone: deps.zone }, base);
}

export async function unsubscribe(deps: SubscribeDeps, { who }: Asking, id: string): Promise<void> {
  await deleteSubscription(deps.system, (await own(deps, who, id)).subscriptionId);
}

/** `GET /fhir/Subscription/[id]/$status` */
export async function statusOfSubscription(deps: SubscribeDeps, { who, base }: Asking, id: string): Promise<Bundle> {
  const { entry } = notification(await own(deps, who, id), 'query-status', { base });
  return { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource: entry![0]!['resource'], search: { mode: 'match' } }] };
}

/** `GET /fhir/Subscription/$status`: of all of one's own, or those of some `id` and `status`. */
export async function statusesOfSubscriptions(
  deps: SubscribeDeps,
  { who, base }: Asking,
  pairs: readonly [string, string][],
): Promise<Bundle> {
  const asked = (name: string) => pairs.filter(([key]) => key === name).flatMap(([, value]) => value.split(','));
  const [ids, statuses] = [asked('id').map((id) => id.replace(/^.*Subscription\//, '')), asked('status')];
  const own = (await ownOf(deps, who)).filter(
    ({ subscriptionId, status }) =>
      (ids.length === 0 || ids.includes(subscriptionId)) && (statuses.length === 0 || statuses.includes(status)),
  );
  const entry = own.map((one) => ({
    resource: notification(one, 'query-status', { base }).entry![0]!['resource'],
    search: { mode: 'match' },
  }));
  return { resourceType: 'Bundle', type: 'searchset', total: own.length, ...(entry.length > 0 && { entry }) };
}

/** Asked for again at once. */
const MOST_EVENTS = 100;

/**
 * `GET /fhir/Subscription/[id]/$events`: what was told, again, for a client that missed some. Each passes the door under the rights of this instant: what
 * may not be told any more keeps its number and loses its name.
 */
export async function eventsOfSubscription(
  deps: SubscribeDeps,
  asking: Asking,
  id: string,
  pairs: readonly [string, string][],
): Promise<Bundle> {
  const subscription = await own(deps, asking.who, id);
  const given = new Map(pairs);
  const numberOf = (name: string, unsaid: number) => {
    const text = given.get(name) ?? String(unsaid);
    if (!/^\d{1,9}$/.test(text)) throw new Refusal('request.invalid', `${name} is a whole number`, { at: name });
    return Number(text);
  };
  const content = given.get('content') ?? subscription.content;
  if (!isContent(content)) throw new Refusal('request.invalid', 'content is empty, id-only or full-resource', { at: 'content' });
  const asked = { since: numberOf('eventsSinceNumber', 1), until: numberOf('eventsUntilNumber', 999_999_999), limit: MOST_EVENTS };
  const told: Told[] = [];
  for (const event of await toldEvents(deps.system, subscription.subscriptionId, asked)) {
    const as = { ...subscription, content, principal: asking.who };
    const said = content === 'empty' ? undefined : await sayable(deps, as, event, asking.now);
    told.push({ number: event.number, at: event.at, focus: undefined, ...said });
  }
  return notification({ ...subscription, content }, 'query-event', { base: asking.base, told });
}

/** `GET /fhir/Subscription/[id]/$get-ws-binding-token`: what a socket says first, within a minute, once. */
export async function bindingToken(deps: SubscribeDeps, { who, now, base }: Asking, id: string): Promise<Record<string, unknown>> {
  const { subscriptionId, channel } = await own(deps, who, id);
  if (channel !== 'websocket') throw new Refusal('request.invalid', 'this subscription has no socket', { at: 'Subscription.channel.type' });
  const token = randomBytes(32).toString('base64url');
  const until = new Date(now.getTime() + BINDING_MS);
  await setBinding(deps.system, { subscriptionId, hash: bindingHash(token), until, by: askedByOf(who) });
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'token', valueString: token },
      { name: 'expiration', valueDateTime: until.toISOString() },
      { name: 'subscription', valueString: subscriptionId },
      { name: 'websocket-url', valueUrl: `${base.replace(/^http/, 'ws')}/websocket` },
    ],
  };
}

export const bindingHash = (token: string): Buffer => createHash('sha256').update(token).digest();
