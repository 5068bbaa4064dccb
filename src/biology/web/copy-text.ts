import { type Language, showDate } from '#ui';
import type { Row } from '../grid.ts';
import { counts, type Reading } from '../reading.ts';
import { longDay, shownInterval, shownValue } from './show.ts';
import { REGION_ZONE } from './view.ts';

/** Values of a row that a letter can hold. */
const MOST_VALUES = 6;

/** One value as a sentence of a letter: `Potassium 5,6 mmol/L (3,5–5,1), le 21 nov. 2026, BioRives`. What is calculated says so. */
export function cellText(name: string, row: Row, reading: Reading, language: Language): string {
  const interval = shownInterval(reading, language);
  const value = [shownValue(reading, language), reading.value === undefined ? '' : row.unit].filter(Boolean).join('\u00a0');
  const day = longDay(
    reading.at,
    reading.precision === 'minute' || reading.precision === 'second' ? 'day' : reading.precision,
    language,
    REGION_ZONE,
  );
  const who = reading.derived ? (language === 'fr' ? 'calculé par Cigogne' : 'calculated by Cigogne') : reading.report.laboratory.name;
  return `${name} ${value}${interval ? ` (${interval})` : ''}, ${day}, ${who}`;
}

/** The row as one line, newest first; cancelled values are left out. */
export function rowText(name: string, row: Row, language: Language): string {
  const values = row.readings
    .filter(counts)
    .toReversed()
    .slice(0, MOST_VALUES)
    .map((reading) => `${shownValue(reading, language)} (${showDate(reading.at, language, REGION_ZONE)})`);
  return `${name}${row.unit ? ` (${row.unit})` : ''}${language === 'fr' ? '\u00a0' : ''}: ${values.join(' ; ')}`;
}
