import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomXml } from '../../../test/support/random-xml.ts';
import { disagreement } from '../../../test/support/xml-events.ts';
import { makeVocabulary, scanXml } from './index.ts';

const { vocabulary } = makeVocabulary('urn:hl7-org:v3', [['a', 'b', 'code', 'section']], ['urn:x']);
const scan = (source: string) => scanXml(source, vocabulary);

test('the scanner and a conforming parser take and refuse the same documents, and see the same in them', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const source = randomXml(seed);
      expect({ source, disagreement: disagreement(source, scan) }).toEqual({ source, disagreement: undefined });
    }),
    { numRuns: 2_000 },
  );
});

test('also for text that is no XML at all', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '<a>', '<a b="', '<'), (text, before) => {
      const source = before + text;
      expect({ source, disagreement: disagreement(source, scan) }).toEqual({ source, disagreement: undefined });
    }),
    { numRuns: 500 },
  );
});
