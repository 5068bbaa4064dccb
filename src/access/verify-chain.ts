import type { Sql } from '#kernel';
import { CHAIN_START, type ChainFault, type ChainPoint, compareWithHead, followChain } from './audit.ts';
import { cutOfChain } from './store-archive.ts';
import { eventsOfChain, headOfChain } from './store-audit.ts';

const PAGE = 1_000;

export interface ChainVerdict {
  chain: string;
  /** Events found whole, from the first that was not archived. */
  events: number;
  fault?: ChainFault;
}

/**
 * Reads a whole chain again and recomputes each hash: finds an event changed, taken away, added or moved, and an end cut off. What an archive took
 * away is not read: the chain goes on from the place that the archive signed.
 * @param chain a patient's id, or the chain of an actor (`chainOf`)
 */
export async function verifyChain(sql: Sql, chain: string): Promise<ChainVerdict> {
  // The head first: what is added meanwhile comes after it, and is for the next verification.
  const head = await headOfChain(sql, chain);
  const start: ChainPoint = (await cutOfChain(sql, chain)) ?? CHAIN_START;
  let point = start;
  for (;;) {
    const events = await eventsOfChain(sql, chain, point.sequence, PAGE);
    const isEnd = events.length < PAGE;
    const reached = followChain(point, head ? events.filter(({ sequence }) => sequence <= head.sequence) : events);
    if ('fault' in reached) return { chain, events: reached.sequence - 1 - start.sequence, fault: reached };
    point = reached;
    if (isEnd || (head && point.sequence >= head.sequence)) break;
  }
  const fault = compareWithHead(point, head);
  return { chain, events: point.sequence - start.sequence, ...(fault ? { fault } : {}) };
}
