import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal, refusalBody } from '#kernel';

export interface WatchedFolder {
  folder: string;
  /** Larger files are refused unread, in bytes. */
  maxBytes: number;
  /**
   * Takes one file; what it returns is written beside it as the receipt. The same file may be given again after a crash: whoever takes it must
   * know it again.
   * @throws Refusal when the file is wrong: it goes to `refused/`. One that may be tried again (`retry`) leaves the file where it is.
   */
  take(name: string, bytes: Buffer): Promise<unknown>;
}

/** What one look at the folder did. */
export interface Look {
  taken: number;
  refused: number;
  /** Still being written, or to be tried again. */
  left: number;
}

/** Names that programs of transfer give to what they are writing, and hidden files. */
const UNDER_WAY = /^\.|\.(?:tmp|part|partial|filepart|swp|crdownload)$|~$/i;
const RECEIPT = '.receipt.json';

/** Size and time of last change of a file, as it was at the look before. */
type Seen = Map<string, string>;

/**
 * A folder in which others put files, by hand, by copy or by SFTP. A file is taken when it kept its size and time from one look to the next and
 * its name is not one of a transfer under way; whoever renames into place is safe at once. Taken: moved to `taken/` with its receipt beside it.
 * Wrong: moved to `refused/` with the reason. A crash before the file moves leaves it, and it is taken again; one after gives the receipt its name at the next
 * start. Whoever writes there may make links: none is
 * followed, or a file could be read from, or moved to, where its sender may not write.
 */
export class FolderDoor {
  readonly #door: WatchedFolder;
  #seen: Seen | undefined;

  constructor(door: WatchedFolder) {
    this.#door = door;
  }

  /** One look. @throws the system's error when the folder cannot be read */
  async look(): Promise<Look> {
    const { folder } = this.#door;
    const look: Look = { taken: 0, refused: 0, left: 0 };
    const seen: Seen = new Map();
    if (!this.#seen) await this.#nameReceipts();
    const entries = await readdir(folder, { withFileTypes: true });
    for (const { name } of entries
      .filter((entry) => entry.isFile() && !UNDER_WAY.test(entry.name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, name);
      const state = await lstat(path).catch(() => undefined);
      if (!state) continue;
      const mark = `${state.size} ${state.mtimeMs} ${state.ino}`;
      if (this.#seen?.get(name) === mark && state.size > 0) look[await this.#settle(name, path, state.size)]++;
      else {
        seen.set(name, mark);
        look.left++;
      }
    }
    this.#seen = seen;
    return look;
  }

  async #settle(name: string, path: string, size: number): Promise<keyof Look> {
    const { folder, maxBytes, take } = this.#door;
    try {
      if (size > maxBytes) throw new Refusal('deposit.too-large', `the file has ${size} bytes, more than ${maxBytes}`, { at: 'file' });
      const receipt = await take(name, await readOwn(path));
      await this.#move(path, join(folder, 'taken'), name, receipt);
      return 'taken';
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = refusalBody(error);
      if (body.retry) return 'left';
      await this.#move(path, join(folder, 'refused'), name, body);
      return 'refused';
    }
  }

  /**
   * The receipt is whole and on the disk before the file moves, and has its name after: who reads it may put another file under the same name, which is
   * never moved in the place of the first.
   */
  async #move(path: string, to: string, name: string, receipt: unknown): Promise<void> {
    await mkdir(to, { recursive: true });
    if (!(await lstat(to)).isDirectory()) throw new Error('taken and refused of a folder of deposits are folders, not links');
    const own = await freeName(to, name);
    const named = join(to, `${own}${RECEIPT}`);
    const part = await writePart(named, Buffer.from(`${JSON.stringify(receipt, undefined, 2)}\n`));
    await rename(path, join(to, own));
    await rename(part, named);
  }

  /** Gives their names to the receipts of files that had moved when the machine stopped. */
  async #nameReceipts(): Promise<void> {
    for (const place of ['taken', 'refused'].map((name) => join(this.#door.folder, name))) {
      if (!(await lstat(place).catch(() => undefined))?.isDirectory()) continue;
      const entries = await readdir(place, { withFileTypes: true });
      const names = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
      for (const name of names)
        if (names.has(`${name}${RECEIPT}.part`)) await rename(join(place, `${name}${RECEIPT}.part`), join(place, `${name}${RECEIPT}`));
    }
  }
}

/** The same name may come twice: the second keeps the first. */
async function freeName(folder: string, name: string): Promise<string> {
  const taken = new Set(await readdir(folder));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}.${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

async function readOwn(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Writes a file that is either whole or absent under its name, whenever the machine stops: a reader never sees a part of it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await rename(await writePart(path, bytes), path);
}

/** Writes it under another name, where it is whole and on the disk when this ends. @returns that name */
async function writePart(path: string, bytes: Uint8Array): Promise<string> {
  const part = `${path}.part`;
  // What a crash left of it, or a link that somebody put there, is not written into.
  await rm(part, { force: true });
  const file = await open(part, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return part;
}
