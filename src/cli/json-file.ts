import { readFileSync } from 'node:fs';
import { StartError } from '#kernel';
import { UsageError } from './verb.ts';

/** What a file of JSON says. @throws StartError when it cannot be read; UsageError when it is not JSON */
export function jsonOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
}
