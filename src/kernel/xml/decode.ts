import { isUtf8 } from 'node:buffer';
import { Refusal } from '../refusal.ts';

/** A report, its PDF and its pictures; a limit of the deposit, checked again here because files and zips come by other doors. */
const MAX_BYTES = 20 * 1024 * 1024;

/**
 * What an XML declaration or a Content-Type may call each encoding that we read. Closed on purpose: UTF-7 and the like are
 * doors for smuggling.
 */
const ENCODINGS: Readonly<Record<string, 'utf-8' | 'iso-8859-1' | 'iso-8859-15' | 'windows-1252' | 'utf-16'>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'iso-8859-1',
  'iso8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
  'iso-8859-15': 'iso-8859-15',
  'iso8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
  cp1252: 'windows-1252',
  'utf-16': 'utf-16',
  'utf-16le': 'utf-16',
  'utf-16be': 'utf-16',
};

/**
 * The characters of an XML document. Order of XML 1.0 appendix F: the byte order mark, then the XML declaration, then the
 * charset of the Content-Type, then UTF-8. Bytes that the encoding does not allow are refused, never replaced.
 *
 * @throws Refusal `report.hostile` above 20 MB, `report.unreadable` otherwise
 */
export function decodeXml(bytes: Uint8Array, contentType?: string): string {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the document is larger than 20 MB', { at: 'line 1, column 1' });
  const mark = byteOrderMark(bytes);
  if (mark !== undefined) return decodeAs(mark, bytes);
  if (bytes.length > 3 && (bytes[0] === 0 || bytes[1] === 0)) {
    throw new Refusal('report.unreadable', 'UTF-16 or UTF-32 without a byte order mark', { at: 'line 1, column 1' });
  }
  const named = declaredEncoding(bytes) ?? /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType ?? '')?.[1];
  if (named === undefined) return decodeAs('utf-8', bytes);
  const encoding = ENCODINGS[named.toLowerCase()];
  if (encoding === undefined || encoding === 'utf-16') {
    throw new Refusal(
      'report.unreadable',
      `the document says its encoding is ${named.slice(0, 40)}, which its bytes are not or we do not read`,
      {
        at: 'line 1, column 1',
      },
    );
  }
  return encoding === 'iso-8859-1'
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    : decodeAs(encoding, bytes);
}

function byteOrderMark(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** The encoding of the XML declaration, read from the first bytes, which are ASCII in every encoding we take. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x3c || bytes[1] !== 0x3f) return undefined;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1');
  const declaration = /^<\?xml\s[^>]*?\?>/.exec(head)?.[0] ?? '';
  return /\sencoding\s*=\s*["']([A-Za-z][\w.:-]*)["']/.exec(declaration)?.[1];
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  // Nearly every document: without a decoder of its own.
  if (encoding === 'utf-8' && bytes[0] !== 0xef && isUtf8(bytes)) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal('report.unreadable', `the bytes are not ${encoding.toUpperCase()}`, { at: placeOfBadByte(encoding, bytes), cause });
  }
}

/** Bytes decoded at a time while looking for the bad ones. */
const CHUNK = 65_536;

/** The line of the first bytes that do not decode: a refusal must say where. Chunk by chunk, then by halving in the chunk. */
function placeOfBadByte(encoding: string, bytes: Uint8Array): string {
  let from = 0;
  const decoder = new TextDecoder(encoding, { fatal: true });
  while (from + CHUNK < bytes.length && decodes(decoder, bytes.subarray(from, from + CHUNK))) from += CHUNK;
  // Back to a place where no character of the encodings we read is cut: they are at most four bytes long.
  let good = Math.max(0, from - 4);
  while (good > 0 && (encoding === 'utf-8' ? (bytes[good]! & 0xc0) === 0x80 : good % 2 === 1)) good -= 1;
  const start = good;
  let bad = Math.min(bytes.length, from + CHUNK);
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(new TextDecoder(encoding, { fatal: true }), bytes.subarray(start, middle))) good = middle;
    else bad = middle;
  }
  let line = 1;
  for (let i = 0; i < good; i++) if (bytes[i] === 10) line += 1;
  return `line ${line}, byte ${bad}`;
}

function decodes(decoder: TextDecoder, bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
