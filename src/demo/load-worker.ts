import { parentPort, workerData } from 'node:worker_threads';
import { depositAll } from './deposit-all.ts';
import { makeDepositClient } from './deposit-client.ts';
import { depositLetters, depositStayLetters } from './deposit-letters.ts';
import { makePopulation, type DemoSize } from './population.ts';

/** What the loading thread is told. */
export interface LoadOrder {
  url: string;
  size: DemoSize;
  from: number;
  atOnce: number;
}

const STORIES = 3;

/** Makes and sends the region in a thread of its own, so that the server beside it keeps answering people. */
const { url, size, from, atOnce } = workerData as LoadOrder;
const port = parentPort!;
const stop = new AbortController();
port.once('message', () => stop.abort());
try {
  const population = makePopulation(size);
  const client = makeDepositClient(url, { signal: stop.signal });
  // The people of the visit first: their record is what is looked at.
  await depositLetters(population, client, { first: 1, last: STORIES }, stop.signal);
  port.postMessage('stories', []);
  await depositAll(population, client, {
    from,
    atOnce,
    signal: stop.signal,
    onProgress: (progress) => port.postMessage(progress, []),
  });
  await depositLetters(population, client, { first: STORIES + 1, last: size.patients }, stop.signal);
  await depositStayLetters(population, client, stop.signal);
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
port.close();
