import { Refusal } from '#kernel';

/** Messages of one file: a day of a large laboratory in files of this size comes in several. */
const MAX_MESSAGES = 1_000;
/** As for one message. */
const MAX_BYTES = 20 * 1024 * 1024;

const [CR, LF, START_BLOCK, END_BLOCK] = [0x0d, 0x0a, 0x0b, 0x1c] as const;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

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
  let open: number | undefined;
  for (const { from, to } of linesOf(bytes)) {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(3, to - from)).toString('latin1');
    if (name !== 'MSH' && !FRAMES.has(name)) continue;
    if (open !== undefined) take(file, bytes.subarray(open, from));
    open = name === 'MSH' ? from : undefined;
    if (name !== 'MSH') takeFrame(file, name, Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'));
  }
  if (open !== undefined) take(file, bytes.subarray(open));
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

/** Lines by their bytes: CR and LF are themselves in every character set that HL7 v2 has here. */
function* linesOf(bytes: Uint8Array): Generator<{ from: number; to: number }> {
  let from = bytes[0] === START_BLOCK ? 1 : 0;
  if (
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      .subarray(from, from + 3)
      .equals(BOM)
  )
    from += 3;
  let end = bytes.length;
  while (end > from && (bytes[end - 1] === CR || bytes[end - 1] === LF || bytes[end - 1] === END_BLOCK)) end -= 1;
  while (from < end) {
    const [cr, lf] = [bytes.indexOf(CR, from), bytes.indexOf(LF, from)];
    const to = Math.min(cr < 0 ? end : cr, lf < 0 ? end : lf, end);
    if (to > from) yield { from, to };
    from = to + 1;
  }
}
