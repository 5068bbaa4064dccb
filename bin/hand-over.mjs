import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/** The Node that runs everything, as pinned by the lock, whatever the machine has. */
export function pinnedNode(root) {
  return join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
}

/**
 * How that Node is run. What requests make and throw away fills the room that V8 gives to young objects too soon: with 32 MB for them, a server that reads and
 * writes FHIR stops to clean half as often. With more, buffers wait so long to be cleaned with the young that V8 cleans everything, in longer pauses: with
 * 64 MB, once in fifteen readings of a patient of 5,000 results; with 32 MB, once in fifty. It takes the room (up to 65 MB more) only as the work asks for it.
 * Buffers count for what has grown since everything was cleaned last: of a server that takes reports and sends them, the heap is small (85 MB) and the buffers
 * of two hundred reports are as much, so that by V8's own measure nearly half of its cleanings are of everything. They are fewer by five where it may grow to
 * four times what was left (`--heap-growing-percent`).
 */
export const NODE_FLAGS = ['--max-semi-space-size=32', '--heap-growing-percent=300'];

/**
 * Runs a script under the pinned Node in the user's folder, and ends as it ends: signals go down, the exit code comes up.
 * The channel between the two closes when this process dies, by kill -9 too: that is how a server knows that it is orphaned.
 * @returns the exit code; 128 + the signal's number when a signal ended the script, as a shell says it
 */
export function handOver(root, [script, ...args]) {
  const node = pinnedNode(root);
  const PATH = [join(node, '..'), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...NODE_FLAGS, join(root, script), ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    if (process.env.npm_lifecycle_event) endWithParent(child);
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** Under npm, nobody is left to stop us once npm was killed: the parent's number changes, and the script is told to stop. */
function endWithParent(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 1_000);
  watch.unref();
}
