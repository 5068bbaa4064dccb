import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pinnedNode } from './hand-over.mjs';

/** A reason not to install that the person at the terminal can do something about. */
export class CannotInstall extends Error {}

const lockFile = (root) => join(root, 'package-lock.json');
const stampFile = (root) => join(root, 'node_modules', '.cigogne-installed');

function stampOf(root) {
  const lock = readFileSync(lockFile(root));
  return createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(lock).digest('hex');
}

/** Whether node_modules is what the lock says: our stamp, written last, or failing that npm's own account of a finished install. */
export function isInstalled(root) {
  if (!existsSync(pinnedNode(root))) return false;
  const stamp = stampOf(root);
  if (readIfThere(stampFile(root)) === stamp) return true;
  if (!matchesLock(root)) return false;
  try {
    writeFileSync(stampFile(root), stamp);
  } catch {
    // A folder that we may only read: it is compared again next time.
  }
  return true;
}

function matchesLock(root) {
  const done = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (done === undefined) return false;
  const installed = JSON.parse(done).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockFile(root), 'utf8')).packages).filter(([path]) => path !== '');
  return wanted.every(([path, { version, optional }]) => (installed[path] ? installed[path].version === version : optional === true));
}

/**
 * Installs exactly what the lock pins, without running any package's script. One at a time: a second start waits for the first.
 * @throws CannotInstall in words for the person at the terminal
 */
export async function install(root) {
  checkPlatform();
  checkWritable(root);
  const lock = join(root, '.cigogne-installing');
  while (!takeTurn(lock)) await new Promise((resolve) => setTimeout(resolve, 500));
  try {
    if (isInstalled(root)) return;
    rmSync(stampFile(root), { force: true });
    const started = Date.now();
    const clock = progress(started);
    const { code, said } = await npmCi(root);
    clearInterval(clock);
    const seconds = Math.round((Date.now() - started) / 1000);
    if (code !== 0 || !existsSync(pinnedNode(root))) throw new CannotInstall(failure(said));
    writeFileSync(stampFile(root), stampOf(root));
    process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}Installed what package-lock.json pins, in ${seconds} s.          \n`);
  } finally {
    rmSync(lock, { force: true });
  }
}

function checkPlatform() {
  const { platform, arch } = process;
  const glibc = platform === 'linux' && process.report.getReport().header.glibcVersionRuntime !== undefined;
  if (glibc && (arch === 'x64' || arch === 'arm64')) return;
  const here = platform === 'linux' && !glibc ? `${platform} ${arch} without glibc` : `${platform} ${arch}`;
  throw new CannotInstall(
    `Cigogne runs on Linux with glibc, on x64 or arm64 (here: ${here}). Use such a machine, a virtual one or a container: Debian 12 will do.`,
  );
}

function checkWritable(root) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new CannotInstall(
      `Nothing is installed yet and ${root} is not writable by this user. Start once as its owner, or copy the folder to a place of yours.`,
    );
  }
}

/** One file holds the pid of who installs. A dead holder's file is taken over. */
function takeTurn(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = readIfThere(lock);
    if (holder && !existsSync(`/proc/${holder}`)) rmSync(lock, { force: true });
    return false;
  }
}

function progress(started) {
  const text = 'Installing what package-lock.json pins (once; some 250 MB to download)';
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text}…\n`);
    return undefined;
  }
  const show = () => process.stderr.write(`\r${text}… ${Math.round((Date.now() - started) / 1000)} s `);
  show();
  return setInterval(show, 1_000);
}

function npmCi(root) {
  const options = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { npm_execpath: running } = process.env;
  const beside = join(dirname(process.execPath), 'npm');
  const [command, ...args] = running?.endsWith('.js') ? [process.execPath, running] : [existsSync(beside) ? beside : 'npm'];
  return new Promise((resolve) => {
    const npm = spawn(command, [...args, ...options], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (text) => (said = (said + text).slice(-4_000));
    npm.stdout.on('data', keep);
    npm.stderr.on('data', keep);
    npm.once('error', ({ message }) => resolve({ code: 1, said: `npm does not start: ${message}` }));
    npm.once('close', (code) => resolve({ code, said }));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => npm.kill(signal));
  });
}

function failure(said) {
  return `\nThe installation did not finish; npm said:\n${said.trim()}\nCheck that npm reaches its registry and that there is 1 GB of disk left, then start again.`;
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
