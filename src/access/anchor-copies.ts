import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Anchor } from './anchor.ts';

/** An anchor as copied out of the database's reach, one JSON object a line. */
export interface AnchorCopy {
  number: number;
  statement: string;
}

/** The file of the copies, to be taken away regularly to a place that administrators of the database cannot write. */
export function copiesFile(dataFolder: string): string {
  return join(dataFolder, 'audit-anchors.jsonl');
}

/** Each line starts by ending the one before, which a crash may have cut short. */
export async function copyAnchor(file: string, { number, at, statement }: Anchor): Promise<void> {
  await appendFile(file, `\n${JSON.stringify({ number, at, statement })}`, { mode: 0o600 });
}

/** The copies of a file; none when there is no file. A line cut short by a crash is left out. */
export async function readCopies(file: string): Promise<AnchorCopy[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const copy = /^\{"number":(\d+),.*"statement":"([\w.-]+)"\}$/.exec(line);
    return copy ? [{ number: Number(copy[1]), statement: copy[2]! }] : [];
  });
}
