import { isAscii, isUtf8 } from 'node:buffer';
import { Refusal } from '#kernel';
import type { ReadingWarning } from '../lab-report.ts';

/** A report, its PDF and its pictures; a limit of the door, checked again here because files come by other doors. */
const MAX_BYTES = 20 * 1024 * 1024;

/** Bytes in which MSH-18 is looked for: the header is short, and ASCII in every encoding that we read. */
const HEADER_BYTES = 4_096;
/** Separators before MSH-18: MSH-1 is the first of them. */
const CHARSET_FIELD = 17;

type Encoding = 'utf-8' | 'windows-1252' | 'iso-8859-15' | 'ascii';

/**
 * Names of HL7 table 0211 that we read, and what senders of the field write instead. Closed on purpose. `8859/1` is read as
 * Windows-1252: the two differ only by control characters that no text holds, and senders of the first often send the second.
 */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'UNICODE UTF-8': 'utf-8',
  'UTF-8': 'utf-8',
  UTF8: 'utf-8',
  '8859/1': 'windows-1252',
  'ISO-8859-1': 'windows-1252',
  'ISO8859-1': 'windows-1252',
  'WINDOWS-1252': 'windows-1252',
  CP1252: 'windows-1252',
  '8859/15': 'iso-8859-15',
  'ISO-8859-15': 'iso-8859-15',
  'ISO8859-15': 'iso-8859-15',
  ASCII: 'ascii',
  '': 'ascii',
};

/** Start and end of block of MLLP: files kept by an interface engine still hold them. */
const [START_BLOCK, END_BLOCK] = [0x0b, 0x1c];

/** The characters of a message, and what was supposed about its bytes. */
export interface DecodedMessage {
  text: string;
  encoding: Encoding;
  warnings: ReadingWarning[];
}

/**
 * Characters of one message by its MSH-18 (HL7 v2.5 §2.15.9.18). Without it the standard says ASCII; what is then not ASCII is UTF-8
 * when its bytes can be nothing else, Windows-1252 otherwise, with a warning. Bytes that a named encoding does not allow are refused,
 * never replaced.
 *
 * @throws Refusal `report.hostile` above 20 MB, `report.unreadable` otherwise
 */
export function decodeHl7(given: Uint8Array): DecodedMessage {
  if (given.length > MAX_BYTES) throw new Refusal('report.hostile', 'the message is larger than 20 MB', { at: 'MSH' });
  const bytes = withoutFrame(given);
  const named = namedCharset(bytes);
  const encoding = ENCODINGS[named.toUpperCase()];
  if (encoding === undefined) {
    throw new Refusal('report.unreadable', `MSH-18 names the character set ${named.slice(0, 40)}, which is not read here`, {
      at: 'MSH-18',
    });
  }
  if (encoding !== 'ascii') return { text: decodeAs(encoding, bytes), encoding, warnings: [] };
  return decodeUnnamed(bytes);
}

function withoutFrame(bytes: Uint8Array): Uint8Array {
  let start = bytes[0] === START_BLOCK ? 1 : 0;
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end--;
  if (end > start && bytes[end - 1] === END_BLOCK) end--;
  return bytes.subarray(start, end);
}

/** MSH-18 as its bytes say, before anything is decoded; the first of its repetitions is the main character set. */
function namedCharset(bytes: Uint8Array): string {
  const head = latin1(bytes.subarray(0, HEADER_BYTES));
  const line = head.slice(0, lineEnd(head));
  const [fieldSeparator, , repetition = ''] = line.slice(3, 6);
  if (!line.startsWith('MSH') || fieldSeparator === undefined) {
    throw new Refusal('report.unreadable', 'an HL7 message begins with MSH and its separators', { at: 'MSH' });
  }
  const named = line.split(fieldSeparator, CHARSET_FIELD + 1)[CHARSET_FIELD] ?? '';
  return (repetition === '' ? named : named.split(repetition, 1)[0]!).trim();
}

function lineEnd(head: string): number {
  const end = head.search(/[\r\n]/);
  return end < 0 ? head.length : end;
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

function decodeUnnamed(bytes: Uint8Array): DecodedMessage {
  if (isAscii(bytes)) return { text: latin1(bytes), encoding: 'ascii', warnings: [] };
  const utf8 = tryDecode('utf-8', bytes);
  const encoding = utf8 === undefined ? 'windows-1252' : 'utf-8';
  const message = `MSH-18 names no character set that its bytes keep to: they were read as ${encoding}`;
  return { text: utf8 ?? decodeAs('windows-1252', bytes), encoding, warnings: [{ code: 'charset.supposed', at: 'MSH-18', message }] };
}

function decodeAs(encoding: Encoding, bytes: Uint8Array): string {
  const text = tryDecode(encoding, bytes);
  if (text !== undefined) return text;
  throw new Refusal('report.unreadable', `the bytes are not ${encoding.toUpperCase()}, which MSH-18 says`, { at: 'MSH-18' });
}

const decoders = new Map<string, TextDecoder>();

function tryDecode(encoding: Encoding, bytes: Uint8Array): string | undefined {
  if (encoding === 'utf-8') return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : undefined;
  let decoder = decoders.get(encoding);
  if (!decoder) decoders.set(encoding, (decoder = new TextDecoder(encoding, { fatal: true })));
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
