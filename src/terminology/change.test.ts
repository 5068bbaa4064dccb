import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeBetween, referenceChangeValue } from './change.ts';
import { type Measured, whyIncomparable } from './comparable.ts';
import { zlog } from './zlog.ts';

const measured = (value: number, more: Partial<Measured> = {}): Measured => ({
  row: 'creatinine.serum',
  value,
  decimals: 0,
  unit: 'umol/L',
  laboratory: '750000001',
  isMethodSensitive: false,
  ...more,
});
const sensitive = (method: string | undefined, laboratory = '750000001') => measured(10, { isMethodSensitive: true, method, laboratory });

describe('two results of one patient', () => {
  test.each([
    [measured(1), measured(2), undefined],
    [measured(1), measured(2, { row: 'creatinine.urine' }), 'row'],
    [measured(1), measured(2, { unit: 'mg/L' }), 'unit'],
    [measured(1), measured(2, { laboratory: '750000002', method: 'Jaffé' }), undefined],
    [sensitive('CMIA'), sensitive(' cmia ', '750000002'), undefined],
    [sensitive('CMIA'), sensitive('ECLIA'), 'method'],
    [sensitive(undefined), sensitive(undefined), undefined],
    [sensitive(undefined), sensitive(undefined, '750000002'), 'method-unknown'],
    [sensitive('CMIA'), sensitive(undefined, '750000002'), 'method-unknown'],
  ])('%o and %o: why not compared is %s', (a, b, reason) => {
    expect([whyIncomparable(a, b), whyIncomparable(b, a)]).toEqual([reason, reason]);
    expect(changeBetween(a, b).kind === 'incomparable').toBe(reason !== undefined);
  });
});

describe('a change', () => {
  test('is told absolute, in percent and per day', () => {
    const before = measured(80, { at: '2026-01-01T08:00:00Z' });
    const after = measured(100, { at: '2026-01-11T08:00:00Z' });
    expect(changeBetween(before, after)).toEqual({
      kind: 'change',
      direction: 'up',
      absolute: 20,
      decimals: 0,
      percent: 25,
      perDay: 2,
    });
  });

  test('has the coarser of the two printed precisions', () => {
    expect(changeBetween(measured(5.6, { decimals: 1 }), measured(6.12, { decimals: 2 }))).toMatchObject({ absolute: 0.5, decimals: 1 });
  });

  test('is significant beyond the reference change value only', () => {
    // creatinine: CVi 6.0 %, CVa 3.0 % → 2.77 × 6.708 = 18.6 %
    const variation = { within: 6, analytical: 3 };
    expect(referenceChangeValue(variation)).toBeCloseTo(18.594, 2);
    expect(changeBetween(measured(100), measured(118), variation)).toMatchObject({ isSignificant: false });
    expect(changeBetween(measured(100), measured(119), variation)).toMatchObject({ isSignificant: true });
    expect(changeBetween(measured(100), measured(119))).not.toHaveProperty('isSignificant');
  });

  test('has no percentage of zero, and no rate within the hour', () => {
    const change = changeBetween(measured(0, { at: '2026-01-01T08:00:00Z' }), measured(3, { at: '2026-01-01T08:30:00Z' }), { within: 5 });
    expect(change).toEqual({ kind: 'change', direction: 'up', absolute: 3, decimals: 0 });
  });

  test.each([
    ['<', 5, undefined, 7, 'up'],
    ['<', 5, undefined, 5, 'up'],
    ['≤', 5, undefined, 5, undefined],
    ['<', 5, undefined, 3, undefined],
    ['<', 5, '<', 3, undefined],
    [undefined, 7, '<', 5, 'down'],
    [undefined, 90, '>', 90, 'up'],
    ['>', 90, undefined, 60, 'down'],
    ['>', 90, '>', 90, undefined],
  ] as const)('%s%s then %s%s: the certain direction is %s', (c1, v1, c2, v2, direction) => {
    const change = changeBetween(measured(v1, { comparator: c1 }), measured(v2, { comparator: c2 }));
    expect(change).toEqual(direction ? { kind: 'censored', direction } : { kind: 'censored' });
  });

  test('reads the same backwards, with the opposite sign', () => {
    const value = fc.integer({ min: 1, max: 10_000 }).map((n) => n / 10);
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [there, back] = [
          changeBetween(measured(a, { decimals: 1 }), measured(b, { decimals: 1 })),
          changeBetween(measured(b, { decimals: 1 }), measured(a, { decimals: 1 })),
        ];
        expect([there.kind, back.kind]).toEqual(['change', 'change']);
        expect({ ...there, absolute: 0 }).toMatchObject({ kind: 'change' });
        expect((there as { absolute: number }).absolute).toBe(-(back as { absolute: number }).absolute + 0);
      }),
    );
  });
});

describe('the zlog of a value', () => {
  test.each([
    [4, -1.96],
    [10, 1.96],
    [Math.sqrt(40), 0],
  ])('%d in the interval 4–10 is %d', (value, expected) => {
    expect((zlog('leucocytes.blood', { value }, { low: 4, high: 10 }) as { zlog: number }).zlog).toBeCloseTo(expected, 6);
  });

  // Hoffmann et al. 2017, table 2, as computed by the R package zlog 1.0.2, which uses 3.91993 where the article says 3.92
  test.each([
    [42, -0.154_722_23],
    [34, -2.246_981_67],
    [38, -1.145_690_28],
    [50, 1.571_623_35],
    [27, -4.529_492_53],
    [24, -5.695_711_48],
  ])('albumin %d g/L in the interval 35–52 has the published zlog %d', (value, expected) => {
    expect((zlog('albumin.serum', { value }, { low: 35, high: 52 }) as { zlog: number }).zlog).toBeCloseTo(expected, 3);
  });

  test.each([
    ['crp.serum', { value: 3 }, { high: 5 }, 'one-sided'],
    ['crp.serum', { value: 3 }, { low: 0, high: 5 }, 'one-sided'],
    ['crp.serum', { value: 3 }, undefined, 'no-interval'],
    ['crp.serum', undefined, { low: 1, high: 5 }, 'not-a-number'],
    ['tsh.serum', { value: 0.01, comparator: '<' }, { low: 0.4, high: 4 }, 'censored'],
    ['inr.plasma', { value: 2.5 }, { low: 2, high: 3 }, 'not-a-population-interval'],
    ['ph.blood_arterial', { value: 7.4 }, { low: 7.35, high: 7.45 }, 'not-a-population-interval'],
    ['base_excess.blood_arterial', { value: -3 }, { low: -2, high: 2 }, 'not-a-population-interval'],
    ['lithium.serum', { value: 0.7 }, { low: 0.5, high: 0.8 }, 'not-a-population-interval'],
    ['vancomycin_trough.serum', { value: 12 }, { low: 10, high: 20 }, 'not-a-population-interval'],
    ['sodium.serum', { value: 0 }, { low: 135, high: 145 }, 'not-positive'],
    ['sodium.serum', { value: 140 }, { low: 145, high: 135 }, 'not-positive'],
  ] as const)('%s %o in %o is refused: %s', (row, number, interval, refused) => {
    expect(zlog(row, number, interval)).toEqual({ refused });
  });
});
