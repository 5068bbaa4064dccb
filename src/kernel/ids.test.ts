import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uuidv7 } from './ids.ts';

const instants = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })), { maxLength: 12 });

test('identifiers made one after the other, many in one millisecond, sort as they were made, and say when', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), instants, (start, steps) => {
      let ms = start;
      const made = steps.flatMap(([later, many]) => {
        ms += later;
        return Array.from({ length: many }, () => [ms, uuidv7(ms)] as const);
      });
      const ids = made.map(([, id]) => id);
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [at, id] of made) {
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(at);
      }
    }),
    { numRuns: 60 },
  );
});
