import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INS_OIDS, insKey, insOf, isInsLikeTraits, localIdsOf, readMatricule } from './ins.ts';

describe('the matricule INS', () => {
  test.each([
    ['2790351215189', '89', 'a woman born in Marne'],
    ['2550699334123', '05', 'a key below 10 keeps its zero'],
    ['180052A004123', '10', 'a man born in Corse-du-Sud'],
    ['180052B004123', '37', 'a man born in Haute-Corse'],
  ])('%s has the key %s: %s', (first13, key) => {
    expect(insKey(first13)).toBe(key);
  });
  test('is read without its blanks, and only with the right key', () => {
    expect(readMatricule('2 79 03 51 215 189 89')).toBe('279035121518989');
    expect(readMatricule('2 79 03 51 215 189 88')).toBeUndefined();
    expect(readMatricule('2790351215189')).toBeUndefined();
  });
  test('any single wrong digit is caught by the key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 9 }), (at, shift) => {
        const digits = [...'2790351215189'];
        digits[at] = String((Number(digits[at]) + shift) % 10);
        expect(readMatricule(`${digits.join('')}89`)).toBeUndefined();
      }),
    );
  });
  test('reading any text gives a matricule with its key or nothing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readMatricule(text);
        expect(read === undefined || insKey(read.slice(0, 13)) === read.slice(13)).toBe(true);
      }),
    );
  });
});

describe('the INS among the identifiers of a printed patient', () => {
  const test4 = { root: INS_OIDS.test, extension: '279035121518989' };
  const real = { root: INS_OIDS.nir, extension: '279035121518989' };
  test('a demonstration takes test identities and refuses real ones, saying where', () => {
    expect(insOf([{ root: '1.2.3', extension: '42' }, test4], 'demo')).toEqual({
      kind: 'ins',
      ins: { oid: INS_OIDS.test, value: '279035121518989' },
    });
    expect(() => insOf([{ root: '1.2.3', extension: '42' }, real], 'demo')).toThrow(
      expect.objectContaining({ code: 'report.identity-forbidden', at: 'patient.ids[1]' }),
    );
  });
  test.each([INS_OIDS.test, INS_OIDS.demo])('production refuses the domain %s', (root) => {
    expect(() => insOf([{ root, extension: '279035121518989' }], 'production')).toThrow(
      expect.objectContaining({ code: 'report.identity-forbidden' }),
    );
    expect(insOf([real], 'production').kind).toBe('ins');
  });
  test('a wrong key or two different matricules are no INS to rely on', () => {
    expect(insOf([{ ...test4, extension: '279035121518988' }], 'demo')).toEqual({ kind: 'invalid', why: 'key' });
    expect(insOf([test4, { ...test4, extension: '255069933412305' }], 'demo')).toEqual({ kind: 'invalid', why: 'several' });
    expect(insOf([test4, test4], 'demo').kind).toBe('ins');
  });
  test('the computed INS of former times is neither an INS nor a number of the sender', () => {
    const old = { root: '1.2.250.1.213.1.4.2', extension: '1234567890123456789012' };
    expect(insOf([old], 'demo')).toEqual({ kind: 'none' });
    expect(localIdsOf([old, test4, { root: '1.2.3', extension: ' 42 ' }])).toEqual([{ domain: '1.2.3', localId: '42' }]);
  });
});

describe('what the matricule tells of its holder', () => {
  const woman = { sex: 'F', birthDate: '1979-03-28' };
  test.each([
    ['279035121518989', woman, true, 'sex, year and month agree'],
    ['179035121518901', woman, false, 'a man’s number'],
    ['280035121518900', woman, false, 'another year'],
    ['279045121518900', woman, false, 'another month'],
    ['279315121518900', woman, true, 'month unknown to the register'],
    ['279035121518989', { sex: 'F', birthDate: '1979-00-00' }, true, 'month unknown to the sender'],
  ])('%s: %o → %s (%s)', (value, traits, isLike) => {
    expect(isInsLikeTraits(value, traits)).toBe(isLike);
  });
});
