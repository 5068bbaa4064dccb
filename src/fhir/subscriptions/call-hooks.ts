import { backoffMs } from '#kernel';
import { type TellDeps, tellable } from './notify.ts';
import { type KeptSubscription, settleSubscription, takeDueHook } from './store.ts';
import { notification, type NotificationType, type Told } from './subscription.ts';

export interface HookDeps extends TellDeps {
  /** Address of the FHIR server, without trailing slash. */
  base: string;
  /** A software whose registration ended is told nothing more. */
  isRegistered: (clientId: string) => Promise<boolean>;
  onError: (error: unknown) => void;
  fetch?: typeof fetch;
}

/** When nothing wakes it: what was stored is told within this. */
const IDLE_MILLISECONDS = 500;
/** A server that does not answer by then has failed. */
const PATIENCE_MS = 10_000;
/** While it is called, no other process calls it. */
const LEASE_MS = 30_000;
/** After so many failures in a row, some four hours, it is off. */
const MOST_FAILURES = 12;
const NEVER = new Date('9999-12-31T00:00:00Z');

/** Calls the hooks of subscriptions for as long as the server runs; several processes may, on one database. @returns how to stop */
export function callHooks(deps: HookDeps): () => Promise<void> {
  const life = { stopped: false };
  let endRest = () => {};
  const rest = () =>
    new Promise<void>((resolve) => {
      if (life.stopped) return resolve();
      const timer = setTimeout(resolve, IDLE_MILLISECONDS);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.stopped) {
      const called = await callDueHook(deps, new Date()).catch((error: unknown) => (deps.onError(error), false));
      if (!called) await rest();
    }
  })();
  return async () => {
    life.stopped = true;
    endRest();
    await running;
  };
}

/** @returns was one due */
export async function callDueHook(deps: HookDeps, now: Date): Promise<boolean> {
  const hook = await takeDueHook(deps.db, now, new Date(now.getTime() + LEASE_MS));
  if (!hook) return false;
  const { subscriptionId, principal, failures, heartbeatSeconds, endsAt, spokenAt = hook.createdAt } = hook;
  const settle = (more: Partial<Parameters<typeof settleSubscription>[1]>) =>
    settleSubscription(deps.db, { subscriptionId, status: 'active', failures: 0, nextAt: NEVER, told: [], done: [], ...more });
  const isOver = endsAt <= now || !(await deps.isRegistered(principal.software?.clientId ?? ''));
  if (isOver) {
    await settle({ status: 'off', error: 'its time is over, or its software is not registered any more' });
    return true;
  }
  const isNew = hook.status === 'requested';
  const { told, done } = isNew ? { told: [], done: [] } : await tellable(deps, hook, now);
  const type: NotificationType = isNew ? 'handshake' : told.length > 0 ? 'event-notification' : 'heartbeat';
  const beatAfter = (spoken: Date) => (heartbeatSeconds === undefined ? NEVER : new Date(spoken.getTime() + heartbeatSeconds * 1_000));
  // What waited was hidden from its subscriber: nothing is said, nor is a heartbeat early or late by it.
  const isSilent = type === 'heartbeat' && hook.status === 'active' && beatAfter(spokenAt) > now;
  const fault = isSilent ? undefined : await call(deps, hook, type, told);
  if (fault === undefined) {
    const spoken = isSilent ? spokenAt : now;
    // After a handshake, and after a full notification, there may be more to tell at once.
    const nextAt = isNew || done.length > 0 ? now : beatAfter(spoken);
    await settle({ nextAt, spokenAt: spoken, told, done });
    return true;
  }
  const times = failures + 1;
  const isOff = times >= MOST_FAILURES;
  const nextAt = isOff ? NEVER : new Date(now.getTime() + backoffMs(times, Math.random()));
  await settle({ status: isOff ? 'off' : isNew ? 'requested' : 'error', error: fault, failures: times, nextAt });
  return true;
}

/** @returns what went wrong, in words that name no patient */
async function call(deps: HookDeps, hook: KeptSubscription, type: NotificationType, told: readonly Told[]): Promise<string | undefined> {
  const body = JSON.stringify(notification({ ...hook, status: 'active', error: undefined }, type, { base: deps.base, told }));
  const given = hook.headers.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  try {
    const answer = await (deps.fetch ?? fetch)(hook.endpoint!, {
      method: 'POST',
      headers: { ...Object.fromEntries(given), 'content-type': 'application/fhir+json' },
      body,
      // Another address was not registered: nothing is told there.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `the hook answered ${answer.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'the hook did not answer in time' : 'the hook could not be reached';
  }
}
