import { describe, expect, test } from 'vitest';
import { CATALOGUE, gathered, report, type ResultSketch } from './constructed.test-support.ts';
import { niceTicks, seriesOf } from './series.ts';

const ferritin = CATALOGUE.rows.find((row) => row.row === 'ferritin.serum');
const potassium = CATALOGUE.rows.find((row) => row.row === 'potassium.serum');
const seriesFor = (info: typeof ferritin, ...values: [string, Omit<ResultSketch, 'row'>][]) =>
  seriesOf(gathered(values.map(([day, sketch]) => report(`${day}T08:00:00Z`, [{ row: info!.row, ...sketch }]))).readings, info);

describe('a curve', () => {
  test('is cut where the method changed, and names each method by a letter', () => {
    const { segments, cuts } = seriesFor(
      ferritin,
      ['2025-12-02', { value: 31, method: 'immunoturbidimétrie' }],
      ['2026-03-04', { value: 44, method: 'chimiluminescence' }],
      ['2026-06-03', { value: 35, method: 'Chimiluminescence ' }],
    );
    expect(segments.map(({ letter, points }) => [letter, points.map((point) => point.value)])).toEqual([
      ['A', [31]],
      ['B', [44, 35]],
    ]);
    expect(cuts).toHaveLength(1);
  });

  test('is not cut for an analyte that does not depend on the method', () => {
    const { segments } = seriesFor(potassium, ['2025-12-02', { value: 4.4, method: 'a' }], ['2026-03-04', { value: 4.6, method: 'b' }]);
    expect(segments).toHaveLength(1);
  });

  test('gives each result its own interval, changing halfway to its neighbours', () => {
    const { steps } = seriesFor(
      potassium,
      ['2026-01-01', { value: 4, interval: { low: 3.5, high: 5.1 } }],
      ['2026-01-03', { value: 4, interval: { low: 3.6, high: 5 } }],
    );
    const middle = Date.parse('2026-01-02T08:00:00Z');
    expect(steps).toEqual([
      { from: Date.parse('2026-01-01T08:00:00Z'), to: middle, low: 3.5, high: 5.1 },
      { from: middle, to: Date.parse('2026-01-03T08:00:00Z'), low: 3.6, high: 5 },
    ]);
  });

  test('draws a value below the limit as a limit, never as a number, and measures no change from it', () => {
    const { segments } = seriesFor(
      potassium,
      [
        '2026-01-01',
        { text: '<0,5', number: { value: 0.5, comparator: '<', decimals: 1 }, unit: 'mmol/L', normalised: { ucum: 'mmol/L' } },
      ],
      ['2026-01-03', { value: 4 }],
    );
    expect(segments[0]!.points).toMatchObject([{ censored: 'down' }, { value: 4 }]);
    expect(segments[0]!.points[1]!.change).toBeUndefined();
  });

  test('counts what it cannot draw instead of losing it', () => {
    const { notDrawn } = seriesFor(
      potassium,
      ['2026-01-01', { text: 'hémolysé' }],
      ['2026-01-02', { value: 4, status: 'cancelled' }],
      ['2026-01-03', { text: '', status: 'not-done' }],
    );
    expect(notDrawn).toEqual({ text: 1, uncounted: 2, undated: 0 });
  });

  test.each([
    [2.9, 6.2, false, [3, 4, 5, 6]],
    [3, 300, true, [5, 10, 20, 50, 100, 200]],
    [0, 0, false, [0]],
  ])('has round values on its axis from %d to %d', (min, max, logarithmic, wanted) => {
    expect(niceTicks(min, max, logarithmic)).toEqual(wanted);
  });
});
