import { printUnit } from '#formats';
import type { StoredConcept, StoredInterval, StoredReport, StoredResult, StoredSide } from '#record/contract';
import { readUnit } from '#terminology';
import { partId } from '../wire/ids.ts';
import { compact, decimal, type Reference, type Resource } from '../wire/resource.ts';

const LABORATORY = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory', display: 'Laboratory' }],
};
const INTERPRETATIONS = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
/** The same quantity in the usual unit of the region, when the conversion is exact: beside what was printed, never instead. */
const PQ_TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation';

/** What all the results of one version of a report share. */
export interface ReportContext {
  series: string;
  subject: Reference;
  performer: Reference[];
  report: StoredReport;
  meta: { versionId: string; lastUpdated: string };
  /** Whether this version of the report, or one before it, corrects this result. */
  isCorrected: (id: string) => boolean;
  dateOf: (at: string, precision: StoredResult['atPrecision']) => string;
  specimenOf: (result: StoredResult) => Reference | undefined;
}

/** Identifiers of the results of a report, by what each is: its code, specimen, organism, and its rank among equals. */
export function observationIds(series: string, results: readonly StoredResult[]): string[] {
  const ranks = new Map<string, number>();
  return results.map(({ loinc, local, localSystem, label, specimen = '', isolate = '', battery = '' }) => {
    const code = loinc ?? (local === undefined ? `text ${label}` : `${localSystem ?? ''}|${local}`);
    const what = [code, specimen, isolate, isolate === '' ? '' : battery].join(' ');
    const rank = ranks.get(what) ?? 0;
    ranks.set(what, rank + 1);
    return partId(series, `observation ${what} ${rank}`);
  });
}

const STATUSES: Readonly<Record<StoredResult['status'], string>> = {
  final: 'final',
  provisional: 'preliminary',
  // It has a value, which was taken back: nobody may take it for true.
  cancelled: 'entered-in-error',
  'not-done': 'cancelled',
};

/** Parts that results of any patient have in common; they are never changed. */
const inCommon = new Map<string, object>();
const MOST_IN_COMMON = 20_000;

/** What is made once for all who would make the same: most of what the results of a patient hold, and so of what is kept of them. */
function shared<T extends object>(key: string, make: () => T): T {
  const known = inCommon.get(key);
  if (known) return known as T;
  if (inCommon.size >= MOST_IN_COMMON) inCommon.clear();
  const made = make();
  inCommon.set(key, made);
  return made;
}

/** A stored result as an Observation: what the laboratory printed. */
export function observation(id: string, result: StoredResult, context: ReportContext): Resource {
  const { report, subject, performer, meta } = context;
  const { loinc, local, localSystem, label, status, at, interpretation, flag, comment, method } = result;
  const code = shared(`code ${loinc} ${localSystem} ${local} ${label}`, () => {
    const codings = [
      ...(loinc === undefined ? [] : [{ system: LOINC, code: loinc }]),
      ...(local === undefined ? [] : [compact({ system: localSystem && uriOf(localSystem), code: local })]),
    ];
    return compact({ coding: codings, text: label });
  });
  const isFinal = status === 'final' || (status === 'not-done' && result.absent?.isFinal === true);
  const holds = status !== 'cancelled';
  const codes = holds ? [flag, interpretation].filter((code) => code !== undefined) : [];
  return compact({
    resourceType: 'Observation',
    id,
    meta,
    status: isFinal ? (context.isCorrected(id) ? 'corrected' : 'final') : STATUSES[status],
    category: shared(`category ${result.chapter}`, () => [
      LABORATORY,
      ...(result.chapter === undefined ? [] : [{ coding: [{ system: LOINC, code: result.chapter }] }]),
    ]),
    code,
    subject,
    effectiveDateTime: at === undefined ? undefined : context.dateOf(at, result.atPrecision),
    issued: report.issuedAt,
    performer,
    ...(holds && valueOf(result, context.dateOf)),
    interpretation: codes.map((code) => ({ coding: [{ system: INTERPRETATIONS, code }] })),
    note: comment === undefined || comment === result.absent?.text ? [] : [{ text: comment }],
    method: method === undefined ? undefined : { text: method },
    specimen: context.specimenOf(result),
    referenceRange: holds ? [result.interval, ...(result.otherIntervals ?? [])].flatMap((one) => referenceOf(one, result)) : [],
  });
}

/** A result that a later version does not hold any more: nobody may take it for true. Its values stand in its history. */
export function withdrawnObservation(last: Resource, versionId: string, lastUpdated: string): Resource {
  const { id, category, code, subject, effectiveDateTime, performer, specimen } = last;
  const meta = { versionId, lastUpdated };
  return compact({
    resourceType: 'Observation',
    id,
    meta,
    status: 'entered-in-error',
    category,
    code,
    subject,
    effectiveDateTime,
    performer,
    specimen,
  });
}

export const uriOf = (system: string): string => (/^[0-2](?:\.\d+)+$/.test(system) ? `urn:oid:${system}` : system);

/** Vocabularies that have an address of their own in FHIR. */
const VOCABULARIES: Readonly<Record<string, string>> = {
  '2.16.840.1.113883.6.1': LOINC,
  '2.16.840.1.113883.6.96': 'http://snomed.info/sct',
  '2.16.840.1.113883.5.83': INTERPRETATIONS,
};
/** A notion as the record keeps it. */
export const concept = ({ codes, text }: { codes: StoredConcept['codes']; text?: string | undefined }): Record<string, unknown> =>
  compact({ coding: codes.map(({ system, ...code }) => compact({ system: system && vocabularyOf(system), ...code })), text });

const vocabularyOf = (system: string) => VOCABULARIES[system] ?? uriOf(system);

const COMPARATORS = { '<': '<', '≤': '<=', '>': '>', '≥': '>=' } as const;

function valueOf(
  { number, ratio, time, text, codes, absent, unit, normalised, status }: StoredResult,
  dateOf: ReportContext['dateOf'],
): Record<string, unknown> {
  if (time) return { valueDateTime: dateOf(time.at, time.precision) };
  if (number) {
    const digits = /-?\d+(?:,\d+)?/.exec(text)?.[0].replace(',', '.');
    const printed = digits !== undefined && Number(digits) === number.value && NUMBER.test(digits);
    return {
      valueQuantity: compact({
        extension: convertedOf(normalised),
        value: printed ? decimal(digits) : number.value,
        comparator: number.comparator && COMPARATORS[number.comparator],
        unit: unitWords(unit),
        ...(normalised.ucum === undefined ? {} : { system: UCUM, code: normalised.ucum }),
      }),
    };
  }
  if (ratio && isNumber(ratio.numerator) && isNumber(ratio.denominator))
    return { valueRatio: { numerator: sideOf(ratio.numerator), denominator: sideOf(ratio.denominator) } };
  if (codes) {
    return { valueCodeableConcept: concept({ codes, text: text || undefined }) };
  }
  if (text !== '') return { valueString: unit === undefined ? text : `${text} ${unitWords(unit)}` };
  const reason = absent?.reason ?? (status === 'provisional' ? 'temp-unknown' : 'not-performed');
  const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: reason }];
  return { dataAbsentReason: compact({ coding, text: absent?.text }) };
}

/** A decimal that JSON writes as it was printed. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const isNumber = ({ value }: StoredSide) => NUMBER.test(value);

/** A side as it was sent: a unit of UCUM beside its words. */
function sideOf({ value, comparator, unit }: StoredSide): Record<string, unknown> {
  const ucum = unit === undefined ? undefined : readUnit(unit)?.ucum;
  const code = ucum === undefined ? {} : { system: UCUM, code: ucum };
  return compact({ value: decimal(value), comparator, unit: unitWords(unit), ...code });
}

/** As a French report prints it (R4 Quantity.unit is for people): the code of UCUM stands beside it. */
const unitWords = (unit: string | undefined) => printUnit(unit) || unit;

function convertedOf({ converted }: StoredResult['normalised']): Record<string, unknown>[] {
  if (!converted) return [];
  const { value, decimals, unit } = converted;
  return [
    {
      url: PQ_TRANSLATION,
      valueQuantity: { value: decimal(value.toFixed(Math.min(decimals, 20))), unit: unitWords(unit), system: UCUM, code: unit },
    },
  ];
}

function referenceOf(interval: StoredInterval | undefined, { unit, normalised }: StoredResult): Record<string, unknown>[] {
  if (!interval) return [];
  const { low, high, text, lowInclusive, highInclusive, isFor } = interval;
  const { ucum } = normalised;
  return shared(`interval ${JSON.stringify([low, high, text, lowInclusive, highInclusive, isFor, unit, ucum])}`, () =>
    intervalOf(interval, unit, ucum),
  );
}

function intervalOf(
  { low, high, text, lowInclusive, highInclusive, isFor }: StoredInterval,
  unit: string | undefined,
  ucum: string | undefined,
): Record<string, unknown>[] {
  const quantity = (value: number) =>
    compact({ value, unit: unitWords(unit), ...(ucum === undefined ? {} : { system: UCUM, code: ucum }) });
  // FHIR has no end that does not count: it is said in words, since a reader would take the number for inclusive.
  const isExclusive = lowInclusive === false || highInclusive === false;
  const side = (value: number | undefined, inclusive: boolean | undefined, signs: [string, string]) =>
    value === undefined ? [] : [`${inclusive === false ? signs[0] : signs[1]} ${String(value).replace('.', ',')}`];
  const words = [...side(low, lowInclusive, ['>', '≥']), ...side(high, highInclusive, ['<', '≤'])].join(' ; ');
  return [
    compact({
      low: low === undefined ? undefined : quantity(low),
      high: high === undefined ? undefined : quantity(high),
      appliesTo: isFor === undefined ? undefined : [{ text: isFor }],
      text: text ?? (isExclusive ? words : undefined),
    }),
  ];
}
