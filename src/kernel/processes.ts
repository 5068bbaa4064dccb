import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process that a reused pid cannot be mistaken for: its number, and when it started in ticks since this boot. */
export interface ProcessId {
  pid: number;
  startedTicks: number;
  bootId: string;
}

/** Which process holds this number now; undefined when none does. Source: proc(5), /proc/PID/stat field 22. */
export function identify(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in brackets, may hold blanks and brackets: count the fields after the last one.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, startedTicks: Number(fields[18]), bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive(process: ProcessId): boolean {
  const now = identify(process.pid);
  return now !== undefined && now.startedTicks === process.startedTicks && now.bootId === process.bootId;
}

/** The processes of that name whose working folder is this one, as far as we may see them. */
export function processesIn(folder: string, name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
      } catch {
        return false;
      }
    });
}

/** Sends a signal; a process that is already gone is no fault. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until `isTrue`, looking every 20 ms. @returns false when `milliseconds` went by before */
export async function until(isTrue: () => boolean, milliseconds: number): Promise<boolean> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    if (isTrue()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return isTrue();
}
