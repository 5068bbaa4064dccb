import { arrivalOf } from './days-gone-by.ts';
import type { DepositClient } from './deposit-client.ts';
import { documentBytes } from './document-bytes.ts';
import { isStory, type Population } from './population.ts';

export interface Progress {
  done: number;
  /** Every document up to this one was acknowledged: where to go on from after a stop. */
  upTo: number;
  total: number;
  perSecond: number;
  /** Documents that the door refused, by code: none in a healthy instance. */
  refused: Record<string, number>;
  /** Documents kept until a person of the identity cell decides. */
  waiting: number;
}

export interface DepositOptions {
  /** Documents already acknowledged, skipped. */
  from: number;
  /** Deposits under way together. */
  atOnce: number;
  onProgress: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** At most this often, in milliseconds, and at the end. */
const TELL_EVERY_MS = 250;

/**
 * Sends every document of a region to the door, several at once. A version that replaces another waits for the one before it, so that what
 * arrives first is what the story says.
 */
export async function depositAll(population: Population, client: DepositClient, options: DepositOptions): Promise<Progress> {
  const { from, atOnce, onProgress, signal } = options;
  const progress: Progress = { done: from, upTo: from, total: population.total, perSecond: 0, refused: {}, waiting: 0 };
  const startedAt = performance.now();
  let toldAt = startedAt;
  const tell = (isEnd: boolean) => {
    const now = performance.now();
    if (!isEnd && now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    progress.perSecond = Math.round((1000 * (progress.done - from)) / Math.max(1, now - startedAt));
    onProgress(progress);
  };
  const groups = inOrder(population, from, signal);
  const underWay = new Set<number>();
  let sent = from;
  const work = async () => {
    for (let next = groups.next(); !next.done; next = groups.next()) {
      const first = next.value[0]!.n;
      underWay.add(first);
      sent = next.value.at(-1)!.n;
      for (const { bytes, clientId, arrivedAt } of next.value) {
        const { status, refusal } = await client.deposit(bytes, clientId, { arrivedAt });
        if (status === 202) progress.waiting++;
        if (refusal) progress.refused[refusal] = (progress.refused[refusal] ?? 0) + 1;
        progress.done++;
        tell(false);
      }
      underWay.delete(first);
      progress.upTo = Math.min(sent, ...[...underWay].map((n) => n - 1));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  tell(true);
  return progress;
}

interface Sendable {
  /** Place in the region, from 1. */
  n: number;
  bytes: Buffer;
  clientId: string;
  /** ISO 8601: of the stories, which came before today. */
  arrivedAt: string | undefined;
}

/** Documents by report: the versions of one report go one after the other, different reports at the same time. */
function* inOrder(population: Population, from: number, signal: AbortSignal | undefined): Generator<Sendable[]> {
  let group: Sendable[] = [];
  let set = '';
  let n = 0;
  for (const document of population.documents()) {
    n++;
    if (n <= from) continue;
    if (signal?.aborted) return;
    const setId = document.report.setId?.root ?? '';
    if (setId !== set && group.length > 0) {
      yield group;
      group = [];
    }
    set = setId;
    const arrivedAt = isStory(document.k) ? arrivalOf(document.report.createdAt, population.today) : undefined;
    group.push({ n, bytes: documentBytes(document, n), clientId: document.clientId, arrivedAt });
  }
  if (group.length > 0) yield group;
}
