import { personOf } from '#identity';
import { backoffMs, type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { settleMet } from './awaited.ts';
import type { DocumentsInHand } from './documents-in-hand.ts';
import { type AddressDeps, factsOf } from './facts.ts';
import { fillInbox, type InboxDeps, tellWithdrawn } from './inbox/fill.ts';
import { isMachine, route, type Routed } from './rules.ts';
import type { DeliveryKind } from './store-lease.ts';
import {
  type Decided,
  type Dispatch,
  postponeDispatch,
  recallDocument,
  settleDispatches,
  takeDispatches,
  writeDeliveries,
} from './store-queue.ts';
import { type RuleSet, ruleSet } from './store-rules.ts';

export interface RouteDeps extends AddressDeps, InboxDeps {
  db: Db;
  inHand: DocumentsInHand;
}

/** `report-stored` and so on are told again when what is current changes; nothing else is routed. */
const NOBODY: Decided = { routed: { destinations: [], kept: [], applied: ['R-10'] } };

export interface RoutedNow {
  /** Documents that were taken: none when none waited. */
  taken: number;
  /** What of them is to leave, if anything. */
  leaves: ReadonlySet<DeliveryKind>;
}

/**
 * Routes the next documents that wait for it, `most` together: one transaction from the rules to the rows of their deliveries. When one of them cannot be
 * routed, each is routed by itself, so that it holds back no other.
 */
export async function routeNext(deps: RouteDeps, now: Date, most: number): Promise<RoutedNow> {
  const taken: Dispatch[] = [];
  try {
    return await deps.db.steady().transaction(async (tx) => {
      taken.push(...(await takeDispatches(tx, now, most)));
      if (taken.length === 0) return { taken: 0, leaves: NOTHING };
      const rules = ruleSet(tx);
      const settled = await allOf(taken.map(async (dispatch) => ({ ...dispatch, ...(await decide(tx, deps, dispatch, rules, now)) })));
      await settleDispatches(tx, settled, now);
      return { taken: taken.length, leaves: new Set(settled.flatMap(({ routed }) => leaving(routed))) };
    });
  } catch (error) {
    const [first] = taken;
    if (!first || (error instanceof Refusal && error.code === 'store.unavailable')) throw error;
    if (taken.length > 1) return eachByItself(deps, now, taken.length);
    const fault = error instanceof Refusal ? error.code : 'fault';
    await postponeDispatch(deps.db, first, fault, new Date(now.getTime() + backoffMs(first.tries + 1, Math.random())));
    if (error instanceof Refusal) return { taken: 1, leaves: NOTHING };
    throw error;
  }
}

/** As many as were taken together: the same ones, unless another worker took them meanwhile. */
async function eachByItself(deps: RouteDeps, now: Date, many: number): Promise<RoutedNow> {
  const done = { taken: 0, leaves: NOTHING };
  const faults: unknown[] = [];
  for (let n = 0; n < many; n += 1) {
    try {
      const { taken, leaves } = await routeNext(deps, now, 1);
      done.taken += taken;
      done.leaves = done.leaves.union(leaves);
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
  return done;
}

/** Waits for all of them, so that none goes on giving statements to a transaction that has ended; then throws what the first that failed threw. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const done = await Promise.allSettled(work);
  return done.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const NOTHING: ReadonlySet<DeliveryKind> = new Set();

/** A recall follows wherever the document went. */
const leaving = ({ applied, destinations }: Routed): DeliveryKind[] =>
  applied.includes('R-11')
    ? ['mail', 'machine']
    : destinations.filter(({ held }) => held === undefined).map(({ role }) => (isMachine(role) ? 'machine' : 'mail'));

const decide = (tx: Sql, deps: RouteDeps, dispatch: Dispatch, rules: Promise<RuleSet>, now: Date): Promise<Decided> =>
  dispatch.kind === 'withdrawn' ? recall(tx, deps, dispatch, now) : send(tx, deps, dispatch, rules, now);

async function recall(tx: Sql, deps: RouteDeps, dispatch: Dispatch, now: Date): Promise<Decided> {
  const { homes } = await personOf(tx, dispatch.patientId);
  await tellWithdrawn(tx, deps, { ...dispatch, homes, now });
  const asked = await recallDocument(tx, dispatch, uuidv7, now);
  return { routed: { destinations: [], kept: [], applied: asked > 0 ? ['R-11'] : ['R-10'] } };
}

async function send(tx: Sql, deps: RouteDeps, { patientId, documentId }: Dispatch, inForce: Promise<RuleSet>, now: Date): Promise<Decided> {
  const [found, { version, rules }] = await Promise.all([factsOf(tx, deps, { patientId, documentId }, now), inForce]);
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
