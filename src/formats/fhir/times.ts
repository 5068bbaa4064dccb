import { readHl7Time } from '#kernel';

const FHIR_TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** A date, dateTime or instant of FHIR as HL7 TS, no precision added nor lost; undefined when it is none. */
export function hl7OfFhir(time: string | undefined): string | undefined {
  const parts = time === undefined ? null : FHIR_TIME.exec(time);
  if (!parts) return undefined;
  const [, year, month = '', day = '', hour = '', minute = '', second = '', fraction, zone] = parts;
  const offset = zone === undefined ? '' : zone === 'Z' ? '+0000' : zone.replace(':', '');
  return `${year}${month}${day}${hour}${minute}${second}${fraction === undefined ? '' : `.${fraction.slice(0, 6)}`}${offset}`;
}

/**
 * HL7 TS as FHIR: `2025-03-14T08:05:00+01:00`. FHIR wants seconds and an offset with every hour (R4 §2.24.0.1): missing seconds become 00, a
 * missing offset is that of `zone` at that time. Undefined when it is no real date.
 */
export function fhirOfHl7(time: string | undefined, zone: string): string | undefined {
  const read = time === undefined ? undefined : readHl7Time(time, zone);
  if (time === undefined || !read) return undefined;
  const text = time.trim();
  const date = [text.slice(0, 4), text.slice(4, 6), text.slice(6, 8)];
  if (read.precision === 'year') return date[0];
  if (read.precision === 'month') return date.slice(0, 2).join('-');
  if (read.precision === 'day') return date.join('-');
  const [, digits = '', fraction = '', offset] = /^(\d+)(\.\d+)?([+-]\d{4}|Z)?$/.exec(text) ?? [];
  const [hour, minute, second] = [digits.slice(8, 10), digits.slice(10, 12) || '00', digits.slice(12, 14) || '00'];
  const wall = Date.UTC(Number(date[0]), Number(date[1]) - 1, Number(date[2]), Number(hour), Number(minute), Math.min(Number(second), 59));
  const written =
    offset === undefined ? offsetText(wall - read.epochMs) : offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  return `${date.join('-')}T${hour}:${minute}:${second}${fraction}${written}`;
}

function offsetText(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
