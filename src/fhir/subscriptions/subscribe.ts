import { createHash, randomBytes } from 'node:crypto';
import { passDoor, type Principal } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, uuidv7 } from '#kernel';
import { type Asking, type FhirDeps, open, viaOf } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Bundle, Resource } from '../wire/resource.ts';
import { checkScope } from '../world/software.ts';
import { notification, readWish, subscriptionResource } from './subscription.ts';
import { deleteSubscription, insertSubscription, type KeptSubscription, setBinding, subscriptionsOf } from './store.ts';

/** Asking to be told of new reports, and what one may do with what one asked. */
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
  await checkEndpoint(deps, who, wish.endpoint);
  const about = wish.about === undefined ? undefined : (await personOf(deps.db, wish.about)).patientId;
  checkScope(who, 'DiagnosticReport', 's', about ?? 'any');
  const subscriptionId = uuidv7(now.getTime());
  const keep = async () => {
    if ((await subscriptionsOf(deps.system, who)).length >= MOST)
      throw new Refusal('access.too-many', `${MOST} subscriptions of one person through one software at most`);
    const endsAt = new Date(now.getTime() + DAYS[wish.channel] * DAY_MS);
    await insertSubscription(deps.system, { subscriptionId, principal: who, wish: { ...wish, ...(about && { about }) }, now, endsAt });
  };
  if (about === undefined) await open(deps, asking, { action: 'subscription.ask', object: subscriptionId }, keep);
  else {
    const door = { who, now, via: viaOf(who), action: 'biology.follow' as const, patientId: about, object: subscriptionId };
    await passDoor(deps.db, door, keep);
  }
  return subscriptionResource(await own(deps, who, subscriptionId));
}

/** What is told leaves for an address that the region registered, and for no other. */
async function checkEndpoint({ addressesOf }: SubscribeDeps, { software }: Principal, endpoint: string | undefined): Promise<void> {
  if (endpoint === undefined) return;
  const { origin } = new URL(endpoint);
  const registered = software ? (await addressesOf(software.clientId)).map((address) => new URL(address).origin) : [];
  if (!registered.includes(origin))
    throw new Refusal(
      'access.denied',
      'a hook is at an address registered for its software (le crochet doit être à une adresse déclarée)',
      {
        at: 'Subscription.channel.endpoint',
      },
    );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function own({ system }: SubscribeDeps, who: Principal, id: string): Promise<KeptSubscription> {
  const [found] = UUID.test(id) ? await subscriptionsOf(system, who, id) : [];
  if (!found) throw new Refusal('request.not-found', 'there is no such subscription, or it is not yours', { at: 'id' });
  return found;
}

export const readSubscription = async (deps: SubscribeDeps, { who }: Asking, id: string): Promise<Resource> =>
  subscriptionResource(await own(deps, who, id));

export async function listSubscriptions({ system }: SubscribeDeps, { who, base }: Asking): Promise<Bundle> {
  const all = (await subscriptionsOf(system, who)).map(subscriptionResource);
  const entry = all.map((resource) => ({ fullUrl: `${base}/Subscription/${resource.id}`, resource, search: { mode: 'match' } }));
  return { resourceType: 'Bundle', type: 'searchset', total: all.length, ...(entry.length > 0 && { entry }) };
}

export async function unsubscribe(deps: SubscribeDeps, { who }: Asking, id: string): Promise<void> {
  await deleteSubscription(deps.system, (await own(deps, who, id)).subscriptionId);
}

/** `GET /fhir/Subscription/[id]/$status` */
export async function statusOfSubscription(deps: SubscribeDeps, { who, base }: Asking, id: string): Promise<Bundle> {
  const { entry } = notification(await own(deps, who, id), 'query-status', { base });
  return { resourceType: 'Bundle', type: 'searchset', total: 1, entry: [{ resource: entry![0]!['resource'], search: { mode: 'match' } }] };
}

/** `GET /fhir/Subscription/[id]/$get-ws-binding-token`: what a socket says first, within a minute, once. */
export async function bindingToken(deps: SubscribeDeps, { who, now, base }: Asking, id: string): Promise<Record<string, unknown>> {
  const { subscriptionId, channel } = await own(deps, who, id);
  if (channel !== 'websocket') throw new Refusal('request.invalid', 'this subscription has no socket', { at: 'Subscription.channel.type' });
  const token = randomBytes(32).toString('base64url');
  const until = new Date(now.getTime() + BINDING_MS);
  await setBinding(deps.system, { subscriptionId, hash: bindingHash(token), until });
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
