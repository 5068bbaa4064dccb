import { Refusal, type RefusalCode } from '../refusal.ts';

/** Stops the reading: says what, and where as a line and a column. */
export function refuseAt(source: string, position: number, message: string, code: RefusalCode = 'report.unreadable'): never {
  throw new Refusal(code, message, { at: lineAndColumn(source, position) });
}

/** `line 12, column 5`, both from 1; lines end at LF. */
export function lineAndColumn(source: string, position: number): string {
  let line = 1;
  let start = 0;
  for (let next = source.indexOf('\n'); next >= 0 && next < position; next = source.indexOf('\n', start)) {
    line += 1;
    start = next + 1;
  }
  return `line ${line}, column ${Math.min(position, source.length) - start + 1}`;
}
