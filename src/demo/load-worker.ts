import { parentPort, workerData } from 'node:worker_threads';
import { depositAll } from './deposit-all.ts';
import { makeDepositClient } from './deposit-client.ts';
import { makePopulation, type DemoSize } from './population.ts';

/** What the loading thread is told. */
export interface LoadOrder {
  url: string;
  size: DemoSize;
  from: number;
  atOnce: number;
}

/** Makes and sends the region in a thread of its own, so that the server beside it keeps answering people. */
const { url, size, from, atOnce } = workerData as LoadOrder;
const port = parentPort!;
const stop = new AbortController();
port.once('message', () => stop.abort());
try {
  await depositAll(makePopulation(size), makeDepositClient(url, { signal: stop.signal }), {
    from,
    atOnce,
    signal: stop.signal,
    onProgress: (progress) => port.postMessage(progress, []),
  });
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
port.close();
