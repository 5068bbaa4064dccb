import { describe, expect, test } from 'vitest';
import { hl7Day, readHl7Time } from './hl7-time.ts';

describe('a time of an HL7 document', () => {
  test.each([
    ['20250314113000+0100', '2025-03-14T10:30:00.000Z', 'second'],
    ['202503141130', '2025-03-14T10:30:00.000Z', 'minute'],
    ['202507141130', '2025-07-14T09:30:00.000Z', 'minute'],
    ['20250314', '2025-03-13T23:00:00.000Z', 'day'],
    ['1955', '1954-12-31T23:00:00.000Z', 'year'],
    ['20250330023000', '2025-03-30T01:30:00.000Z', 'second'],
  ])('%s in Paris is %s, known to the %s', (text, iso, precision) => {
    const read = readHl7Time(text, 'Europe/Paris');
    expect(new Date(read!.epochMs).toISOString()).toBe(iso);
    expect(read!.precision).toBe(precision);
  });
  test.each(['20250431', '2025031', 'hier', '202503141161', ''])('%s is no time', (text) => {
    expect(readHl7Time(text, 'Europe/Paris')).toBeUndefined();
  });
  test.each([
    '00000101',
    '17991231',
    '22010101',
    '99991231235959',
    '20260302110000+9999',
    '20260302110000-1401',
    '20260302110000+0060',
  ])('%s is no moment of any report', (text) => {
    expect(readHl7Time(text, 'Europe/Paris')).toBeUndefined();
  });
  test('a birth date does not drift with a time zone', () => {
    expect(hl7Day('19550612')).toBe('1955-06-12');
  });
});
