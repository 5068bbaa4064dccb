import { expect, test } from 'vitest';
import {
  ageOn,
  dayOf,
  instantAt,
  keepFrenchMarks,
  showBirthDate,
  showChange,
  showDate,
  showIns,
  showInterval,
  showLongBirthDate,
  showLongDate,
  showNumber,
  showPercent,
  showPhone,
  showPrinted,
  showShortDate,
  showTime,
} from './format.ts';
import { setRegionZone } from './region-zone.ts';

test('a number is written with the decimal comma in French and the decimals of the laboratory', () => {
  expect(showNumber(5.6, 1, 'fr')).toBe('5,6');
  expect(showNumber(5.6, 2, 'fr')).toBe('5,60');
  expect(showNumber(5.6, 1, 'en')).toBe('5.6');
});

test('thousands are parted by a narrow no-break space', () => {
  expect(showNumber(7410, 0, 'fr')).toBe('7\u202f410');
  expect(showPrinted('1234567,80', 'fr')).toBe('1\u202f234\u202f567,80');
});

test('a printed value keeps its decimals, gets a true minus, and stays itself when it is not a number', () => {
  expect(showPrinted('-0,30', 'fr')).toBe('\u22120,30');
  expect(showPrinted('<0,50', 'fr')).toBe('<0,50');
  expect(showPrinted('< 0.50', 'fr')).toBe('<0,50');
  expect(showPrinted('1/160', 'fr')).toBe('1/160');
  expect(showPrinted('traces', 'fr')).toBe('traces');
  expect(showPrinted('1e12', 'fr')).toBe('1e12');
});

test('extreme values keep all their digits', () => {
  expect(showNumber(1e12, 0, 'fr')).toBe('1\u202f000\u202f000\u202f000\u202f000');
  expect(showNumber(1e-12, 12, 'fr')).toBe('0,000000000001');
});

test('a change carries its sign, except zero', () => {
  expect(showChange(1.2, 1, 'fr')).toBe('+1,2');
  expect(showChange(-0.3, 1, 'fr')).toBe('\u22120,3');
  expect(showChange(0, 1, 'fr')).toBe('0,0');
  expect(showChange(0.04, 1, 'fr')).toBe('0,0');
  expect(showPercent(0.27, 'fr')).toBe('+27\u00a0%');
  expect(showPercent(-0.46, 'en')).toBe('\u221246%');
});

test('an interval shows its two limits, its single limit, or the words of the laboratory', () => {
  expect(showInterval({ low: 3.5, high: 5.1 }, 1, 'fr')).toBe('3,5–5,1');
  expect(showInterval({ low: 60 }, 0, 'fr')).toBe('>\u00a060');
  expect(showInterval({ high: 125 }, 0, 'fr')).toBe('<\u00a0125');
  expect(showInterval({ text: 'négatif' }, 0, 'fr')).toBe('négatif');
  expect(showInterval(undefined, 0, 'fr')).toBe('');
});

test('a limit finer than the value is never rounded', () => {
  expect(showInterval({ low: 0.45, high: 4 }, 1, 'fr')).toBe('0,45–4,0');
});

test('dates are written as the French read them, on the clock of the region whatever the clock of the machine', () => {
  expect(showDate('2026-11-18T06:42:00Z', 'fr', 'Europe/Paris')).toBe('18 nov. 2026');
  expect(showDate('2026-10-31T23:30:00Z', 'fr', 'Europe/Paris')).toBe('1er nov. 2026');
  expect(showShortDate('2026-11-18T06:42:00Z', 'Europe/Paris')).toBe('18/11/26');
  expect(showTime('2026-11-18T06:42:00Z', 'Europe/Paris')).toBe('07:42');
  expect(showTime('2026-11-18T06:42:00Z', 'Indian/Reunion')).toBe('10:42');
  expect(showTime('2026-11-17T23:00:00Z', 'Europe/Paris')).toBe('00:00');
  expect(showLongDate('2026-11-18T06:42:00Z', 'fr', 2026, 'Europe/Paris')).toBe('18 novembre');
  expect(showLongDate('2025-11-18T06:42:00Z', 'fr', 2026, 'Europe/Paris')).toBe('18 novembre 2025');
  expect(dayOf('2026-12-31T23:30:00Z', 'Europe/Paris')).toBe('2027-01-01');
});

test('where no zone is named the clock is that of the region, and a day alone is that day everywhere', () => {
  expect(showTime('2026-11-18T06:42:00Z')).toBe('07:42');
  expect(dayOf('2026-12-31T23:30:00Z')).toBe('2027-01-01');
  setRegionZone('America/Martinique');
  expect(showTime('2026-11-18T06:42:00Z')).toBe('02:42');
  expect(showDate('2026-11-18', 'fr')).toBe('18 nov. 2026');
  expect(dayOf('2026-11-18')).toBe('2026-11-18');
  setRegionZone('Europe/Paris');
});

test('a time said on the clock of a place is an instant, around the changes of that clock too', () => {
  expect(instantAt('2026-11-18', '07:42').toISOString()).toBe('2026-11-18T06:42:00.000Z');
  expect(instantAt('2026-03-29', '01:30').toISOString()).toBe('2026-03-29T00:30:00.000Z');
  expect(instantAt('2026-03-29', '03:30').toISOString()).toBe('2026-03-29T01:30:00.000Z');
  expect(instantAt('2026-10-25', '03:00').toISOString()).toBe('2026-10-25T02:00:00.000Z');
  expect(instantAt('2026-11-18', '00:15', 'Indian/Reunion').toISOString()).toBe('2026-11-17T20:15:00.000Z');
});

test('a birth date with an unknown day or month says so', () => {
  expect(showBirthDate('1955-06-14')).toBe('14/06/1955');
  expect(showBirthDate('1987-00-00')).toBe('—/—/1987');
  expect(showLongBirthDate('1955-06-14', 'fr')).toBe('14 juin 1955');
  expect(showLongBirthDate('1955-06-01', 'fr')).toBe('1er juin 1955');
  expect(showLongBirthDate('1987-00-00', 'fr')).toBe('—/—/1987');
});

test('an age changes on the birthday and not the day before', () => {
  expect(ageOn('1955-06-14', '2026-06-13').years).toBe(70);
  expect(ageOn('1955-06-14', '2026-06-14').years).toBe(71);
  expect(ageOn('2026-03-11', '2026-11-22').months).toBe(8);
  expect(ageOn('2024-02-29', '2026-02-28').months).toBe(23);
  expect(ageOn('2027-01-01', '2026-11-22').years).toBe(0);
});

test('a line never begins with a French punctuation mark', () => {
  expect(keepFrenchMarks('Elle baisse ; voir « INR » : oui')).toBe('Elle baisse\u00a0; voir «\u00a0INR\u00a0»\u00a0: oui');
});

test('a matricule INS is read in groups, its key apart', () => {
  expect(showIns('255069999904221')).toEqual({ number: '2\u00a055\u00a006\u00a099\u00a0999\u00a0042', key: '21' });
  expect(showIns('2A5069999904221').number).toBe('2\u00a0A5\u00a006\u00a099\u00a0999\u00a0042');
  expect(showIns('court')).toEqual({ number: 'court', key: '' });
});

test('a French telephone is shown in pairs, as people read it aloud; another as the directory has it', () => {
  expect(showPhone('0261911000')).toBe('02 61 91 10 00');
  expect(showPhone('+352 26 19 11')).toBe('+352 26 19 11');
});
