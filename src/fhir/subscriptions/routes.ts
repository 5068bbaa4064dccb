import { Refusal } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Answering, askingOf, bodyOf, pairsOf, send, sendResource, sendWritten } from '../wire/answering.ts';
import { parseJson } from '../wire/json.ts';
import { operation } from '../wire/operation.ts';
import {
  bindingToken,
  eventsOfSubscription,
  listSubscriptions,
  readSubscription,
  statusesOfSubscriptions,
  statusOfSubscription,
  type SubscribeDeps,
  subscribe,
  unsubscribe,
} from './subscribe.ts';

type One = { Params: { id: string } };
const idOf = ({ params }: FastifyRequest) => (params as One['Params']).id;

/** One socket is told of one subscription. @throws Refusal */
function onlyId(pairs: readonly [string, string][]): string {
  const ids = pairs.flatMap(([name, value]) => (name === 'id' ? [value.replace(/^.*Subscription\//, '')] : []));
  if (ids.length !== 1) throw new Refusal('request.invalid', 'name one subscription: id', { at: 'id' });
  return ids[0]!;
}

/** Subscriptions: asked for, read, ended by whoever asked for them. */
export function subscriptionRoutes(scope: FastifyInstance, deps: SubscribeDeps & Answering): void {
  const at = '/fhir/Subscription';
  const ask = (request: FastifyRequest) => askingOf(request, deps);
  const asked = { config: { guard: 'patient-data' as const }, schema: { summary: 'Asks to be told of what is new', tags: ['fhir'] } };
  scope.post(at, asked, async (request, reply) => {
    const asking = ask(request);
    const resource = await subscribe(deps, asking, parseJson(bodyOf(request)));
    return sendWritten(reply, { status: 201, resource, location: `${asking.base}/Subscription/${resource.id}` });
  });
  const own = { config: { guard: 'signed-in' as const }, schema: { summary: 'My subscriptions', tags: ['fhir'] } };
  scope.get(at, own, async (request, reply) => send(reply, await listSubscriptions(deps, ask(request), pairsOf(request))));
  operation(scope, `${at}/$status`, own, async (request, reply, pairs) =>
    send(reply, await statusesOfSubscriptions(deps, ask(request), pairs)),
  );
  operation(scope, `${at}/$get-ws-binding-token`, own, async (request, reply, pairs) =>
    send(reply, await bindingToken(deps, ask(request), onlyId(pairs))),
  );
  scope.get<One>(`${at}/:id`, own, async (request, reply) =>
    sendResource(reply, await readSubscription(deps, ask(request), request.params.id), request),
  );
  scope.delete<One>(`${at}/:id`, own, async (request, reply) => {
    await unsubscribe(deps, ask(request), request.params.id);
    return reply.code(204).send();
  });
  operation(scope, `${at}/:id/$status`, own, async (request, reply) =>
    send(reply, await statusOfSubscription(deps, ask(request), idOf(request))),
  );
  const again = { config: { guard: 'patient-data' as const }, schema: { summary: 'What was told, again', tags: ['fhir'] } };
  operation(scope, `${at}/:id/$events`, again, async (request, reply, pairs) =>
    send(reply, await eventsOfSubscription(deps, ask(request), idOf(request), pairs)),
  );
  operation(scope, `${at}/:id/$get-ws-binding-token`, own, async (request, reply) =>
    send(reply, await bindingToken(deps, ask(request), idOf(request))),
  );
}
