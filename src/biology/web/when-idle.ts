/**
 * Does something once the browser has nothing more pressing, and at the latest after so many ms; where idleness cannot be told, then.
 * @returns gives it up
 */
export function whenIdle(act: () => void, atLatest: number): () => void {
  if ('requestIdleCallback' in window) {
    const asked = requestIdleCallback(act, { timeout: atLatest });
    return () => cancelIdleCallback(asked);
  }
  const timer = setTimeout(act, atLatest);
  return () => clearTimeout(timer);
}
