/** Refused at once, and told to come again as far apart as they can be taken. Time and chance are arguments. */
export interface Appointments {
  /** A deposit was taken and is done. */
  done(): void;
  /** Every second or so: how many were done since the last time says how fast deposits are taken, when some had to be refused. `now`: milliseconds. */
  measure(now: number): void;
  /**
   * @param now in milliseconds
   * @param notBeforeMs how long the doors stay shut, when they are
   * @returns whole seconds after which to come again (Retry-After), from 1 to MOST_SECONDS
   */
  next(now: number, notBeforeMs?: number): number;
  /** Deposits a second, as last measured. */
  rate(): number;
}

/** Longer, a sender takes the door for dead; it is told to come again within, and may then be told once more. */
export const MOST_SECONDS = 600;
const MOST_MS = MOST_SECONDS * 1_000;
/** Before anything was measured, and whatever is measured at the worst: a second. */
const FIRST_RATE = 50;
const LEAST_RATE = 5;
/** Some never come again and some come late: a few more are asked than are taken, so that nothing stands idle while somebody waits. */
const ASKED_FOR_ONE_TAKEN = 1.3;
/** Retry-After counts whole seconds: those refused together would come again together. Each comes sooner or later by a share of its wait. */
const SPREAD = 0.15;
/** Refused for one done: from there on as many are done as can be. */
const FULL_FROM = 0.1;
/** How many measures it looks back on: the doors shut and open again several times meanwhile when the work behind is late. */
const MEASURES = 20;

/** @param chance from 0 to 1 */
export function appointments(chance: () => number = Math.random): Appointments {
  const measures: number[] = [];
  let doneSince = 0;
  let refusedSince = 0;
  let lastAt = 0;
  let measuredAt = 0;
  const rate = () =>
    measures.length === 0 ? FIRST_RATE : Math.max(LEAST_RATE, measures.reduce((sum, one) => sum + one, 0) / measures.length);
  return {
    rate,
    done() {
      doneSince += 1;
    },
    measure(now) {
      const passed = (now - measuredAt) / 1_000;
      // While few are refused it says how many came, and at least so many could have.
      const isFull = refusedSince > doneSince * FULL_FROM;
      if (measuredAt > 0 && passed > 0 && (isFull || doneSince / passed > rate())) measures.push(doneSince / passed);
      measuredAt = now;
      if (measures.length > MEASURES) measures.shift();
      doneSince = 0;
      refusedSince = 0;
    },
    next(now, notBeforeMs = 0) {
      refusedSince += 1;
      const apartMs = 1_000 / (rate() * ASKED_FOR_ONE_TAKEN);
      lastAt = Math.max(lastAt, now + notBeforeMs) + apartMs;
      // Beyond what anybody is asked to wait the places are given again.
      if (lastAt - now > MOST_MS) lastAt = now + notBeforeMs + Math.max(0, MOST_MS - notBeforeMs) * chance();
      const wait = lastAt - now - notBeforeMs;
      const spread = wait * SPREAD * (2 * chance() - 1) + 1_000 * chance();
      const seconds = Math.ceil((notBeforeMs + wait + spread) / 1_000);
      return Math.max(1, seconds > MOST_SECONDS ? 2 * MOST_SECONDS - seconds : seconds);
    },
  };
}
