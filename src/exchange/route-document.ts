import { personOf } from '#identity';
import { backoffMs, type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { settleMet } from './awaited.ts';
import type { DocumentsInHand } from './documents-in-hand.ts';
import { type AddressDeps, factsOf } from './facts.ts';
import { fillInbox, type InboxDeps, tellWithdrawn } from './inbox/fill.ts';
import { type Facts, route, type Routed } from './rules.ts';
import { type Dispatch, postponeDispatch, recallDocument, settleDispatch, takeDispatch, writeDeliveries } from './store-queue.ts';
import { ruleSet } from './store-rules.ts';

export interface RouteDeps extends AddressDeps, InboxDeps {
  db: Db;
  inHand: DocumentsInHand;
}

/** What was decided, by which facts and version of the rules. */
interface Decided {
  routed: Routed;
  facts?: Facts;
  version?: number;
}

/** `report-stored` and so on are told again when what is current changes; nothing else is routed. */
const NOBODY: Decided = { routed: { destinations: [], kept: [], applied: ['R-10'] } };

/**
 * Routes the next document that waits for it: one transaction from the rules to the rows of its deliveries.
 * @returns whether something of it is to leave; false when no document waited
 */
export async function routeNext(deps: RouteDeps, now: Date): Promise<false | { leaves: boolean }> {
  const taken: { dispatch?: Dispatch } = {};
  try {
    return await deps.db.transaction(async (tx) => {
      const dispatch = await takeDispatch(tx, now);
      if (!dispatch) return false;
      taken.dispatch = dispatch;
      const decided = dispatch.kind === 'withdrawn' ? await recall(tx, deps, dispatch, now) : await send(tx, deps, dispatch, now);
      await settleDispatch(tx, dispatch, decided, now);
      const { destinations, applied } = decided.routed;
      return { leaves: applied.includes('R-11') || destinations.some(({ held }) => held === undefined) };
    });
  } catch (error) {
    if (!taken.dispatch || (error instanceof Refusal && error.code === 'store.unavailable')) throw error;
    const { tries } = taken.dispatch;
    const fault = error instanceof Refusal ? error.code : 'fault';
    await postponeDispatch(deps.db, taken.dispatch, fault, new Date(now.getTime() + backoffMs(tries + 1, Math.random())));
    if (error instanceof Refusal) return { leaves: false };
    throw error;
  }
}

async function recall(tx: Sql, deps: RouteDeps, dispatch: Dispatch, now: Date): Promise<Decided> {
  const { homes } = await personOf(tx, dispatch.patientId);
  await tellWithdrawn(tx, deps, { ...dispatch, homes, now });
  const asked = await recallDocument(tx, dispatch, uuidv7, now);
  return { routed: { destinations: [], kept: [], applied: asked > 0 ? ['R-11'] : ['R-10'] } };
}

async function send(tx: Sql, deps: RouteDeps, { patientId, documentId }: Dispatch, now: Date): Promise<Decided> {
  const [found, { version, rules }] = await Promise.all([factsOf(tx, deps, { patientId, documentId }, now), ruleSet(tx)]);
  if (!found) return NOBODY;
  const { item, facts, met } = found;
  const routed = route(facts, rules);
  const rows = routed.destinations.map((destination) => ({ deliveryId: uuidv7(), attemptId: uuidv7(), destination }));
  const { uniqueId, setId, structure } = item;
  await writeDeliveries(tx, { patientId, documentId, uniqueId, setId, structure: structure.finess }, rows, now);
  await settleMet(tx, met, documentId);
  await fillInbox(tx, deps, { ...found, routed, now });
  return { routed, facts, version };
}
