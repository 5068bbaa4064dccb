import { Refusal } from '#kernel';

/** Start of block, end of block, carriage return: the frame of a message (HL7 MLLP release 1). */
export const START = 0x0b;
export const END = 0x1c;
export const CR = 0x0d;

/** A message in its frame. */
export const framed = (message: Uint8Array): Buffer => Buffer.concat([Buffer.of(START), message, Buffer.of(END, CR)]);

/** Bytes between two messages that are no frame: line ends, and the blank lines of those who try by hand. */
const MOST_BETWEEN = 64;

/**
 * Cuts a stream of bytes into messages, whatever the pieces it comes in. Bytes are copied once, when a message is whole; the work is
 * proportional to what comes.
 */
export class FrameReader {
  #pieces: Buffer[] = [];
  #held = 0;
  #isInside = false;
  /** The last byte was the end of block: its carriage return is still to come. */
  #isEnding = false;
  #between = 0;
  #fault: Refusal | undefined;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the message that is not whole yet. */
  get held(): number {
    return this.#held;
  }

  /** Why nothing more is read of this stream; undefined as long as it is good. */
  get fault(): Refusal | undefined {
    return this.#fault;
  }

  /** Has a message begun that is not whole yet? */
  get isInside(): boolean {
    return this.#isInside;
  }

  /** The first bytes of the message that is not whole yet: enough to tell which one is refused. */
  head(): Buffer {
    return Buffer.concat(this.#pieces).subarray(0, 4_096);
  }

  /**
   * @returns the messages that these bytes complete, without their frames; those that were whole before a `fault` too
   */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = [];
    let at = 0;
    while (at < chunk.length && !this.#fault) {
      if (this.#isEnding) {
        this.#isEnding = false;
        if (chunk[at] === CR) {
          at += 1;
          messages.push(this.#take());
        } else this.#keep(Buffer.of(END));
      } else if (this.#isInside) at = this.#pushInside(chunk, at);
      else at = this.#pushOutside(chunk, at);
    }
    return messages;
  }

  #pushOutside(chunk: Buffer, at: number): number {
    if (chunk[at] === START) {
      this.#isInside = true;
      this.#between = 0;
    } else if (++this.#between > MOST_BETWEEN || (chunk[at] !== CR && chunk[at] !== 0x0a)) {
      this.#fault = new Refusal('report.unreadable', 'a message of MLLP begins with the byte 0B', { at: 'MLLP' });
    }
    return at + 1;
  }

  #pushInside(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(END, at);
    this.#keep(chunk.subarray(at, end < 0 ? chunk.length : end));
    if (end < 0) return chunk.length;
    this.#isEnding = true;
    return end + 1;
  }

  #keep(piece: Buffer): void {
    this.#held += piece.length;
    if (piece.length > 0) this.#pieces.push(piece);
    if (this.#held > this.#maxBytes) {
      this.#fault = new Refusal('deposit.too-large', 'the message is larger than this door takes', { at: 'MLLP' });
    }
  }

  #take(): Buffer {
    const message = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    this.#isInside = false;
    return message;
  }
}
