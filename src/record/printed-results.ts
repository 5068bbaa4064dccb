import {
  absentReason,
  type Coded,
  type LabReport,
  type PrintedPatient,
  printRatio,
  type RatioSide,
  type ReferenceRange,
  type ResultPlace,
  type Result,
  type ResultValue,
  resultsOf,
  type Specimen,
} from '#formats';
import { Refusal, readHl7Time } from '#kernel';
import { asReference, type ChosenReference, chooseReference, sampledPatient } from './choose-reference.ts';
import type { Flag, ResultStatus, StoredConcept, StoredInterval, StoredNumber, StoredResult } from './contract.ts';

/** A result as it was printed, before anything is made of it. */
export type PrintedResult = Omit<StoredResult, 'normalised'>;

/**
 * What a battery, a specimen or an isolate says is repeated with each of its results, so a document can say in one place what makes its
 * results weigh gigabytes. In characters: ten thousand results with a comment each stay below.
 */
const MOST_CHARACTERS = 8_000_000;

/**
 * Results of a report as printed, in printed order. `zone`: IANA zone of times that carry no offset.
 * @throws Refusal `report.hostile` when they say far more than the results of a report do
 */
export function printedResults(report: LabReport, zone: string): PrintedResult[] {
  // In FHIR each result says its own state: one is final in a report whose others are awaited (R4 DiagnosticReport.status partial).
  const isPreliminary = report.format !== 'fhir' && report.events.some(({ status }) => status === 'active');
  let characters = 0;
  return [...resultsOf(report)].map((place, n) => {
    const result = printedResult(place, n, { isPreliminary, zone, patient: report.patient });
    for (const value of Object.values(result)) if (typeof value === 'string') characters += value.length;
    if (characters > MOST_CHARACTERS)
      throw new Refusal('report.hostile', 'the results repeat far more text than those of a report', { at: `results[${n}]` });
    return result;
  });
}

function printedResult(
  place: ResultPlace,
  n: number,
  { isPreliminary, zone, patient }: { isPreliminary: boolean; zone: string; patient: PrintedPatient },
): PrintedResult {
  const { result, battery, isolate } = place;
  const status = statusOf(place, isPreliminary);
  const number = numberOf(result.value);
  const { flag, interpretation } = flagOf(result.interpretations ?? []);
  const time = timeOf(result.at ?? place.specimen?.sampledAt ?? battery?.at, zone);
  const chosen = chooseReference(result, sampledPatient(patient, time.at));
  const interval = intervalOf(chosen);
  const ofGroups = [battery, isolate].flatMap((group) => (group?.items[0] === result ? (group.comments ?? []) : []));
  const comment = [...(result.comments ?? []), ...ofGroups].join('\n');
  return dropUndefined({
    n,
    label: wordsOf(result.code) ?? 'sans libellé',
    loinc: result.code.system === LOINC ? result.code.code : undefined,
    ...localCodeOf(result.code),
    chapter: place.chapter.code?.code,
    battery: battery?.code && wordsOf(battery.code),
    ...specimenOf(place.specimen, time.at, zone),
    ...time,
    status,
    text: textOf(result.value),
    codes: codesOfValue(result.value),
    ratio: ratioOf(result.value),
    time: result.value?.type === 'time' ? instantOf(result.value.value, zone) : undefined,
    absent: absentOf(result),
    number,
    unit: unitOf(result.value),
    interval,
    otherIntervals: otherIntervalsOf(result, chosen),
    flag,
    interpretation,
    method: result.method && wordsOf(result.method),
    comment: comment || undefined,
    isolate: isolate && wordsOf(isolate.organism),
  });
}

const LOINC = '2.16.840.1.113883.6.1';

/** Absent rather than undefined: the answers are JSON text, and absent keys cost nothing. */
function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined: Partial<T> = {};
  for (const key in value) if (value[key] !== undefined) defined[key] = value[key];
  return defined as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** The words printed for a concept: those of the narrative first, since they are what the reader of the paper saw. */
export function wordsOf(concept: Coded): string | undefined {
  const translated = concept.translations?.find(({ display, originalText }) => display ?? originalText);
  return (
    concept.originalText ??
    concept.display ??
    translated?.display ??
    translated?.originalText ??
    concept.code ??
    concept.translations?.[0]?.code
  );
}

function localCodeOf(code: Coded): { local?: string; localSystem?: string } {
  const own = [code, ...(code.translations ?? [])].find(({ code: value, system }) => value !== undefined && system !== LOINC);
  return own?.code === undefined ? {} : { local: own.code, ...(own.system !== undefined && { localSystem: own.system }) };
}

function statusOf({ result, battery, entry }: ResultPlace, isPreliminary: boolean): ResultStatus {
  const isAborted = result.status === 'aborted' || result.status === 'cancelled';
  const hasValue = result.value !== undefined && result.value.type !== 'absent';
  if (isAborted) return hasValue ? 'cancelled' : 'not-done';
  const isAwaited = isPreliminary || [result.status, battery?.status, entry.status].includes('active');
  // A provisional result without value is one still to come: NAV in a preliminary report.
  if (isAwaited) return 'provisional';
  return hasValue ? 'final' : 'not-done';
}

/** A notion in each of its vocabularies. */
export const codesOf = (concept: Coded): StoredConcept['codes'] =>
  [concept, ...(concept.translations ?? [])].flatMap(({ code, system, display }) =>
    code === undefined ? [] : [dropUndefined({ code, system, display })],
  );

function codesOfValue(value: ResultValue | undefined): PrintedResult['codes'] {
  const said = value?.type === 'coded' || value?.type === 'coded-text' ? value.code : undefined;
  const codes = said ? codesOf(said) : [];
  return codes.length > 0 ? codes : undefined;
}

/** Only of what has no value: R4 Observation.dataAbsentReason. */
function absentOf({ value, status }: Result): StoredResult['absent'] {
  if (value && value.type !== 'absent') return undefined;
  const isFinal = status === 'completed';
  return isFinal || value?.reason
    ? (dropUndefined({ isFinal: isFinal || undefined, ...absentReason(value) }) as StoredResult['absent'])
    : undefined;
}

/** Vocabularies of HL7 whose codes the screens know: JDV_HL7_SpecimenType, under the roots that senders write. */
const SPECIMEN_TYPES: ReadonlySet<string> = new Set(['2.16.840.1.113883.5.129', '2.16.840.1.113883.12.487', '2.16.840.1.113883.18.311']);

function specimenOf(
  specimen: Specimen | undefined,
  at: string | undefined,
  zone: string,
): Pick<PrintedResult, 'specimen' | 'specimenCodes' | 'collectedAt'> {
  const { type, sampledAt } = specimen ?? {};
  const { at: taken, atPrecision } = timeOf(sampledAt, zone);
  const isKnown = type?.code !== undefined && (type.system === undefined || SPECIMEN_TYPES.has(type.system));
  return dropUndefined({
    specimen: type && (isKnown ? type.code : wordsOf(type)),
    specimenCodes: type && !isKnown && type.code !== undefined ? codesOf(type) : undefined,
    ...(taken !== at && dropUndefined({ collectedAt: taken, collectedPrecision: atPrecision })),
  });
}

function otherIntervalsOf({ reference, otherReferences = [] }: Result, chosen: ChosenReference | undefined): StoredInterval[] | undefined {
  const others = [reference, ...otherReferences].flatMap((one) =>
    one && one !== chosen?.reference ? (intervalOf(asReference(one)) ?? []) : [],
  );
  return others.length > 0 ? others : undefined;
}

/** Decimal text as a number; undefined when it is not one. */
function readDecimal(text: string, comparator?: StoredNumber['comparator']): StoredNumber | undefined {
  if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  // 1e999 is beyond what a computer counts with, and would be written null: shown as printed, never drawn as a number.
  if (!Number.isFinite(value)) return undefined;
  const decimals = /e/i.test(text) ? 0 : (text.split('.')[1]?.length ?? 0);
  return { value, ...(comparator && { comparator }), decimals };
}

function numberOf(value: ResultValue | undefined): StoredNumber | undefined {
  switch (value?.type) {
    case 'quantity':
    case 'integer':
    case 'real':
      return readDecimal(value.value);
    case 'range': {
      // A range with both ends is not one number; with one end it is a value below or above what the method measures.
      if (value.low && value.high) return undefined;
      if (value.high) return readDecimal(value.high.value, value.high.inclusive === false ? '<' : '≤');
      return value.low && readDecimal(value.low.value, value.low.inclusive === false ? '>' : '≥');
    }
    default:
      return undefined;
  }
}

function unitOf(value: ResultValue | undefined): string | undefined {
  const unit = value?.type === 'quantity' ? value.unit : value?.type === 'range' ? (value.high?.unit ?? value.low?.unit) : undefined;
  // UCUM writes "no unit" as 1.
  return unit === '1' || unit === '' ? undefined : unit;
}

const comma = (decimal: string) => decimal.replace('.', ',');

/** The value verbatim, with a decimal comma; empty when there is none. */
export function textOf(value: ResultValue | undefined): string {
  switch (value?.type) {
    case undefined:
    case 'absent':
      return '';
    case 'quantity':
    case 'integer':
    case 'real':
      return comma(value.value);
    case 'range': {
      if (value.low && value.high) return `${comma(value.low.value)} – ${comma(value.high.value)}`;
      if (value.high) return `${value.high.inclusive === false ? '<' : '≤'}${comma(value.high.value)}`;
      return value.low ? `${value.low.inclusive === false ? '>' : '≥'}${comma(value.low.value)}` : '';
    }
    case 'coded':
      return wordsOf(value.code) ?? '';
    case 'text':
      return value.text;
    case 'coded-text':
      return value.text;
    case 'time':
      return dayText(value.value);
    case 'ratio':
      return printRatio(value);
    case 'boolean':
      return value.value ? 'oui' : 'non';
    case 'attachment':
      return 'document joint';
  }
}

/** The hour as its sender's clock showed it. */
function dayText(time: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2}))?/.exec(time) ?? [];
  return year === undefined ? time : `${day}/${month}/${year}${hour === undefined ? '' : ` ${hour}:${minute}`}`;
}

function ratioOf(value: ResultValue | undefined): StoredResult['ratio'] {
  if (value?.type !== 'ratio') return undefined;
  const side = ({ value: number, comparator, unit }: RatioSide) =>
    dropUndefined({ value: number, comparator, unit: unit === '1' || unit === '' ? undefined : unit });
  return { numerator: side(value.numerator), denominator: side(value.denominator) };
}

function instantOf(time: string, zone: string): StoredResult['time'] {
  const { at, atPrecision: precision } = timeOf(time, zone);
  return at === undefined ? undefined : dropUndefined({ at, precision });
}

/** Of somebody else: in words only, so that nothing is computed from its bounds. */
function intervalOf(chosen: ChosenReference | undefined): StoredInterval | undefined {
  if (!chosen) return undefined;
  const { reference, isFor, isForAnother } = chosen;
  if (isForAnother) return dropUndefined({ text: reference.text ?? boundsText(reference), isFor });
  const low = reference.low && readDecimal(reference.low.value)?.value;
  const high = reference.high && readDecimal(reference.high.value)?.value;
  const interval = dropUndefined({
    low,
    high,
    lowInclusive: reference.low?.inclusive,
    highInclusive: reference.high?.inclusive,
    text: reference.text,
    isFor,
  });
  return Object.keys(interval).length > 0 ? interval : undefined;
}

function boundsText({ low, high }: ReferenceRange): string {
  return [low?.value, high?.value].map((bound) => (bound === undefined ? '' : comma(bound))).join(' – ');
}

/** HL7 ObservationInterpretation to our grades; codes that are not grades (S, I, R, POS…) are kept as they are. */
const GRADES: Readonly<Record<string, Flag>> = {
  N: 'N',
  L: 'L',
  H: 'H',
  LL: 'LL',
  HH: 'HH',
  LU: 'LL',
  HU: 'HH',
  A: 'A',
  AA: 'AA',
  '<': 'LL',
  '>': 'HH',
};

function flagOf(codes: readonly string[]): { flag?: Flag; interpretation?: string } {
  const flag = codes.map((code) => GRADES[code]).find((grade) => grade !== undefined);
  const interpretation = codes.find((code) => GRADES[code] === undefined);
  return { ...(flag && { flag }), ...(interpretation && { interpretation }) };
}

function timeOf(time: string | undefined, zone: string): { at?: string; atPrecision?: NonNullable<StoredResult['atPrecision']> } {
  const read = time === undefined ? undefined : readHl7Time(time, zone);
  if (!read) return {};
  return { at: new Date(read.epochMs).toISOString(), ...(read.precision !== 'second' && { atPrecision: read.precision }) };
}
