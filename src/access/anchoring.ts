import type { JWK } from 'jose';
import type { Db, Sql } from '#kernel';
import { type Anchor, FIRST_ANCHOR, signAnchor } from './anchor.ts';
import { headsMovedSince, insertAnchor, lastAnchor, lockAnchors } from './store-audit.ts';

/** How often the region's chains are anchored. */
const ANCHOR_EVERY_MS = 60_000;

/**
 * Looks this far before the last anchor for chains that moved: an event has the time of its request, and is seen by others only when its
 * transaction ends.
 */
const OVERLAP_MS = 300_000;

/** Signs where each chain that moved since the last anchor has come to. @returns undefined when none moved */
export function anchorAudit(db: Db, options: { now: Date; key: JWK }): Promise<Anchor | undefined> {
  return db.transaction(async (tx: Sql) => {
    await lockAnchors(tx);
    const previous = await lastAnchor(tx);
    const since = previous ? new Date(previous.at.getTime() - OVERLAP_MS) : new Date(0);
    const heads = await headsMovedSince(tx, since);
    if (heads.length === 0) return undefined;
    const anchor = await signAnchor(previous ?? FIRST_ANCHOR, heads, { at: options.now, key: options.key });
    await insertAnchor(tx, anchor, heads);
    return anchor;
  });
}

/**
 * Anchors every minute until stopped. Each anchor is told, so that a copy is kept out of the database's reach.
 * @returns how to stop, waiting for the one under way
 */
export function startAnchoring(
  db: Db,
  options: { now: () => Date; key: () => Promise<JWK>; onAnchor: (anchor: Anchor) => Promise<void>; onError: (error: unknown) => void },
): () => Promise<void> {
  let underWay: Promise<void> = Promise.resolve();
  const anchor = async () => {
    try {
      const made = await anchorAudit(db, { now: options.now(), key: await options.key() });
      if (made) await options.onAnchor(made);
    } catch (error) {
      options.onError(error);
    }
  };
  const timer = setInterval(() => {
    underWay = underWay.then(anchor);
  }, ANCHOR_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
