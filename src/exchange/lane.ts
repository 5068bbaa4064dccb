import type { Db } from '#kernel';

/** When nothing wakes a lane: what another process noted, what waits for its time. */
const IDLE_MILLISECONDS = 1_000;

interface Life {
  isStopped: () => boolean;
  onError: (error: unknown) => void;
}

/** Work that is done as long as there is some, then when somebody says so or after a rest. */
export interface Lane {
  wake(): void;
  /** Once it has been stopped, and woken. */
  ended: Promise<void>;
}

/** @param work one piece; how much was done: 0 is rest. What it throws is told, and it rests before it tries again. */
export function openLane(work: () => Promise<number>, { isStopped, onError }: Life): Lane {
  let isAwaken = false;
  let endRest = () => {};
  const rest = () =>
    new Promise<void>((resolve) => {
      if (isAwaken || isStopped()) return resolve();
      const timer = setTimeout(resolve, IDLE_MILLISECONDS);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!isStopped()) {
      isAwaken = false;
      try {
        if ((await work()) > 0) continue;
      } catch (error) {
        onError(error);
      }
      await rest();
    }
  };
  return {
    ended: run(),
    wake() {
      isAwaken = true;
      endRest();
    },
  };
}

/** Hears what is told on a channel of the database; when its connection breaks, it is opened again. */
export async function openEar(db: Db, channel: string, hear: (payload?: string) => void, { isStopped, onError }: Life): Promise<Lane> {
  let unlisten: (() => Promise<void>) | undefined;
  const listen = async () => {
    unlisten = await db.listen(channel, hear, (error) => {
      unlisten = undefined;
      onError(error);
    });
  };
  await listen();
  const lane = openLane(
    async () => {
      if (unlisten) return 0;
      await listen();
      // What was told meanwhile was not heard.
      hear();
      return 0;
    },
    { isStopped, onError },
  );
  return { wake: lane.wake, ended: lane.ended.then(() => unlisten?.()) };
}
