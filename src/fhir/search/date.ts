import { readHl7Time } from '#kernel';

/** From its first instant to its last, both counting; for a number, all that rounds to it. */
export interface DateSpan {
  low: number;
  high: number;
  /** The number itself, where an order is asked for. */
  exact?: number;
}

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof PREFIXES)[number];

export function readPrefixed(value: string): { prefix: Prefix; rest: string } {
  const prefix = PREFIXES.find((one) => value.startsWith(one));
  return prefix ? { prefix, rest: value.slice(2) } : { prefix: 'eq', rest: value };
}

/** `2026-03-02T07:42:00.123456789+01:00` */
const LONGEST_DATE = 35;
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Spans of the dates read lately: the results of a report share theirs, and each search asks for them again. */
const spans = new Map<string, DateSpan | undefined>();
const MOST_SPANS = 50_000;
/** What any date kept here lies between. */
const [FIRST_YEAR, LAST_YEAR] = [1800, 2199];

/** The instants that a date of FHIR covers: a whole day, month or year in the zone of the server; undefined when it is none. */
export function dateSpan(text: string, zone: string): DateSpan | undefined {
  const key = `${text} ${zone}`;
  const known = spans.get(key);
  if (known || text.length > LONGEST_DATE) return known;
  if (spans.size >= MOST_SPANS) spans.clear();
  const span = readSpan(text, zone);
  spans.set(key, span);
  return span;
}

function readSpan(text: string, zone: string): DateSpan | undefined {
  const parts = DATE.exec(text);
  if (!parts) return undefined;
  const [, said, month, day, hour, minute, second, fraction, offset] = parts;
  // "Before 9999-12-31": a bound beyond all that is kept is as good as its edge.
  const year = String(Math.min(Math.max(Number(said), FIRST_YEAR), LAST_YEAR));
  if (hour !== undefined) {
    const hl7 = `${year}${month}${day}${hour}${minute}${second ?? ''}`;
    const start = instant(`${hl7}${offset === undefined ? '' : offset === 'Z' ? '+0000' : offset.replace(':', '')}`, zone);
    if (start === undefined) return undefined;
    const milliseconds = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000);
    const width = second === undefined ? 60_000 : fraction === undefined ? 1_000 : 1;
    return { low: start + milliseconds, high: start + milliseconds + width - 1 };
  }
  const start = instant([year, month, day].filter((part) => part !== undefined).join(''), zone);
  const end = instant(nextDate(Number(year), month, day), zone);
  return start === undefined || end === undefined ? undefined : { low: start, high: end - 1 };
}

const instant = (hl7: string, zone: string) => readHl7Time(hl7, zone)?.epochMs;

/** The day, month or year after, as HL7. */
function nextDate(year: number, month: string | undefined, day: string | undefined): string {
  const next = new Date(
    Date.UTC(
      month === undefined ? year + 1 : year,
      month === undefined ? 0 : Number(month) - (day === undefined ? 0 : 1),
      day === undefined ? 1 : Number(day) + 1,
    ),
  );
  return next.toISOString().slice(0, 10).replaceAll('-', '');
}

/** How far "about" reaches: a tenth of the distance to now for a date is for others; here a tenth of the number, or a day. */
const ABOUT = 0.1;
const DAY_MS = 86_400_000;

/**
 * Does what a resource says stand so towards what is asked? Source: R4 §3.1.1.4.6 (prefixes): `eq` and `ne` compare spans, the orders compare
 * what lies beyond.
 */
export function isWithin(found: DateSpan, prefix: Prefix, wanted: DateSpan): boolean {
  const at = wanted.exact;
  switch (prefix) {
    case 'eq':
      return wanted.low <= found.low && found.high <= wanted.high;
    case 'ne':
      return !(wanted.low <= found.low && found.high <= wanted.high);
    case 'gt':
      return found.high > (at ?? wanted.high);
    case 'lt':
      return found.low < (at ?? wanted.low);
    case 'ge':
      return found.high >= (at ?? wanted.low);
    case 'le':
      return found.low <= (at ?? wanted.high);
    case 'sa':
      return found.low > (at ?? wanted.high);
    case 'eb':
      return found.high < (at ?? wanted.low);
    case 'ap': {
      const margin = at === undefined ? DAY_MS : Math.abs(at) * ABOUT;
      return found.low <= wanted.high + margin && found.high >= wanted.low - margin;
    }
  }
}
