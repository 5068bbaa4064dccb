import { mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
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
 * Wrong: moved to `refused/` with the reason. A crash between the two leaves the file, which is taken again.
 */
export class FolderDoor {
  readonly #door: WatchedFolder;
  #seen: Seen = new Map();

  constructor(door: WatchedFolder) {
    this.#door = door;
  }

  /** One look. @throws the system's error when the folder cannot be read */
  async look(): Promise<Look> {
    const { folder } = this.#door;
    const look: Look = { taken: 0, refused: 0, left: 0 };
    const seen: Seen = new Map();
    const entries = await readdir(folder, { withFileTypes: true });
    for (const { name } of entries
      .filter((entry) => entry.isFile() && !UNDER_WAY.test(entry.name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, name);
      const state = await stat(path).catch(() => undefined);
      if (!state) continue;
      const mark = `${state.size} ${state.mtimeMs} ${state.ino}`;
      if (this.#seen.get(name) === mark && state.size > 0) look[await this.#settle(name, path, state.size)]++;
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
      const receipt = await take(name, await readFile(path));
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

  /** The receipt is whole and on the disk before the file moves: a file that moved has one. */
  async #move(path: string, to: string, name: string, receipt: unknown): Promise<void> {
    await mkdir(to, { recursive: true });
    const own = await freeName(to, name);
    await writeWhole(join(to, `${own}${RECEIPT}`), Buffer.from(`${JSON.stringify(receipt, undefined, 2)}\n`));
    await rename(path, join(to, own));
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

/** Writes a file that is either whole or absent under its name, whenever the machine stops: a reader never sees a part of it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}
