import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** What a figure means nothing without: the machine, and how busy others kept it. */
export function machineFacts(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${cpus().length} cores ${model}, ${memory}, Linux ${release()}, Node ${process.versions.node}, load before ${loadavg()[0]!.toFixed(1)}`;
}

const ROUND_MS = 300;

/**
 * How often a second of processor time of one thread does it, median of five rounds: other programs of the machine do not count. A round of its
 * own comes before, not counted: a server that has run for a while has compiled what it runs.
 */
export function perProcessorSecond(work: () => void): number {
  for (const start = performance.now(); performance.now() - start < 2 * ROUND_MS; ) for (let k = 0; k < 10; k++) work();
  const rounds = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const used = process.cpuUsage();
    let done = 0;
    while (performance.now() - start < ROUND_MS) {
      for (let k = 0; k < 10; k++) work();
      done += 10;
    }
    const { user, system } = process.cpuUsage(used);
    return (done * 1e6) / (user + system);
  });
  return Math.round(rounds.toSorted((a, b) => a - b)[2]!);
}

export interface Spread {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Runs `work` on each item, so many at once, then `check` outside of the clock. Times in milliseconds of each; `perSecond` without the checks when one at once. */
export async function measure<T, Answer>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<Answer>,
  check: (answer: Answer) => unknown = () => {},
): Promise<Spread> {
  const times: number[] = [];
  const queue = items.values();
  const from = performance.now();
  let checking = 0;
  const worker = async () => {
    for (const item of queue) {
      const sent = performance.now();
      const answer = await work(item);
      const answered = performance.now();
      times.push(answered - sent);
      await check(answer);
      if (atOnce === 1) checking += performance.now() - answered;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = (performance.now() - from - checking) / 1_000;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
let thrown = 0;

/**
 * Cleans the memory of the generator once it has thrown away some bytes. To be called between two questions: done by itself in the middle of one, it
 * stops for up to 15 ms after some fifty answers of 300 kB, which would be taken for the server's time. What comes next is slower, so `again` is done for nothing.
 */
export async function tidyAfter(bytes: number, again: () => Promise<unknown>): Promise<void> {
  thrown += bytes;
  if (thrown < TIDY_BYTES) return;
  thrown = 0;
  collect();
  for (let n = 0; n < 5; n++) await again();
}

const TIDY_BYTES = 2_000_000;

export function tell(what: string, { perSecond, p50, p99 }: Spread): void {
  console.log(`${what.padEnd(58)} ${perSecond.toFixed(0).padStart(6)}/s   p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms`);
}

/** Memory of a process now, in MiB. */
export function residentMebibytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return Math.round((pages * 4_096) / 2 ** 20);
}

/** Processor time that a process has used so far, in milliseconds: on a machine that others share it says more than the clock. */
export function processorMilliseconds(pid: number): number {
  const [, user = 0, system = 0] = statOf(pid);
  return (user + system) * 10;
}

/** Processor time of a PostgreSQL so far, in milliseconds: of its first process, of those that it started and of those that have ended. */
export function postgresMilliseconds(postmaster: number): number {
  const ofChildren = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [ppid, ...times] = statOf(name);
      return ppid === postmaster ? [times[0]! + times[1]!] : [];
    } catch {
      return []; // It ended meanwhile: its parent counts it now.
    }
  });
  const [, ...own] = statOf(postmaster);
  return [...own, ...ofChildren].reduce((sum, ticks) => sum + ticks, 0) * 10;
}

export const parentOf = (pid: number): number => statOf(pid)[0]!;

/** Parent, and in ticks of a hundredth of a second: utime, stime, and the same of children that have ended (proc(5)). */
function statOf(pid: number | string): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [1, 11, 12, 13, 14].map((place) => Number(fields[place]));
}
