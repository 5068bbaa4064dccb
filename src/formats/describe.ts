import type { Bound, Coded, LabReport, ReferenceRange, Result, ResultValue } from './lab-report.ts';
import { printRatio } from './print-value.ts';
import { type ResultPlace, resultsOf } from './results-of.ts';

/** One result as a person or a program at a terminal wants it: what was read, nothing made of it. */
export interface ResultReading {
  /** Position in the report, from 1. */
  n: number;
  /** LOINC when coded, else the laboratory's own code. */
  code?: string;
  /** OID of the code system of `code`. */
  system?: string;
  label: string;
  /** Digits as received (dot as separator), words, `<1`, `>=0.512`, `4.1..6.1`, `1/160`; absent when there is none. */
  value?: string;
  unit?: string;
  /** ISO 8601 with the precision received: `2025-03-14T09:55:00+01:00`, `2025-03-14`. */
  at?: string;
  status: string;
  interpretation?: string;
  reference?: string;
  method?: string;
  specimen?: string;
  chapter?: string;
  battery?: string;
  isolate?: string;
  comment?: string;
  previous?: { value?: string; unit?: string; at?: string }[];
}

/** Every result of a report, in printed order. */
export function describeReading(report: LabReport): ResultReading[] {
  return [...resultsOf(report)].map((place, index) => describeResult(place, index + 1));
}

function describeResult(place: ResultPlace, n: number): ResultReading {
  const { result, chapter, battery, isolate, specimen } = place;
  const coding = result.code.code === undefined ? (result.code.translations?.[0] ?? {}) : result.code;
  const reading: ResultReading = { n, label: wordsOf(result.code), status: result.status };
  const more: { [K in keyof ResultReading]?: ResultReading[K] | undefined } = {
    code: coding.code,
    system: coding.system,
    ...describeValue(result.value),
    at: isoTime(result.at),
    interpretation: result.interpretations?.join(','),
    reference: describeRange(result.reference),
    method: wordsOf(result.method),
    specimen: wordsOf(specimen?.type),
    chapter: chapter.title ?? wordsOf(chapter.code),
    battery: wordsOf(battery?.code),
    isolate: wordsOf(isolate?.organism),
    comment: result.comments?.join('\n'),
    previous: describePrevious(result),
  };
  for (const [key, value] of Object.entries(more)) if (value !== undefined && value !== '') Object.assign(reading, { [key]: value });
  return reading;
}

const describePrevious = (result: Result) =>
  result.previous?.map(({ value, at }) => Object.assign(describeValue(value), { at: isoTime(at) ?? '' }));

const wordsOf = (coded: Coded | undefined): string =>
  coded?.originalText ?? coded?.display ?? coded?.translations?.[0]?.display ?? coded?.code ?? coded?.translations?.[0]?.code ?? '';

function describeValue(value: ResultValue | undefined): { value?: string; unit?: string } {
  if (!value) return {};
  switch (value.type) {
    case 'quantity':
      return { value: value.value, ...(value.unit !== undefined && { unit: value.unit }) };
    case 'range': {
      const unit = (value.high ?? value.low)?.unit;
      return { value: bounds(value.low, value.high), ...(unit !== undefined && { unit }) };
    }
    case 'integer':
    case 'real':
    case 'time':
      return { value: value.value };
    case 'coded':
      return { value: wordsOf(value.code) };
    case 'text':
    case 'coded-text':
      return { value: value.text };
    case 'ratio':
      return { value: printRatio(value) };
    case 'boolean':
      return { value: String(value.value) };
    case 'attachment':
      return { value: `[${value.mediaType}]` };
    case 'absent':
      return {};
  }
}

function bounds(low: Bound | undefined, high: Bound | undefined): string {
  if (low && high) return `${low.value}..${high.value}`;
  if (high) return `${high.inclusive === false ? '<' : '<='}${high.value}`;
  return low ? `${low.inclusive === false ? '>' : '>='}${low.value}` : '';
}

const describeRange = (range: ReferenceRange | undefined) => range && (bounds(range.low, range.high) || range.text);

/** HL7 TS to ISO 8601, by moving characters only: no zone is supposed and no precision is added. */
function isoTime(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const parts = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?)?)?)?([+-]\d{4})?$/.exec(time);
  if (!parts) return time;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const date = [year, month, day].filter(Boolean).join('-');
  if (hour === undefined) return date;
  return `${date}T${hour}:${minute}${second === undefined ? '' : `:${second}${fraction ?? ''}`}${zone ? `${zone.slice(0, 3)}:${zone.slice(3)}` : ''}`;
}
