import type { Bound, Coded, PrintedQuantity, ReferenceRange, ResultValue } from '../lab-report.ts';
import { printRatio } from '../print-value.ts';
import { compact, type Node } from './json.ts';
import { ABSENT_REASONS, AS_PRINTED, DATA_ABSENT_REASON, PQ_TRANSLATION } from './read-values.ts';
import { writeConcept } from './systems.ts';
import { fhirOfHl7 } from './times.ts';

export interface WriteContext {
  /** IANA zone of times that carry no offset. */
  zone: string;
  /** Units of this report are UCUM codes, as CDA wants them; otherwise the laboratory's words. */
  isUcum: boolean;
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LOOSE_NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A decimal with the digits it was printed with: `7.20` stays `7.20` in the JSON. */
export const decimal = (text: string): unknown => (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON(text);

/** Number and unit; undefined when the value is no number: FHIR then has no place but words. */
export function writeQuantity({ value, unit }: PrintedQuantity, { isUcum }: Pick<WriteContext, 'isUcum'>): Node | undefined {
  if (!LOOSE_NUMBER.test(value) || !Number.isFinite(Number(value))) return undefined;
  const isPlain = JSON_NUMBER.test(value);
  return compact({
    extension: isPlain ? undefined : [{ url: AS_PRINTED, valueString: value }],
    value: isPlain ? decimal(value) : Number(value),
    unit,
    ...(isUcum && unit !== undefined ? { system: 'http://unitsofmeasure.org', code: unit } : {}),
  });
}

const words = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ');
const textValue = (text: string): Node => ({ valueString: text });

/** The members that say a value: `valueQuantity`, `valueString`… or `dataAbsentReason`. */
export function writeValue(value: ResultValue, context: WriteContext): Node {
  switch (value.type) {
    case 'quantity':
      return writeQuantityValue(value, context);
    case 'real': {
      const quantity = writeQuantity(value, context);
      return quantity ? { valueQuantity: quantity } : textValue(value.value);
    }
    case 'integer':
      return /^(?:0|-?[1-9]\d{0,8})$/.test(value.value)
        ? { valueInteger: Number(value.value) }
        : writeValue({ ...value, type: 'real' }, context);
    case 'range':
      return writeRange(value, context);
    case 'coded':
      return { valueCodeableConcept: writeConcept(value.code) };
    case 'coded-text':
      return value.code ? { valueCodeableConcept: writeConcept({ ...value.code, originalText: value.text }) } : textValue(value.text);
    case 'text':
      return textValue(value.text);
    case 'time': {
      const time = fhirOfHl7(value.value, context.zone);
      return time === undefined ? textValue(value.value) : { valueDateTime: time };
    }
    case 'ratio':
      return writeRatio(value, context);
    case 'boolean':
      return { valueBoolean: value.value };
    case 'attachment':
      return textValue('document joint');
    case 'absent':
      return { dataAbsentReason: absence(value) };
  }
}

export function absence({ nullFlavor, reason: said }: Omit<ResultValue & { type: 'absent' }, 'type'>): Node {
  const reason = ABSENT_REASONS[nullFlavor];
  const coding = [{ system: DATA_ABSENT_REASON, code: reason ?? 'unknown' }];
  if (said) return { coding, ...writeConcept(said) };
  if (reason !== undefined) return { coding };
  return { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor', valueCode: nullFlavor }], coding };
}

function writeQuantityValue(value: ResultValue & { type: 'quantity' }, context: WriteContext): Node {
  const quantity = writeQuantity(value, context);
  if (!quantity) return textValue(words(value.value, value.unit));
  const others = (value.translations ?? []).flatMap((other) => writeQuantity(other, context) ?? []);
  if (others.length === 0) return { valueQuantity: quantity };
  const extension = [
    ...((quantity['extension'] as Node[] | undefined) ?? []),
    ...others.map((valueQuantity) => ({ url: PQ_TRANSLATION, valueQuantity })),
  ];
  return { valueQuantity: { ...quantity, extension } };
}

/** A bound that says whether it counts is a comparator; one that is silent stays so, as a Range with one end (see readRange). */
function writeRange({ low, high }: ResultValue & { type: 'range' }, context: WriteContext): Node {
  const [one, sign] = low ? [low, '>'] : [high, '<'];
  if (one && !(low && high) && one.inclusive !== undefined) {
    const quantity = writeQuantity(one, context);
    return quantity
      ? { valueQuantity: { ...quantity, comparator: one.inclusive ? `${sign}=` : sign } }
      : textValue(words(sign, one.value, one.unit));
  }
  const ends = { low: low && writeQuantity(low, context), high: high && writeQuantity(high, context) };
  const isNumbers = (low === undefined || ends.low) && (high === undefined || ends.high);
  return isNumbers ? { valueRange: compact(ends) } : textValue(words(low?.value, '–', high?.value, high?.unit ?? low?.unit));
}

function writeRatio({ numerator, denominator }: ResultValue & { type: 'ratio' }, context: WriteContext): Node {
  const [over, under] = [numerator, denominator].map(({ comparator, ...quantity }) => {
    const written = writeQuantity(quantity, context);
    return written && { ...written, ...(comparator && { comparator }) };
  });
  return over && under ? { valueRatio: { numerator: over, denominator: under } } : textValue(printRatio({ numerator, denominator }));
}

const INTERPRETATIONS = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
export const writeInterpretation = (code: string): Node => ({ coding: [{ system: INTERPRETATIONS, code }] });

/** FHIR's interval has no exclusive end: one is said in words beside it, since a reader must not take it for inclusive. */
export function writeReference(range: ReferenceRange, context: WriteContext): Node {
  const isExclusive = [range.low, range.high].some((bound) => bound?.inclusive === false);
  const sign = (bound: Bound | undefined, open: string, closed: string) =>
    bound ? words(bound.inclusive === false ? open : closed, bound.value, bound.unit) : undefined;
  const spelled = isExclusive ? words(sign(range.low, '>', '≥'), sign(range.high, '<', '≤')) : undefined;
  const low = range.low && writeQuantity(range.low, context);
  const high = range.high && writeQuantity(range.high, context);
  const unsaid = (range.low && !low) || (range.high && !high) ? words(range.low?.value, '–', range.high?.value) : undefined;
  return compact({
    low,
    high,
    type: range.interpretation === undefined ? undefined : writeInterpretation(range.interpretation),
    appliesTo: (range.preconditions ?? []).map((precondition: Coded) => writeConcept(precondition)),
    text: range.text ?? spelled ?? unsaid,
  });
}
