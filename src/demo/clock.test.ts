import { expect, test } from 'vitest';
import { ageAt, dayOf, dayText, demoToday, hl7Time } from './clock.ts';

test.each([
  ['2026-03-29', 1 * 60 + 59, '20260329015900+0100'],
  ['2026-03-29', 3 * 60, '20260329030000+0200'],
  ['2026-07-14', 8 * 60 + 5, '20260714080500+0200'],
  ['2026-10-25', 3 * 60, '20261025030000+0100'],
  ['2026-12-31', 24 * 60 + 5, '20270101000500+0100'],
])('a time of %s at minute %i is written %s', (day, minute, text) => {
  expect(hl7Time(dayOf(day), minute)).toBe(text);
});

test('today is the last day whose morning samples have their results', () => {
  expect(dayText(demoToday(Date.parse('2026-11-18T09:59:00Z')))).toBe('2026-11-17');
  expect(dayText(demoToday(Date.parse('2026-11-18T10:01:00Z')))).toBe('2026-11-18');
  expect(dayText(demoToday(Date.parse('2026-07-14T08:59:00Z')))).toBe('2026-07-13');
  expect(dayText(demoToday(Date.parse('2026-07-14T09:01:00Z')))).toBe('2026-07-14');
});

test('a person is one year older on the birthday, not the day before', () => {
  expect(ageAt(dayOf('1955-06-14'), dayOf('2026-06-13'))).toBe(70);
  expect(ageAt(dayOf('1955-06-14'), dayOf('2026-06-14'))).toBe(71);
});
