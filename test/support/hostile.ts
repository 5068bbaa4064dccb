import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcomeOf } from './outcome.ts';

/** Inputs made to cost more than they weigh, timed and weighed as a server meets them. */
export type HostileInput = readonly [name: string, make: () => string | Uint8Array];

/** A reader, and what is thrown at it. */
export interface HostileReader {
  reader: string;
  read: (bytes: Uint8Array) => unknown;
  /** Read many times first, since the first readings of a process are several times slower. */
  typical: Uint8Array;
  inputs: readonly HostileInput[];
}

export const MEGABYTE = 2 ** 20;
/** What the collector may not have taken back yet, and the tables that every reader has. */
const SLACK = 12 * MEGABYTE;

/** What was left behind by making an input is collected before its reading is timed: it is no cost of the reader. */
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as (options: object) => void;
const collect = () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });

/** Whether the system tells the most memory that a process had since it was asked (Linux). */
const TELLS_PEAK = process.platform === 'linux';

const kilobytesOf = (field: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);

/** Memory that `work` added at most, in bytes; 0 where the system does not tell. */
function peakOf(work: () => void): number {
  collect();
  if (!TELLS_PEAK) {
    work();
    return 0;
  }
  const before = kilobytesOf('VmRSS');
  writeFileSync('/proc/self/clear_refs', '5');
  work();
  return Math.max(0, kilobytesOf('VmHWM') - before) * 1024;
}

/**
 * Reads each input, and prints its time and memory beside what is allowed: 50 ms and 10 ms a megabyte of processor time, four times its bytes of
 * memory beside the bytes themselves, which are the caller's. Processor time, not the clock's: other programs of the machine do not count.
 *
 * @param times that one which was late or heavy is tried
 * @param slack how many times the time allowed a busy machine is given
 * @returns how many were late, or took too much memory
 */
export function tryHostile({ reader, read, typical, inputs }: HostileReader, { times, slack }: { times: number; slack: number }): number {
  for (let n = 0; n < 200; n++) read(typical);
  let failures = 0;
  for (const [name, make] of inputs) {
    const made = make();
    const bytes = typeof made === 'string' ? Buffer.from(made) : made;
    let outcome = '';
    const peaks: number[] = [];
    const rounds: number[] = [];
    const allowed = slack * (50 + (10 * bytes.length) / MEGABYTE);
    const most = 4 * bytes.length + SLACK;
    // Once is enough for who is in time and light; the others are tried again, since a processor that others share is now and then slow, and so is the collector
    // that takes back in a thread of its own what is not used any more: who costs too much does each time.
    while (rounds.length < times && !(rounds.some((took) => took <= allowed) && peaks.some((peak) => peak <= most))) {
      const grown = peakOf(() => {
        const started = process.cpuUsage();
        outcome = outcomeOf(() => read(bytes));
        const { user, system } = process.cpuUsage(started);
        rounds.push((user + system) / 1000);
      });
      peaks.push(grown);
    }
    const took = Math.min(...rounds);
    const peak = Math.min(...peaks);
    const isHeavy = peak > most;
    if (took > allowed || isHeavy) failures += 1;
    console.log(
      `${took > allowed ? 'LATE ' : isHeavy ? 'HEAVY' : 'ok   '} ${took.toFixed(0).padStart(4)} of ${allowed.toFixed(0).padStart(4)} ms, ` +
        `+${(peak / MEGABYTE).toFixed(0).padStart(3)} MB for ${(bytes.length / MEGABYTE).toFixed(0).padStart(2)}  ${reader}: ${name}: ${outcome}`,
    );
  }
  return failures;
}
