/** How long to rest before the next time, in milliseconds: `atLeast` whatever happens, then until woken, `atMost` in all. */
export interface Rest {
  atLeast: number;
  atMost: number;
}

const AFTER_A_FAULT: Rest = { atLeast: 0, atMost: 1_000 };

/** What is being done until it is stopped. */
export interface Doing {
  /** There is something to do: it need not rest further. */
  wake: () => void;
  /** Once what is under way is done. */
  stop: () => Promise<void>;
}

/** Does something again and again, with the rest that each time asks for; a fault is told to `onError`, and costs a rest. */
export function keepDoing(step: () => Promise<Rest>, onError: (error: unknown) => void): Doing {
  const life = { isStopped: false, isAwaken: false };
  let hear: () => void = () => {};
  /** Until the time is over, stopped, or woken when that counts. */
  const pause = (milliseconds: number, isWoken: () => boolean) =>
    new Promise<void>((resolve) => {
      const isOver = () => life.isStopped || isWoken();
      if (milliseconds <= 0 || isOver()) return resolve();
      const timer = setTimeout(resolve, milliseconds);
      hear = () => {
        if (!isOver()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.isStopped) {
      life.isAwaken = false;
      const { atLeast, atMost } = await step().catch((error: unknown) => {
        onError(error);
        return AFTER_A_FAULT;
      });
      await pause(atLeast, () => false);
      await pause(atMost - atLeast, () => life.isAwaken);
    }
  })();
  return {
    wake() {
      life.isAwaken = true;
      hear();
    },
    async stop() {
      life.isStopped = true;
      hear();
      await running;
    },
  };
}
