import type { Bound, PrintedQuantity, ReferenceRange, ResultValue } from '../lab-report.ts';

/** Values of HPRIM results as text holds them: nothing is made of them, but a comma in a number read as a point. */

const DECIMAL = /^[+-]?\d+(?:[.,]\d+)?$/;
/** `< 0.12  mg/l`: laboratories write the unit with the value when the field is alphanumeric. */
const COMPARED = /^(<=|>=|<|>|≤|≥)\s*(\d+(?:[.,]\d+)?)(?:\s+(\S.{0,29}))?$/;
const DATE = /^(\d{2})\/(\d{2})\/(\d{4})$/;

const pointed = (text: string): string => text.replace(',', '.').replace(/^\+/, '');
export const isDecimal = (text: string): boolean => DECIMAL.test(text);

const quantity = (value: string, unit: string | undefined): PrintedQuantity =>
  unit ? { value: pointed(value), unit } : { value: pointed(value) };

/**
 * @param type N numeric, A alphanumeric, D date, T text; NM, ST… in HPRIM Santé
 * @returns undefined for no value
 */
export function readValue(type: string, text: string, unit: string | undefined): ResultValue | undefined {
  if (text === '') return undefined;
  const date = type === 'D' || type === 'DT' ? readDate(text) : undefined;
  if (date !== undefined) return { type: 'time', value: date };
  const isNumeric = type === 'N' || type === 'NM' || (unit !== undefined && type !== 'T' && type !== 'TX');
  if (isNumeric && isDecimal(text)) return { type: 'quantity', ...quantity(text, unit) };
  const compared = COMPARED.exec(text);
  if (!compared || type === 'T' || type === 'TX') return { type: 'text', text };
  const [, sign = '', value = '', written] = compared;
  const bound: Bound = { ...quantity(value, unit ?? written?.trim()), inclusive: sign !== '<' && sign !== '>' };
  return { type: 'range', ...(sign.startsWith('<') || sign === '≤' ? { high: bound } : { low: bound }) };
}

/** Two bounds, each a number or nothing; what is no number is kept as words. */
export function readBounds(low: string, high: string, unit: string | undefined): ReferenceRange | undefined {
  if (low === '' && high === '') return undefined;
  if ((low !== '' && !isDecimal(low)) || (high !== '' && !isDecimal(high))) return { text: [low, high].filter(Boolean).join(' - ') };
  return { ...(low !== '' && { low: quantity(low, unit) }), ...(high !== '' && { high: quantity(high, unit) }) };
}

const INTERVAL = /^(\d+(?:[.,]\d+)?)\s*(?:-|à)\s*(\d+(?:[.,]\d+)?)$/;

/** `4.1-6.1`, `<5`, `>=10` in one field (HPRIM Santé OBX-7); other words as they are. */
export function readInterval(text: string, unit: string | undefined): ReferenceRange | undefined {
  if (text === '') return undefined;
  const both = INTERVAL.exec(text);
  if (both) return { low: quantity(both[1]!, unit), high: quantity(both[2]!, unit) };
  const one = readValue('A', text, unit);
  if (one?.type !== 'range') return { text };
  return { ...(one.low && { low: one.low }), ...(one.high && { high: one.high }) };
}

/** `*` only says abnormal; other flags are those of HL7 table 0078, kept as received. */
export const readFlags = (flag: string): string[] | undefined => (flag === '' ? undefined : [flag === '*' ? 'A' : flag]);

const STATUSES: Readonly<Record<string, string>> = {
  '': 'completed',
  F: 'completed',
  C: 'completed',
  R: 'active',
  P: 'active',
  I: 'active',
  X: 'aborted',
  D: 'aborted',
};

/** Undefined for a status that HPRIM does not know: the line is then reported. */
export const readStatus = (status: string): string | undefined => STATUSES[status];

/** `JJ/MM/AAAA`, `AAAA-MM-JJ` → HL7 TS of the day. A year of two digits is not completed: nothing says the century. */
export function readDate(text: string): string | undefined {
  const french = DATE.exec(text);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const parts = french ? [french[3]!, french[2]!, french[1]!] : iso?.slice(1);
  if (!parts) return undefined;
  const [year, month, day] = parts.map(Number);
  const date = new Date(Date.UTC(year!, month! - 1, day));
  return date.getUTCMonth() === month! - 1 && date.getUTCDate() === day ? parts.join('') : undefined;
}
