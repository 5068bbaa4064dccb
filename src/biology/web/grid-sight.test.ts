import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnPart, stepOf } from './grid-sight.ts';

const [ROW, COLUMN, FROZEN] = [24, 82, { names: 252, moving: 282 }];
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const offsets = (count: number, size: number) => Array.from({ length: count + 1 }, (_, index) => index * size);

const tables = fc.record({ rows: fc.integer({ min: 1, max: 300 }), columns: fc.integer({ min: 1, max: 400 }) });
const windows = fc.record({ width: fc.integer({ min: 320, max: 2560 }), height: fc.integer({ min: 200, max: 1400 }) });
const places = fc.record({ down: fc.double({ min: 0, max: 1, noNaN: true }), across: fc.double({ min: 0, max: 1, noNaN: true }) });

test('wherever one scrolls, every row and every sampling in sight is drawn', () => {
  fc.assert(
    fc.property(tables, windows, places, ({ rows, columns }, { width, height }, { down, across }) => {
      const [tops, lefts] = [offsets(rows, ROW), offsets(columns, COLUMN)];
      const scrolled = {
        top: down * Math.max(0, tops.at(-1)! - height),
        left: across * Math.max(0, FROZEN.names + FROZEN.moving + lefts.at(-1)! - width),
      };
      const drawn = drawnPart({ tops, lefts }, { ...stepOf(scrolled), width, height, isFirst: false }, FROZEN);
      const x = (column: number) => FROZEN.names + FROZEN.moving + lefts[column]! - scrolled.left;
      const seenRows = range(rows).filter((row) => tops[row + 1]! > scrolled.top && tops[row]! < scrolled.top + height);
      const seenColumns = range(columns).filter((column) => x(column) + COLUMN > FROZEN.names && x(column) < width);
      expect(seenRows.filter((row) => row < drawn.down.first || row > drawn.down.last)).toEqual([]);
      expect(seenColumns.filter((column) => column < drawn.across.first || column > drawn.across.last)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('what is drawn first is what is in sight, and no more than a line and a column beyond', () => {
  const [tops, lefts] = [offsets(300, ROW), offsets(300, COLUMN)];
  const first = drawnPart({ tops, lefts }, { top: 0, left: 0, width: 1440, height: 600, isFirst: true }, FROZEN);
  expect(first).toEqual({ down: { first: 0, last: 25 }, across: { first: 0, last: 11 } });
});
