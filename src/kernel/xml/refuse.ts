import { Refusal, type RefusalCode } from '../refusal.ts';

/** Stops the reading: says what, and where as a line and a column. */
export function refuseAt(source: string, position: number, message: string, code: RefusalCode = 'report.unreadable'): never {
  throw new Refusal(code, message, { at: lineAndColumn(source, position) });
}

/** `line 12, column 5`, both from 1; lines end at LF. */
export function lineAndColumn(source: string, position: number): string {
  const end = Math.min(position, source.length);
  let line = 1;
  let start = 0;
  for (let i = 0; i < end; i++) {
    if (source.charCodeAt(i) !== 10) continue;
    line += 1;
    start = i + 1;
  }
  return `line ${line}, column ${end - start + 1}`;
}
