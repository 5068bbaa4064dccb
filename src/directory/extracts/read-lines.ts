import { open } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import type { Layout } from './columns.ts';

/** Whole lines of an extract, cut into the kept fields, and the place in the file where the next ones begin. */
export interface Lines {
  /** Kept fields of each good line, joined by U+001F, lines by U+001E: the form that one statement takes. */
  packed: string;
  good: number;
  /** Number (from 1) and reason of each line that is not understood. */
  rejected: { line: number; why: Rejection }[];
  /** Offset of the byte after the last line read. */
  nextByte: number;
  nextLine: number;
}

export type Rejection = 'too-few-fields' | 'no-identifier' | 'not-a-place' | 'control-character';

const CHUNK_BYTES = 4 * 1024 * 1024;
export const FIELD_END = '\u001F';
export const LINE_END = '\u001E';
const LF = 0x0a;

/** The first line of a file, without its end. */
export async function firstLine(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16_384), 0, 16_384, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const end = bytes.indexOf(LF);
    return decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/\r$/, '');
  } finally {
    await handle.close();
  }
}

/** Extracts are UTF-8; some releases were Windows-1252, of which no accent is good UTF-8. One damaged byte does not change the others. */
function decode(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return isUtf8(bytes) || /[\u00C0-\u017F]/.test(text) ? text : new TextDecoder('windows-1252').decode(bytes);
}

/**
 * The lines of a file from a place in it, some megabytes at a time; memory does not grow with the file.
 * @param from offset of the first byte of a line, and its number
 */
export async function* readLines(file: string, layout: Layout, from: { byte: number; line: number }): AsyncGenerator<Lines> {
  const handle = await open(file, 'r');
  try {
    let chunk = Buffer.alloc(CHUNK_BYTES);
    for (let { byte, line } = from; ; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, byte);
      if (bytesRead === 0) return;
      const isEnd = bytesRead < chunk.length;
      const lastEnd = chunk.lastIndexOf(LF, bytesRead - 1);
      if (lastEnd < 0 && !isEnd) {
        // a line longer than the whole chunk: take a larger bite
        chunk = Buffer.alloc(chunk.length * 2);
        continue;
      }
      const length = isEnd ? bytesRead : lastEnd + 1;
      const lines = cutLines(decode(chunk.subarray(0, length)), layout, line);
      byte += length;
      line = lines.nextLine;
      yield { ...lines, nextByte: byte };
    }
  } finally {
    await handle.close();
  }
}

/** Pure: text of whole lines → kept fields. */
export function cutLines(text: string, layout: Layout, startLine: number): Omit<Lines, 'nextByte'> {
  const packed: string[] = [];
  const rejected: Lines['rejected'] = [];
  let line = startLine;
  for (const raw of text.split('\n')) {
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (content !== '' && !(line === 1 && layout.hasHeader)) {
      const cut = cutLine(content, layout);
      if (typeof cut === 'string') packed.push(cut);
      else if (cut) rejected.push({ line, why: cut.why });
    }
    line += 1;
  }
  // what follows the last end of line is empty, and no line
  return { packed: packed.join(LINE_END), good: packed.length, rejected, nextLine: text.endsWith('\n') ? line - 1 : line };
}

/** What separates our own fields, or would end a text of the database, may not be inside one. */
const CONTROLS = ['\u0000', LINE_END, FIELD_END];

/** One line → its kept fields; why not; or nothing when it is a line that says something else (geographic coordinates of the register). */
function cutLine(content: string, { kind, separator, indexes, least, departments = [] }: Layout): string | { why: Rejection } | undefined {
  const all = content.split(separator);
  if (kind === 'structure' && all[0] !== 'structureet') return undefined;
  if (all.length < least) return { why: 'too-few-fields' };
  if (CONTROLS.some((control) => content.includes(control))) return { why: 'control-character' };
  if (kind === 'structure' && departments.length > 0 && !departments.some((start) => all[1]!.startsWith(start))) return undefined;
  const kept = indexes.map((index) => (index < 0 ? '' : all[index]!.trim()));
  const why = wrong(kind, kept);
  return why ? { why } : kept.join(FIELD_END);
}

const NATIONAL_ID = /^\d{9,12}$/;

function wrong(kind: Layout['kind'], kept: readonly string[]): Rejection | undefined {
  if (kind === 'practice') return NATIONAL_ID.test(kept[0]!) ? undefined : 'no-identifier';
  if (kind === 'mailbox') return kept[1]!.includes('@') ? undefined : 'no-identifier';
  return /^\d[\dAB]\d{7}$/.test(kept[0]!) ? undefined : 'not-a-place';
}
