import type { Bound, PrintedQuantity, RatioSide, ReferenceRange, ResultValue } from '../lab-report.ts';
import { printUnit } from '../print-value.ts';
import { compact, extensionOf, type Node, nodeOf, nodesOf, textOf } from './json.ts';
import { readConcept } from './systems.ts';
import { hl7OfFhir } from './times.ts';

const UCUM = 'http://unitsofmeasure.org';
const NULL_FLAVOR = 'http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor';
export const PQ_TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-PQ-translation';
/** A decimal that JSON cannot write as printed (`+5`, `05`), beside the number that it is. */
export const AS_PRINTED = 'http://hl7.org/fhir/StructureDefinition/iso21090-ST-translation';

export const DATA_ABSENT_REASON = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';

/** DataAbsentReason → HL7 NullFlavor, for those that mean the same. */
const NULL_FLAVORS: Readonly<Record<string, string>> = {
  unknown: 'UNK',
  'asked-unknown': 'ASKU',
  'temp-unknown': 'NAV',
  'not-asked': 'NASK',
  masked: 'MSK',
  'not-applicable': 'NA',
  'not-a-number': 'NI',
  'negative-infinity': 'NINF',
  'positive-infinity': 'PINF',
};
export const ABSENT_REASONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(NULL_FLAVORS).map(([reason, flavor]) => [flavor, reason]),
);

/**
 * The value of an Observation or of one of its components, as sent. A type that the laboratory model does not have becomes text, so that no
 * value is lost.
 */
export function readValue(holder: Node): ResultValue | undefined {
  const quantity = holder['valueQuantity'];
  if (quantity !== undefined) return readQuantityValue(nodeOf(quantity));
  if (holder['valueCodeableConcept'] !== undefined) {
    const code = readConcept(holder['valueCodeableConcept']);
    return code && { type: 'coded', code };
  }
  if (holder['valueRange'] !== undefined) return readRange(nodeOf(holder['valueRange']));
  if (holder['valueRatio'] !== undefined) return readRatio(nodeOf(holder['valueRatio']));
  return readPrimitive(holder) ?? readAbsence(holder);
}

function readPrimitive(holder: Node): ResultValue | undefined {
  const string = textOf(holder['valueString']);
  if (string !== undefined) return { type: 'text', text: string };
  const integer = textOf(holder['valueInteger']);
  if (integer !== undefined) return { type: 'integer', value: integer };
  if (typeof holder['valueBoolean'] === 'boolean') return { type: 'boolean', value: holder['valueBoolean'] };
  const time = textOf(holder['valueDateTime']);
  if (time !== undefined) {
    const value = hl7OfFhir(time);
    return value === undefined ? { type: 'text', text: time } : { type: 'time', value };
  }
  const clock = textOf(holder['valueTime']);
  if (clock !== undefined) return { type: 'text', text: clock };
  const { start, end } = nodeOf(holder['valuePeriod']);
  if (start !== undefined || end !== undefined) return { type: 'text', text: `${textOf(start) ?? '…'} – ${textOf(end) ?? '…'}` };
  const data = textOf(nodeOf(holder['valueSampledData'])['data']);
  return data === undefined ? undefined : { type: 'text', text: data };
}

function readAbsence(holder: Node): ResultValue | undefined {
  const reason = nodeOf(holder['dataAbsentReason']);
  if (Object.keys(reason).length === 0) return undefined;
  const flavour = textOf(extensionOf(reason, NULL_FLAVOR)?.['valueCode']);
  const codes = nodesOf(reason['coding']).flatMap(({ code }) => textOf(code) ?? []);
  const known = codes.map((code) => NULL_FLAVORS[code]).find(Boolean);
  const isAll = reason['text'] === undefined && (flavour ?? known) !== undefined;
  const { nullFlavor: _, ...said } = readConcept(reason) ?? {};
  return compact({
    type: 'absent',
    nullFlavor: flavour ?? known ?? 'UNK',
    reason: isAll || Object.keys(said).length === 0 ? undefined : said,
  }) as ResultValue;
}

/** The DataAbsentReason of a value that is not there, by its code and its words; `unknown` when nothing tells. */
export function absentReason(value: ResultValue | undefined): { reason: string; text?: string } {
  if (value?.type !== 'absent') return { reason: 'unknown' };
  const { nullFlavor, reason } = value;
  const coded = [reason, ...(reason?.translations ?? [])].find((one) => one?.system === DATA_ABSENT_REASON)?.code;
  const text = reason?.originalText ?? reason?.display;
  return { reason: coded ?? ABSENT_REASONS[nullFlavor] ?? 'unknown', ...(text !== undefined && { text }) };
}

/** Number and unit; the UCUM code when the unit has one, otherwise its words. Undefined when it holds no number. */
function readQuantity(given: Node): PrintedQuantity | undefined {
  const value = textOf(extensionOf(given, AS_PRINTED)?.['valueString']) ?? textOf(given['value']);
  if (value === undefined) return undefined;
  const isUcum = given['system'] === UCUM;
  const words = textOf(given['unit']);
  const unit = (isUcum ? textOf(given['code']) : undefined) ?? words ?? textOf(given['code']);
  if (unit === undefined) return { value };
  return words === undefined || words === unit || words === printUnit(unit) ? { value, unit } : { value, unit, said: words };
}

function readQuantityValue(given: Node): ResultValue | undefined {
  const quantity = readQuantity(given);
  if (!quantity) return wordsOfQuantity(given);
  const comparator = textOf(given['comparator']);
  if (comparator === undefined) {
    const translations = nodesOf(given['extension'])
      .filter(({ url }) => url === PQ_TRANSLATION)
      .flatMap((extension) => readQuantity(nodeOf(extension['valueQuantity'])) ?? []);
    return { type: 'quantity', ...quantity, ...(translations.length > 0 && { translations }) };
  }
  const bound: Bound = { ...quantity, inclusive: comparator.endsWith('=') };
  if (comparator === '<' || comparator === '<=') return { type: 'range', high: bound };
  if (comparator === '>' || comparator === '>=') return { type: 'range', low: bound };
  // `ad` (sufficient to achieve) is of R5, others are slips: never shown as the plain number that they are not.
  return { type: 'text', text: [comparator, quantity.value, quantity.unit].filter(Boolean).join(' ') };
}

/** A quantity with a unit and no number says at least why: its absent reason, or its words. */
function wordsOfQuantity(given: Node): ResultValue | undefined {
  const text = textOf(given['unit']) ?? textOf(given['code']);
  return text === undefined ? undefined : { type: 'text', text };
}

/** One end alone is a value beyond what the method measures, whose sender did not say whether the end counts. */
function readRange(given: Node): ResultValue | undefined {
  const low = readQuantity(nodeOf(given['low']));
  const high = readQuantity(nodeOf(given['high']));
  return low || high ? { type: 'range', ...(low && { low }), ...(high && { high }) } : undefined;
}

function readRatio(given: Node): ResultValue | undefined {
  const [numerator, denominator] = [readSide(nodeOf(given['numerator'])), readSide(nodeOf(given['denominator']))];
  if (numerator && denominator) return { type: 'ratio', numerator, denominator };
  return numerator && readQuantityValue(nodeOf(given['numerator']));
}

function readSide(given: Node): RatioSide | undefined {
  const quantity = readQuantity(given);
  const comparator = textOf(given['comparator']);
  return quantity && { ...quantity, ...(isComparator(comparator) && { comparator }) };
}

const isComparator = (text: string | undefined): text is NonNullable<RatioSide['comparator']> =>
  text === '<' || text === '<=' || text === '>' || text === '>=';

export function readReference(given: Node): ReferenceRange | undefined {
  const interpretation = nodesOf(nodeOf(given['type'])['coding']).flatMap(({ code }) => textOf(code) ?? [])[0];
  const preconditions = nodesOf(given['appliesTo']).flatMap((concept) => readConcept(concept) ?? []);
  const age = nodeOf(given['age']);
  const ageText = Object.keys(age).length > 0 ? [{ originalText: ageWords(age) }] : [];
  const read = compact({
    low: readQuantity(nodeOf(given['low'])),
    high: readQuantity(nodeOf(given['high'])),
    text: textOf(given['text']),
    interpretation: interpretation === 'normal' ? undefined : interpretation,
    preconditions: [...preconditions, ...ageText],
  }) as ReferenceRange;
  return Object.keys(read).length > 0 ? read : undefined;
}

function ageWords(age: Node): string {
  const end = (side: 'low' | 'high') => {
    const quantity = readQuantity(nodeOf(age[side]));
    return quantity ? [quantity.value, quantity.unit].filter(Boolean).join(' ') : '';
  };
  return `âge ${end('low')} – ${end('high')}`;
}
