import { Refusal } from '#kernel';

/** Messages of one file: a day of a large laboratory in files of this size comes in several. */
const MAX_MESSAGES = 1_000;
/** As for one message. */
const MAX_BYTES = 20 * 1024 * 1024;

const [CR, LF, START_BLOCK] = [0x0d, 0x0a, 0x0b] as const;

/**
 * The messages of a file: one, or those of a batch (FHS, BHS, messages, BTS, FTS: HL7 v2.5 §2.10.3, where the four frames may be left out).
 * Each message is the bytes that it came in, since each says its own character set; it is not read here.
 *
 * @throws Refusal `report.unreadable` when a frame counts other messages than those that are there: the file was cut, or put together wrongly;
 *   `report.hostile` for too many
 */
export function hl7MessagesIn(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the file is larger than 20 MB', { at: 'FHS' });
  const file: Frames = { messages: [], batches: 0, inBatch: 0, isInFile: false, isInBatch: false };
  const marks = marksIn(bytes);
  marks.forEach(({ name, at }, n) => {
    if (name === 'MSH') take(file, bytes.subarray(at, marks[n + 1]?.at));
    else takeFrame(file, name, lineAt(bytes, at));
  });
  if (file.isInBatch) cut('BTS', 'the batch has no end (BTS)');
  if (file.isInFile) cut('FTS', 'the file has no end (FTS)');
  // Not even a header: what it is, the reader of messages says.
  return file.messages.length <= 1 && file.batches === 0 ? [bytes] : file.messages;
}

interface Frames {
  messages: Uint8Array[];
  /** Batches begun so far. */
  batches: number;
  inBatch: number;
  isInFile: boolean;
  isInBatch: boolean;
}

const FRAMES: ReadonlySet<string> = new Set(['FHS', 'BHS', 'BTS', 'FTS']);

function take(file: Frames, message: Uint8Array): void {
  if (file.messages.length >= MAX_MESSAGES) {
    throw new Refusal('report.hostile', `more than ${MAX_MESSAGES} messages in one file`, { at: `message ${MAX_MESSAGES + 1}` });
  }
  file.messages.push(message);
  file.inBatch += 1;
}

function takeFrame(file: Frames, name: string, line: string): void {
  switch (name) {
    case 'FHS':
      if (file.isInFile) cut('FHS', 'a file begins before the former one ends');
      file.isInFile = true;
      break;
    case 'BHS':
      if (file.isInBatch) cut('BHS', 'a batch begins before the former one ends');
      file.isInBatch = true;
      file.batches += 1;
      file.inBatch = 0;
      break;
    case 'BTS':
      if (!file.isInBatch) cut('BTS', 'a batch ends that did not begin');
      refuseCount('BTS-1', line, file.inBatch, 'messages');
      file.isInBatch = false;
      break;
    default:
      if (!file.isInFile) cut('FTS', 'a file ends that did not begin');
      refuseCount('FTS-1', line, file.batches, 'batches');
      file.isInFile = false;
  }
}

/** The count of a trailer, when it gives one: any other number means that something is missing. */
function refuseCount(at: string, line: string, count: number, what: string): void {
  const said = line.split(line[3] ?? '|', 2)[1]?.trim() ?? '';
  if (said !== '' && Number(said) !== count) cut(at, `${said.slice(0, 10)} ${what} are announced, and ${count} are there`);
}

function cut(at: string, message: string): never {
  throw new Refusal('report.unreadable', message, { at });
}

/** A line that begins a message or frames messages. */
interface Mark {
  name: string;
  at: number;
}

/**
 * Where each begins, by the bytes: CR and LF are themselves in every character set that HL7 v2 has here. No text is made of the other lines: a
 * hostile file has a million.
 */
function marksIn(bytes: Uint8Array): Mark[] {
  const marks: Mark[] = [];
  let start = bytes[0] === START_BLOCK ? 1 : 0;
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
  let isStart = true;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (isStart && (byte === M || byte === F || byte === B)) {
      const name = String.fromCharCode(byte, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0);
      if (name === 'MSH' || FRAMES.has(name)) marks.push({ name, at: i });
      if (marks.length > MAX_MARKS) throw new Refusal('report.hostile', `more than ${MAX_MESSAGES} messages in one file`, { at: 'FHS' });
    }
    isStart = byte === CR || byte === LF;
  }
  return marks;
}

/** A batch of its own around each message, and the file around all. */
const MAX_MARKS = 3 * MAX_MESSAGES + 2;
const [M, F, B] = [0x4d, 0x46, 0x42] as const;

/** The line that begins there, without its end. */
function lineAt(bytes: Uint8Array, at: number): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(LONGEST_FRAME, bytes.length - at)).toString('latin1');
  return head.split(/[\r\n]/, 1)[0]!.replace(END_BLOCK, '');
}

/** What may stand last, from MLLP. */
const END_BLOCK = '\u001c';
/** Characters of a header or of a trailer, in which its count is looked for. */
const LONGEST_FRAME = 1_000;
