import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gathered, NOW, report, type ResultSketch } from './constructed.test-support.ts';
import { countFilters, filterGroups, inPeriod, PERIODS } from './filter.ts';
import { gridOf } from './grid.ts';
import { microSamples } from './microbiology.ts';
import { seriesOf } from './series.ts';

const sketch: fc.Arbitrary<ResultSketch> = fc.record(
  {
    row: fc.constantFrom('potassium.serum', 'ferritin.serum', 'inr.plasma', 'abo_rh.blood', 'loinc:1234-5', 'local:990000001:'),
    label: fc.oneof(fc.string(), fc.constantFrom('é'.repeat(400), '<img src=x onerror=alert(1)>', 'כרמלה', '\u202eabc', '')),
    value: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(1e-12, 1e12, -0, 0)),
    unit: fc.constantFrom('mmol/L', 'G/L', '%', '', '/champ'),
    status: fc.constantFrom('final', 'provisional', 'cancelled', 'not-done'),
    flag: fc.constantFrom('N', 'L', 'H', 'LL', 'HH', 'A', 'AA'),
    isolate: fc.constantFrom('Escherichia coli', ''),
    method: fc.string(),
  },
  { requiredKeys: ['row'] },
);
const someReport = fc
  .record({
    at: fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    sketches: fc.array(sketch, { maxLength: 8 }),
    current: fc.boolean(),
    version: fc.integer({ min: 1, max: 3 }),
    supersededBy: fc.option(fc.constantFrom('d0', 'd1', 'd2'), { nil: undefined }),
    status: fc.constantFrom('final' as const, 'preliminary' as const, 'cancelled' as const),
  })
  .map(({ at, sketches, current, version, supersededBy, status }) =>
    report(at.toISOString(), sketches, { current, version, status, ...(supersededBy && { supersededBy }) }),
  );

describe('whatever laboratories send', () => {
  const reports = fc.array(someReport, { maxLength: 6 }).map((list) => list.map((it, index) => ({ ...it, documentId: `d${index}` })));

  test('every current result is somewhere: on the grid, in microbiology, or counted as blood group', () => {
    fc.assert(
      fc.property(reports, (list) => {
        const it = gathered(list);
        const expected = list.filter((one) => one.current).reduce((sum, one) => sum + one.results.length, 0);
        const { groups, columns } = gridOf(it.readings, it.index);
        const cells = groups.flatMap((group) => group.rows.flatMap((row) => [...row.cells.entries()]));
        const known = new Set(columns.map((column) => column.id));
        expect(cells.every(([id]) => known.has(id))).toBe(true);
        const onGrid = cells.flatMap(([, cell]) => cell.readings).filter((reading) => reading.status !== 'withdrawn').length;
        const apart = it.microbiology.filter((reading) => reading.status !== 'withdrawn').length;
        expect(onGrid + apart).toBeLessThanOrEqual(expected);
        expect(onGrid + apart + it.immunoHaematology.count).toBeGreaterThanOrEqual(expected);
        expect(microSamples(it.microbiology).flatMap((sample) => sample.germs.flatMap((germ) => germ.antibiotics))).toHaveLength(
          it.microbiology.length,
        );
      }),
    );
  });

  test('numbers of different units never share a row, and a curve holds each reading once or says why not', () => {
    fc.assert(
      fc.property(reports, (list) => {
        const it = gathered(list);
        for (const row of gridOf(it.readings, it.index).groups.flatMap((group) => group.rows)) {
          const units = new Set(row.readings.filter((reading) => reading.value !== undefined).map((reading) => reading.unit ?? ''));
          expect(units.size).toBeLessThanOrEqual(1);
          const { segments, notDrawn } = seriesOf(row.readings, row.info);
          const drawn = segments.flatMap((segment) => segment.points);
          expect(drawn.length + notDrawn.text + notDrawn.uncounted + notDrawn.undated).toBe(row.readings.length);
          expect(drawn.every((point, index) => index === 0 || point.at >= drawn[index - 1]!.at)).toBe(true);
        }
      }),
    );
  });

  test('a filter shows exactly the rows that it counted, and a period loses nothing', () => {
    fc.assert(
      fc.property(reports, fc.constantFrom(...PERIODS), (list, period) => {
        const { readings, index } = gathered(list, { lastVisit: '2020-01-01T00:00:00Z' });
        const { shown, hidden } = inPeriod(readings, period, NOW);
        expect(shown.length + hidden).toBe(readings.length);
        const grid = gridOf(shown, index);
        const counts = countFilters(grid);
        const left = (filter: 'abnormal' | 'changed') => filterGroups(grid.groups, [filter]).flatMap((group) => group.rows).length;
        expect([left('abnormal'), left('changed')]).toEqual([counts.abnormal, counts.changed]);
      }),
    );
  });
});

test('five thousand results make a grid of every row and column', () => {
  const many = Array.from({ length: 100 }, (_, day) =>
    report(
      new Date(NOW - day * 30 * 86_400_000).toISOString(),
      Array.from({ length: 50 }, (_, n) => ({ row: `loinc:${n}`, value: n + day, unit: 'mmol/L' })),
    ),
  );
  const { readings, index } = gathered(many);
  const { groups, columns } = gridOf(readings, index);
  expect([groups[0]!.rows.length, columns.length]).toEqual([50, 100]);
});
