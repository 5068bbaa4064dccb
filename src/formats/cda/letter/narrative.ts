import { escapeText } from '#kernel';
import type { PrintedQuantity } from '../../lab-report.ts';
import { printTime, printUnit } from '../../print-value.ts';

/** Words with the blanks that a reader would leave. */
export const tidy = (words: string): string =>
  words
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');

export const lines = (words: string): string => words.split('\n').map(escapeText).join('<br/>');

export const paragraph = (words: string): string => `<paragraph>${lines(words)}</paragraph>`;

/** A cell, with the xsd:ID that an entry points to. */
export const cell = (words: string | undefined, id?: string): string => {
  const text = lines(words ?? '');
  if (id === undefined || text === '') return `<td>${text}</td>`;
  return `<td><content ID="${id}">${text}</content></td>`;
};

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = titles.map((title) => `<th>${escapeText(title)}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('');
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

export const day = (time: string | undefined): string => (time === undefined ? '' : printTime(time).slice(0, 10));

/** Periods of UCUM as French letters say them. */
const PERIODS: Readonly<Record<string, string>> = { d: 'jour', h: 'heure', wk: 'semaine', mo: 'mois', a: 'an', min: 'minute' };

/** `1 fois par jour`, `toutes les 8 heures`. */
export function rhythm(every: PrintedQuantity | undefined): string {
  if (!every) return '';
  const unit = PERIODS[every.unit ?? ''] ?? printUnit(every.unit);
  if (every.value === '1') return `1 fois par ${unit}`;
  const plural = unit.endsWith('s') ? unit : `${unit}s`;
  const feminine = unit === 'heure' || unit === 'semaine' || unit === 'minute';
  return `${feminine ? 'toutes les' : 'tous les'} ${every.value.replace('.', ',')} ${plural}`;
}

/** Units that are counted, as French letters say them: `{tablet}` says nothing to a patient. */
const COUNTED: Readonly<Record<string, string>> = {
  '{tablet}': 'comprimé',
  '{capsule}': 'gélule',
  '[drp]': 'goutte',
  '{puff}': 'bouffée',
  '{sachet}': 'sachet',
};

/** Another annotation is shown without its braces. */
export function amount(quantity: PrintedQuantity | undefined): string {
  if (!quantity) return '';
  const { value, unit } = quantity;
  const counted = COUNTED[unit ?? ''];
  const shown = counted === undefined ? printUnit(unit) : `${counted}${Number(value) >= 2 ? 's' : ''}`;
  return [value.replace('.', ','), shown].filter(Boolean).join(' ');
}

export function doseWords(dose: { low: PrintedQuantity; high: PrintedQuantity } | undefined): string {
  if (!dose) return '';
  const { low, high } = dose;
  return low.value === high.value && low.unit === high.unit ? amount(low) : `${amount(low)} à ${amount(high)}`;
}
