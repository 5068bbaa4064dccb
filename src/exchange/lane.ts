import { type Db, type Doing, keepDoing } from '#kernel';

/** When nothing wakes a lane: what another process noted, what waits for its time. */
const IDLE_MILLISECONDS = 1_000;

/**
 * Work that is done as long as there is some, then when somebody says so or after a rest.
 * @param work one piece; how much was done: 0 is rest. What it throws is told, and it rests before it tries again.
 */
export const openLane = (work: () => Promise<number>, onError: (error: unknown) => void): Doing =>
  keepDoing(async () => ({ atLeast: 0, atMost: (await work()) > 0 ? 0 : IDLE_MILLISECONDS }), onError);

/** The others of a group, while all rest. */
const LONG_REST_MILLISECONDS = 60_000;

/**
 * The same work in several lanes. While all rest, the first looks for all of them; while one is held by its piece, as by a slow answer of the other side, it
 * calls those that rest to look in its place; and whoever found some calls the next, since there may be more.
 */
export function openLanes(most: number, work: () => Promise<number>, onError: (error: unknown) => void): Doing[] {
  const lanes: Doing[] = [];
  const step = async (own: number) => {
    const held = setInterval(() => {
      for (const [other, lane] of lanes.entries()) if (other !== own) lane.wake();
    }, IDLE_MILLISECONDS);
    try {
      const isRest = (await work()) === 0;
      if (!isRest) lanes[(own + 1) % most]?.wake();
      const rest = own === 0 ? IDLE_MILLISECONDS : LONG_REST_MILLISECONDS;
      return { atLeast: 0, atMost: isRest ? rest : 0 };
    } finally {
      clearInterval(held);
    }
  };
  for (let own = 0; own < most; own++) lanes.push(keepDoing(() => step(own), onError));
  return lanes;
}

/** Work of which one alone is under way at a time, in the order in which it was asked. What one throws is its own. */
export function inTurn<Given extends unknown[], Done>(work: (...given: Given) => Promise<Done>): (...given: Given) => Promise<Done> {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const next = last.then(() => work(...given));
    last = next.catch(() => {});
    return next;
  };
}

/** Hears what is told on a channel of the database; when its connection breaks, it is opened again. */
export async function openEar(
  db: Db,
  channel: string,
  hear: (payload?: string) => void,
  onError: (error: unknown) => void,
): Promise<Pick<Doing, 'stop'>> {
  let unlisten: (() => Promise<void>) | undefined;
  const listen = async () => {
    unlisten = await db.listen(channel, hear, (error) => {
      unlisten = undefined;
      onError(error);
    });
  };
  await listen();
  const lane = openLane(async () => {
    if (unlisten) return 0;
    await listen();
    // What was told meanwhile was not heard.
    hear();
    return 0;
  }, onError);
  return {
    async stop() {
      await lane.stop();
      await unlisten?.();
    },
  };
}
