import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packOriginal, unpackOriginal } from './originals.ts';

const bytes = fc.uint8Array({ maxLength: 300 });

test('an original comes back byte for byte, with or without an enclosed PDF', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.boolean(), (head, pdf, tail, wrapped) => {
      const base64 = Buffer.from(pdf).toString('base64');
      const written = wrapped ? base64.replace(/(.{10})/g, '$1\n') : base64;
      const original = Buffer.concat([head, Buffer.from(written), tail]);
      expect(unpackOriginal(packOriginal(original, base64)).equals(original)).toBe(true);
    }),
  );
});

test('the bytes of an enclosed PDF are kept once', () => {
  const pdf = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 7919) % 251));
  const original = Buffer.from(`<a>${pdf.toString('base64')}</a>`);
  const packed = packOriginal(original, pdf.toString('base64'));
  expect(packed.pdf!.equals(pdf)).toBe(true);
  expect(packed.zstd.length).toBeLessThan(100);
});
