import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Coded, ReferenceRange, Result } from '#formats';
import { chooseReference, sampledPatient } from './choose-reference.ts';

const interval = (low: string, high: string, ...preconditions: Coded[]): ReferenceRange => ({
  low: { value: low },
  high: { value: high },
  ...(preconditions.length > 0 && { preconditions }),
});
const result = (...references: ReferenceRange[]): Result => ({
  kind: 'result',
  code: {},
  status: 'completed',
  ...(references[0] && { reference: references[0] }),
  otherReferences: references.slice(1),
});
const F = { code: 'F', system: '2.16.840.1.113883.5.1' };
const M = { code: 'M', system: '2.16.840.1.113883.5.1' };
const age = (words: string): Coded => ({ originalText: words });
const woman = (birthDate: string) => sampledPatient({ ids: [], sex: 'F', birthDate }, '2026-03-02T06:42:00.000Z');
const low = (...args: Parameters<typeof chooseReference>) => chooseReference(...args)?.reference.low?.value;

describe('the interval of this patient, when the laboratory prints several', () => {
  const ferritin = result(interval('30', '400', M), interval('15', '150', F));

  test('is that of their sex', () => {
    expect(chooseReference(ferritin, woman('19550612'))).toMatchObject({ reference: { low: { value: '15' } }, isFor: 'F' });
    expect(low(ferritin, { sex: 'M' })).toBe('30');
  });

  test('is none when their sex is not known: a wrong interval is worse than none', () => {
    expect(chooseReference(ferritin, {})).toBeUndefined();
  });

  test.each([
    ['20260215', '100'],
    ['20240215', '50'],
    ['19900215', '40'],
  ])('is that of their age at the sampling: born %s', (birthDate, expected) => {
    const alkalinePhosphatase = result(
      interval('40', '120', age('âge 18 a – ')),
      interval('50', '300', age('âge 1 a – 17 a')),
      interval('100', '400', age('âge  – 11 mo')),
    );
    expect(low(alkalinePhosphatase, woman(birthDate))).toBe(expected);
  });

  test('changes on the day of the birthday', () => {
    const two = result(interval('1', '2', age('âge 1 a – 17 a')), interval('3', '4', age('âge 18 a – ')));
    expect([low(two, woman('20080303')), low(two, woman('20080302'))]).toEqual(['1', '3']);
  });

  test('sex and age together win over sex alone', () => {
    const two = result(interval('1', '2', F), interval('3', '4', F, age('âge 60 a – ')));
    expect([low(two, woman('19550612')), low(two, woman('19900612'))]).toEqual(['3', '1']);
  });

  test('a condition that cannot be read leaves it open when it says more', () => {
    const pregnant = { code: '77386006', system: '2.16.840.1.113883.6.96', display: 'enceinte' };
    expect(chooseReference(result(interval('1', '2', F), interval('3', '4', F, pregnant)), woman('19900612'))).toBeUndefined();
  });

  test('without conditions the first one is that of the value, as printed', () => {
    expect(chooseReference(result(interval('1', '2'), interval('3', '4')), {})).toEqual({ reference: interval('1', '2') });
  });

  test('one alone for somebody else is shown and nothing is computed from it', () => {
    expect(chooseReference(result(interval('30', '400', M)), woman('19550612'))).toMatchObject({ isForAnother: true, isFor: 'M' });
  });

  test('of two that both hold and say as much, none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 80, max: 110 }), (from, to) => {
        const two = result(interval('1', '2', age(`âge ${from} a – ${to} a`)), interval('3', '4', age('âge 0 a – 120 a')));
        expect(chooseReference(two, woman('19550612'))).toBeUndefined();
      }),
    );
  });
});
