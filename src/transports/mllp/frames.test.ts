import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameReader, framed } from './frames.ts';

const text = (messages: Buffer[]) => messages.map(String);

describe('the frames of MLLP', () => {
  test('messages are the same in whatever pieces the stream comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\u001c', '\n', '|'), maxLength: 20 }), { maxLength: 5 }),
        fc.array(fc.nat(7)),
        (messages, cuts) => {
          // An end of block and its carriage return inside a message are its end: no frame can tell them apart.
          const sent = messages.map((message) => message.replaceAll('\u001c', '\u001c.'));
          const stream = Buffer.concat(sent.map((message) => framed(Buffer.from(message))));
          const frames = new FrameReader(10_000);
          const received: Buffer[] = [];
          let at = 0;
          for (let k = 0; at < stream.length; k++) {
            const to = at + 1 + (cuts[k % Math.max(1, cuts.length)] ?? 0);
            received.push(...frames.push(stream.subarray(at, to)));
            at = to;
          }
          expect(text(received)).toEqual(sent);
          expect(frames.held).toBe(0);
        },
      ),
    );
  });

  test('line ends between messages are nothing; anything else is no frame, and the messages before it are whole', () => {
    const frames = new FrameReader(100);
    expect(
      text(frames.push(Buffer.concat([framed(Buffer.from('a')), Buffer.from('\r\n'), framed(Buffer.from('b')), Buffer.from('GET /')]))),
    ).toEqual(['a', 'b']);
    expect(frames.fault).toMatchObject({ code: 'report.unreadable' });
  });

  test('a message larger than the door takes stops the stream as soon as it is known', () => {
    const frames = new FrameReader(100);
    frames.push(Buffer.from('\v'));
    for (let n = 0; n < 1_000; n++) frames.push(Buffer.alloc(60, 'x'));
    expect(frames.fault).toMatchObject({ code: 'deposit.too-large' });
    expect(frames.held).toBe(120);
  });
});
