import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundleOf, entryBytes } from './entry-bytes.ts';

test('each entry of any Bundle is cut as it was written, whatever stands around and inside it', () => {
  fc.assert(
    fc.property(fc.array(fc.json()), fc.json(), fc.constantFrom('', ' ', '\n\t'), (written, other, blank) => {
      const list = written.join(`${blank},${blank}`);
      const body = Buffer.from(`${blank}{"other":${other},${blank}"entry"${blank}:${blank}[${list}]${blank},"last":[${other}]}`);
      const cut = entryBytes(body).map((one) => one.toString('utf8').trim());
      expect(cut).toEqual(written.map((one) => one.trim()));
      expect(JSON.parse(bundleOf('batch', entryBytes(body)).toString('utf8'))).toEqual({
        resourceType: 'Bundle',
        type: 'batch',
        entry: written.map((one) => JSON.parse(one) as unknown),
      });
    }),
    { numRuns: 100 },
  );
});

test('digits stay; a name written with escapes is that name; said twice, the last counts; no list is no entries', () => {
  const texts = (body: string) => entryBytes(Buffer.from(body)).map(String);
  expect(texts('{"entry":[{"value":4.10},{"value":1e2}]}')).toEqual(['{"value":4.10}', '{"value":1e2}']);
  expect(texts(String.raw`{"\u0065ntry":[1],"a":"entry","b":[2]}`)).toEqual(['1']);
  expect(texts('{"entry":[1,2],"entry":[3]}')).toEqual(['3']);
  expect(texts('{"entry":{"entry":[1]},"link":["entry",["x"]]}')).toEqual([]);
});
