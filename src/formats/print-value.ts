import type { Bound, PrintedQuantity, RatioSide, ReferenceRange, ResultValue } from './lab-report.ts';

/** UCUM units that French reports print otherwise. */
const FRENCH_UNITS: Readonly<Record<string, string>> = {
  '10*9/L': 'G/L',
  '10*12/L': 'T/L',
  '[IU]/L': 'UI/L',
  'm[IU]/L': 'mUI/L',
  'k[IU]/L': 'kUI/L',
  '[IU]/mL': 'UI/mL',
  'ug/L': 'µg/L',
  'ug/mL': 'µg/mL',
  'ug/dL': 'µg/dL',
  'umol/L': 'µmol/L',
  '/uL': '/µL',
  'mL/min/{1.73_m2}': 'mL/min/1,73 m²',
  um: 'µm',
  Cel: '°C',
};

/** A unit as a French report prints it; `1` and annotations alone are no unit for a reader. */
export function printUnit(unit: string | undefined): string {
  if (unit === undefined || unit === '1') return '';
  return FRENCH_UNITS[unit] ?? (unit.startsWith('{') && unit.endsWith('}') ? unit.slice(1, -1) : unit);
}

const comma = (number: string) => number.replace('.', ',');

/** Number and unit apart, since a table prints them in two columns. `7,2`, `< 0,5`, `1/160`, `Limpide`. */
export function printValue(value: ResultValue | undefined): { text: string; unit: string } {
  if (!value) return { text: '', unit: '' };
  switch (value.type) {
    case 'quantity':
      return { text: comma(value.value), unit: printUnit(value.unit) };
    case 'range':
      return { text: printBounds(value.low, value.high), unit: printUnit((value.high ?? value.low)?.unit) };
    case 'integer':
    case 'real':
      return { text: comma(value.value), unit: '' };
    case 'coded':
      return { text: value.code.originalText ?? value.code.display ?? value.code.code ?? '', unit: '' };
    case 'text':
    case 'coded-text':
      return { text: value.text, unit: '' };
    case 'time':
      return { text: printTime(value.value), unit: '' };
    case 'ratio':
      return { text: printRatio(value), unit: '' };
    case 'boolean':
      return { text: value.value ? 'oui' : 'non', unit: '' };
    case 'attachment':
      return { text: 'document joint', unit: '' };
    case 'absent':
      return { text: '', unit: '' };
  }
}

const printQuantity = ({ value, unit }: PrintedQuantity) => [comma(value), printUnit(unit)].filter(Boolean).join(' ');

const SIGNS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;
const printSide = ({ comparator, ...quantity }: RatioSide) => `${comparator ? SIGNS[comparator] : ''}${printQuantity(quantity)}`;
/** `1/160`, `1/≥640`, `5 mg/2 L`. */
export const printRatio = ({ numerator, denominator }: Omit<ResultValue & { type: 'ratio' }, 'type'>): string =>
  `${printSide(numerator)}/${printSide(denominator)}`;
/** A side is beyond what was measured: formats whose ratios are of two plain quantities say it in words. */
export const isCompared = ({ numerator, denominator }: Omit<ResultValue & { type: 'ratio' }, 'type'>): boolean =>
  numerator.comparator !== undefined || denominator.comparator !== undefined;

/** `4,1 - 6,1`, `< 1`, `≥ 0,5`. A bound that does not say whether it counts is inclusive, as CDA R2 has it. */
function printBounds(low: Bound | undefined, high: Bound | undefined): string {
  if (low && high) return `${comma(low.value)} - ${comma(high.value)}`;
  if (high) return `${high.inclusive === false ? '<' : '≤'} ${comma(high.value)}`;
  if (low) return `${low.inclusive === false ? '>' : '≥'} ${comma(low.value)}`;
  return '';
}

/** The interval as a report prints it, without its unit when it is two numbers. */
export function printReference(range: ReferenceRange | undefined): string {
  if (!range) return '';
  return printBounds(range.low, range.high) || (range.text ?? '');
}

/** `20250314113000+0100` → `14/03/2025 11:30`; what is no time of HL7 is printed as it came. */
export function printTime(time: string): string {
  const parts = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2}))?/.exec(time);
  if (!parts) return time;
  const day = `${parts[3]}/${parts[2]}/${parts[1]}`;
  return parts[4] === undefined ? day : `${day} ${parts[4]}:${parts[5]}`;
}
