import { constants, crc32, inflateRawSync } from 'node:zlib';
import { Refusal } from '../refusal.ts';

/** One file of an archive. Its bytes are made when asked for, and checked then. */
export interface ZipEntry {
  /** Path with `/`, relative, without `.` or `..`. */
  name: string;
  /** Bytes once inflated. */
  size: number;
  /** @throws Refusal `archive.unreadable` when the bytes are not those announced */
  read(): Uint8Array;
}

export interface ZipLimits {
  /** Bytes of the archive. */
  maxBytes?: number;
  /** Bytes of all files together, once inflated. */
  maxTotal?: number;
  maxEntries?: number;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
/** Deflate cannot shrink more than 1032 times; a document of text shrinks some thirty times, and a small one may be all blanks. */
const MAX_RATIO = 200;
const FREE_RATIO_BYTES = 65_536;
const MAX_NAME = 255;

interface Central {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  at: number;
  dataEnd: number;
  dataStart: number;
}

/**
 * Reads the table of a zip archive, and lets each file be inflated within what the table announces.
 *
 * Refused, before any byte is inflated: what inflates to too much, more entries than a sending has, a path that leaves the folder
 * (`..`, absolute, drive, backslash), two files whose names differ by case alone, links, files that overlap (one deflate stream
 * counted many times), names that differ between the table and the file, encryption, zip64 and archives in several parts.
 * Source: PKWARE APPNOTE 6.3.10 §4.3; stored (0) and deflated (8) only.
 *
 * @throws Refusal `archive.unreadable` or `archive.hostile`, with the entry number as the place (names may identify a patient)
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = {}): ZipEntry[] {
  const { maxBytes = 20 * 1024 * 1024, maxTotal = 40 * 1024 * 1024, maxEntries = 200 } = limits;
  if (bytes.length > maxBytes) hostile('the archive is larger than the limit', 'archive');
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findEnd(view);
  const count = view.readUInt16LE(end + 10);
  if (count > maxEntries) hostile(`the archive announces ${count} files, more than ${maxEntries}`, 'archive');
  const table = readTable(view, end, count);
  let total = 0;
  for (const { size } of table) total += size;
  if (total > maxTotal) hostile('the files of the archive are larger than the limit once inflated', 'archive');
  refuseOverlaps(table);
  refuseSameNames(table);
  return table.flatMap((entry, n) => {
    if (entry.name.endsWith('/')) return [];
    return [{ name: entry.name, size: entry.size, read: () => inflate(view, entry, `entry ${n + 1}`) }];
  });
}

/** The end record, at the very end but for its own comment. */
function findEnd(view: Buffer): number {
  for (let at = view.length - END_SIZE; at >= Math.max(0, view.length - END_SIZE - 0xffff); at--) {
    if (view.readUInt32LE(at) !== END || at + END_SIZE + view.readUInt16LE(at + 20) !== view.length) continue;
    if (view.readUInt16LE(at + 4) !== 0 || view.readUInt16LE(at + 6) !== 0 || view.readUInt16LE(at + 8) !== view.readUInt16LE(at + 10)) {
      unreadable('an archive in several parts is not read', 'archive');
    }
    return at;
  }
  unreadable('this is no zip archive, or its end is missing', 'archive');
}

function readTable(view: Buffer, end: number, count: number): Central[] {
  const start = view.readUInt32LE(end + 16);
  if (start + view.readUInt32LE(end + 12) !== end)
    unreadable('the table of the archive is not where its end says (zip64 is not read)', 'archive');
  const table: Central[] = [];
  let at = start;
  for (let n = 1; n <= count; n++) {
    const place = `entry ${n}`;
    if (at + CENTRAL_SIZE > end || view.readUInt32LE(at) !== CENTRAL) unreadable('the table of the archive is cut', place);
    const nameLength = view.readUInt16LE(at + 28);
    const next = at + CENTRAL_SIZE + nameLength + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
    if (next > end) unreadable('the table of the archive is cut', place);
    const flags = view.readUInt16LE(at + 8);
    const rawName = view.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength);
    const entry: Central = {
      name: safeName(rawName, flags, place),
      flags,
      method: view.readUInt16LE(at + 10),
      crc: view.readUInt32LE(at + 16),
      packed: view.readUInt32LE(at + 20),
      size: view.readUInt32LE(at + 24),
      at: view.readUInt32LE(at + 42),
      dataStart: 0,
      dataEnd: 0,
    };
    refuseStrange(entry, view.readUInt16LE(at + 4) >>> 8, view.readUInt32LE(at + 38), place);
    locate(view, entry, rawName, start, place);
    table.push(entry);
    at = next;
  }
  if (at !== end) unreadable('the table of the archive holds more than it announces', 'archive');
  return table;
}

const UTF8_NAME = 0x800;
const UNIX = 3;
const LINK = 0xa;

function safeName(raw: Buffer, flags: number, place: string): string {
  if (raw.length === 0 || raw.length > MAX_NAME) unreadable('a name is empty or too long', place);
  const name = raw.toString((flags & UTF8_NAME) === 0 ? 'latin1' : 'utf8');
  if ([...name].some(isForbidden) || name.startsWith('/')) hostile('a name is an absolute path or holds a forbidden character', place);
  const steps = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  if (steps.some((step) => step === '' || step === '.' || step === '..')) hostile('a name leads out of the archive', place);
  return name;
}

/** Control characters, what some systems take for a separator or a drive, and what stands for bytes that are no UTF-8. */
const isForbidden = (c: string) => c < ' ' || c === '\u007f' || c === '\\' || c === ':' || c === '\ufffd';

function refuseStrange({ flags, method, packed, size }: Central, madeBy: number, attributes: number, place: string): void {
  if ((flags & 0x41) !== 0) unreadable('an encrypted file is not read', place);
  if (method !== 0 && method !== 8) unreadable('a file is packed by another method than deflate', place);
  if (packed === 0xffffffff || size === 0xffffffff) unreadable('zip64 is not read', place);
  if (madeBy === UNIX && attributes >>> 28 === LINK) hostile('a file is a link', place);
  if (method === 0 && packed !== size) unreadable('a stored file has two sizes', place);
  if (size > FREE_RATIO_BYTES && size > packed * MAX_RATIO) hostile('a file inflates far more than a document does', place);
}

/** Where the bytes lie, and that the file's own header tells the same name and method as the table. */
function locate(view: Buffer, entry: Central, rawName: Buffer, table: number, place: string): void {
  const { at } = entry;
  if (at + LOCAL_SIZE > table || view.readUInt32LE(at) !== LOCAL) unreadable('a file is not where the table says', place);
  const nameLength = view.readUInt16LE(at + 26);
  entry.dataStart = at + LOCAL_SIZE + nameLength + view.readUInt16LE(at + 28);
  entry.dataEnd = entry.dataStart + entry.packed;
  if (entry.dataEnd > table) unreadable('a file runs past the table', place);
  const isSame = view.subarray(at + LOCAL_SIZE, at + LOCAL_SIZE + nameLength).equals(rawName) && view.readUInt16LE(at + 8) === entry.method;
  if (!isSame) hostile('a file tells another name or method than the table', place);
}

function refuseOverlaps(table: readonly Central[]): void {
  const byPlace = table.toSorted((a, b) => a.at - b.at);
  for (let n = 1; n < byPlace.length; n++) {
    if (byPlace[n]!.at < byPlace[n - 1]!.dataEnd) hostile('two files share their bytes', 'archive');
  }
}

function refuseSameNames(table: readonly Central[]): void {
  const seen = new Set<string>();
  table.forEach(({ name }, n) => {
    const key = name.toLowerCase().replace(/\/$/, '');
    if (seen.has(key)) hostile('two files have the same name', `entry ${n + 1}`);
    seen.add(key);
  });
}

function inflate(view: Buffer, { method, dataStart, dataEnd, size, crc }: Central, place: string): Uint8Array {
  const packed = view.subarray(dataStart, dataEnd);
  let bytes: Uint8Array = packed;
  if (method === 8) {
    try {
      // One byte of room, so that a stream longer than announced is seen and not cut.
      bytes = inflateRawSync(packed, { maxOutputLength: size + 1, finishFlush: constants.Z_SYNC_FLUSH });
    } catch (cause) {
      throw new Refusal('archive.unreadable', 'a file does not inflate to the size announced', { at: place, cause });
    }
  }
  if (bytes.length !== size) unreadable('a file does not inflate to the size announced', place);
  if (crc32(bytes) !== crc) unreadable('a file is damaged: its check sum differs', place);
  return bytes;
}

function hostile(message: string, at: string): never {
  throw new Refusal('archive.hostile', message, { at });
}

function unreadable(message: string, at: string): never {
  throw new Refusal('archive.unreadable', message, { at });
}
