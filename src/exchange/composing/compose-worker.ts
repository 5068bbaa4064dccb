import { parentPort } from 'node:worker_threads';
import { Refusal } from '#kernel';
import { compose, type Composed, type ToCompose } from './compose.ts';
import type { Answer } from './compose-thread.ts';

/** Writes mails, one document after the other, in a thread apart (see compose-thread.ts). */

const port = parentPort!;
let last: Promise<void> = Promise.resolve();
port.on('message', (asked: ToCompose) => {
  last = afterThat(last, asked);
});
port.postMessage('ready', []);

async function afterThat(before: Promise<void>, asked: ToCompose): Promise<void> {
  await before;
  const answer = await answerTo(asked);
  const composed = 'composed' in answer ? answer.composed : [];
  port.postMessage(
    answer,
    composed.flatMap(({ raw, sha256, zstd }) => [raw.buffer, sha256.buffer, zstd.buffer]),
  );
}

async function answerTo({ original, ...asked }: ToCompose): Promise<Exclude<Answer, 'ready'>> {
  try {
    const { buffer, byteOffset, length } = original.bytes;
    const mails = await compose({ ...asked, original: { ...original, bytes: Buffer.from(buffer, byteOffset, length) } });
    return {
      composed: mails.map(
        ({ raw, sha256, zstd }): Composed<Uint8Array<ArrayBuffer>> => ({ raw: alone(raw), sha256: alone(sha256), zstd: alone(zstd) }),
      ),
    };
  } catch (error) {
    if (error instanceof Refusal)
      return { refused: { code: error.code, message: error.message, ...(error.at !== undefined && { at: error.at }) } };
    return { fault: error };
  }
}

/** Small buffers share one memory: what passes to another thread has its own. */
function alone(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
