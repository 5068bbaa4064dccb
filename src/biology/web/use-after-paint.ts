import { startTransition, useEffect, useState } from 'react';
import { whenIdle } from './when-idle.ts';

/** What waits is not left out for long on a page that is always busy, in ms. */
const AT_LATEST_MS = 200;

/**
 * False until what is drawn first is on screen: what few look at in that moment waits for it, until the browser has nothing more pressing. A key that
 * is pressed meanwhile goes first.
 */
export function useAfterPaint(): boolean {
  const [isPainted, setPainted] = useState(false);
  useEffect(() => {
    let giveUp: (() => void) | undefined;
    // A frame is asked for, and what comes next waits for its end.
    const frame = requestAnimationFrame(() => {
      giveUp = whenIdle(() => startTransition(() => setPainted(true)), AT_LATEST_MS);
    });
    return () => {
      cancelAnimationFrame(frame);
      giveUp?.();
    };
  }, []);
  return isPainted;
}
