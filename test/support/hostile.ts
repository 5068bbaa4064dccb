import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcomeOf } from './outcome.ts';

/** Inputs made to cost more than they weigh, timed as a server meets them. */
export type HostileInput = readonly [name: string, make: () => string | Uint8Array];

export const MEGABYTES = 15;
export const fill = (part: string, megabytes = MEGABYTES) => part.repeat(Math.floor((megabytes * 2 ** 20) / part.length));

/**
 * Prints the time of each input, beside what is allowed: 50 ms and 10 ms a megabyte.
 * @param typical read many times first, since the first readings of a process are several times slower
 */
export function timeHostile(inputs: readonly HostileInput[], typical: Uint8Array, read: (bytes: Uint8Array) => unknown): void {
  // What was left behind by making an input is collected before its reading is timed: it is no cost of the reader.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let n = 0; n < 300; n++) read(typical);
  for (const [name, make] of inputs) {
    const made = make();
    const bytes = typeof made === 'string' ? Buffer.from(made) : made;
    collect();
    const started = process.cpuUsage();
    const outcome = outcomeOf(() => read(bytes));
    // Processor time, not the clock's: other programs of the machine do not count.
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    const allowed = 50 + (10 * bytes.length) / 2 ** 20;
    console.log(
      `${took > allowed ? 'LATE' : 'ok  '} ${took.toFixed(0).padStart(4)} of ${allowed.toFixed(0).padStart(4)} ms  ${name}: ${outcome}`,
    );
  }
}
