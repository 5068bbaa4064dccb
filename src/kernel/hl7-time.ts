/**
 * HL7 TS text (HL7 v2 and CDA R2 data type TS): reading without inventing precision.
 * Pure; the zone of a time that names none is an argument, never the machine's.
 */

export type TimePrecision = 'year' | 'month' | 'day' | 'minute' | 'second';

export interface ReadTime {
  /** Milliseconds since 1970 of the first instant that the text can mean. */
  epochMs: number;
  precision: TimePrecision;
  /** False when the text carried no offset and `zone` was assumed. */
  hasOffset: boolean;
}

/** No report was made before, none will be soon: a year beyond is a slip, and one that a database may refuse to keep. */
const [FIRST_YEAR, LAST_YEAR] = [1800, 2200];
/** Minutes: no clock of the world is further from UTC (Kiribati, +14:00). */
const FURTHEST_OFFSET = 14 * 60;

const TS = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4}|Z)?$/;

/**
 * @param text `20250314`, `20250314113000+0100`… any precision of HL7 TS
 * @param zone IANA zone for a time without offset, for instance `Europe/Paris`
 * @returns undefined when the text is not a TS or names no real date (31 April, year 0, offset +99:99)
 */
export function readHl7Time(text: string, zone: string): ReadTime | undefined {
  const parts = TS.exec(text.trim());
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = parts;
  const wall = {
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Math.min(Number(second ?? 0), 59),
    millisecond: fraction ? Math.floor(Number(`0.${fraction}`) * 1000) : 0,
  };
  if (wall.hour > 23 || wall.minute > 59 || Number(second ?? 0) > 60) return undefined;
  if (wall.year < FIRST_YEAR || wall.year > LAST_YEAR) return undefined;
  const precision: TimePrecision = second ? 'second' : hour ? 'minute' : day ? 'day' : month ? 'month' : 'year';
  const epochMs = offset ? fromOffset(wall, offset) : fromZone(wall, zone);
  if (epochMs === undefined) return undefined;
  return { epochMs, precision, hasOffset: offset !== undefined };
}

interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

function utcOf(wall: WallTime): number | undefined {
  const ms = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond);
  const date = new Date(ms);
  if (wall.year < 100) date.setUTCFullYear(wall.year);
  const real = date.getUTCMonth() === wall.month - 1 && date.getUTCDate() === wall.day;
  return real ? date.getTime() : undefined;
}

function fromOffset(wall: WallTime, offset: string): number | undefined {
  const utc = utcOf(wall);
  if (utc === undefined || offset === 'Z') return utc;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5));
  if (Number(offset.slice(3, 5)) > 59 || minutes > FURTHEST_OFFSET) return undefined;
  return utc - (offset[0] === '-' ? -minutes : minutes) * 60_000;
}

function fromZone(wall: WallTime, zone: string): number | undefined {
  const utc = utcOf(wall);
  if (utc === undefined) return undefined;
  // The offset depends on the instant and the instant on the offset: two rounds settle it, even around a change of clock.
  const first = utc - offsetMsAt(utc, zone);
  return utc - offsetMsAt(first, zone);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
/** Offsets change at most twice a year and never inside an hour of UTC: remembered by hour, since this runs for every result. */
const offsets = new Map<string, number>();

function offsetMsAt(epochMs: number, zone: string): number {
  const hour = Math.floor(epochMs / 3_600_000);
  const key = `${zone} ${hour}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, formatter);
  }
  const part = Object.fromEntries(formatter.formatToParts(hour * 3_600_000).map(({ type, value }) => [type, value]));
  const seen = Date.UTC(
    Number(part.year),
    Number(part.month) - 1,
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  );
  const offset = seen - hour * 3_600_000;
  if (offsets.size > 200_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** The day as `YYYY-MM-DD` when the text has at least day precision: a birth date must not drift with a zone. */
export function hl7Day(text: string): string | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})/.exec(text.trim());
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}` : undefined;
}
