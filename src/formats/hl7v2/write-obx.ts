import { FINESS_ROOT } from '../cda/oids.ts';
import type { Bound, LabReport, PrintedQuantity, ReferenceRange, Result, ResultValue } from '../lab-report.ts';
import { isCompared, printRatio } from '../print-value.ts';
import type { Line, Order } from './orders-of.ts';
import { composite, lines, repeated, segment, words, writeCwe, writeEi, writeXcn } from './write-types.ts';

/** OBX and NTE of the lines of one order. @param count lines written so far in the message */
export function writeLines(report: LabReport, order: Order, count: { n: number }): string[] {
  // A preliminary report, or order, says so once for all that it holds.
  const isPreliminary = order.status === 'active' || report.events.some(({ status }) => status === 'active');
  return order.lines.flatMap((line) => {
    const n = String(++count.n);
    if ('document' in line) return [documentLine(line.document, n)];
    const validators = line.result.validators ?? order.validators ?? [];
    const notes = (line.result.comments ?? []).map((text, k) => segment('NTE', [1, String(k + 1)], [2, 'L'], [3, lines(text)]));
    return [resultLine(line, { n, isPreliminary, validators }), ...notes];
  });
}

function documentLine(document: Extract<Line, { document: unknown }>['document'], n: string): string {
  const [type = '', subtype = ''] = document.mediaType.split('/', 2);
  const code = ('type' in document ? document.type : undefined) ?? { originalText: 'Document joint' };
  return segment(
    'OBX',
    [1, n],
    [2, 'ED'],
    [3, writeCwe(code)],
    [5, `${composite('', type, subtype)}^Base64^${document.base64}`],
    [11, 'F'],
  );
}

function resultLine(
  { result, subId }: Extract<Line, { result: unknown }>,
  { n, isPreliminary, validators }: { n: string; isPreliminary: boolean; validators: NonNullable<Result['validators']> },
): string {
  const { type, values, unit } = writeValue(result);
  const { performer } = result;
  const producer = performer?.organization;
  const national = producer?.ids.find(({ root }) => root === FINESS_ROOT)?.extension;
  return segment(
    'OBX',
    [1, n],
    [2, type],
    [3, writeCwe(result.code)],
    [4, subId],
    [5, values],
    [6, unit === undefined ? '' : composite(unit, '', 'UCUM')],
    [7, words(writeRange(result.reference))],
    [8, repeated((result.interpretations ?? []).map((code) => words(code)!))],
    [11, statusOf(result, isPreliminary)],
    [14, words(result.at)],
    [15, producer && composite(national, producer.name)],
    [16, repeated(validators.map(writeXcn))],
    [17, writeCwe(result.method)],
    [18, result.device?.ids[0] && writeEi(result.device.ids[0])],
    [19, words(performer?.time)],
  );
}

/** A result that was withdrawn keeps its value: W says that it was wrong; without value, X that there is none. */
function statusOf({ status, value }: Result, isPreliminary: boolean): string {
  if (status === 'aborted' || status === 'cancelled') return value && value.type !== 'absent' ? 'W' : 'X';
  return status === 'active' || isPreliminary ? 'P' : 'F';
}

interface Written {
  type: string;
  /** OBX-5. */
  value: string;
  unit?: string | undefined;
}

/** OBX-2, 5 and 6. Values after the first are repetitions when they are of the same type. */
function writeValue({ value, otherValues = [] }: Result): { type: string; values: string; unit: string | undefined } {
  if (!value) return { type: 'ST', values: '', unit: undefined };
  const first = typed(value);
  const others = otherValues.map(typed).filter(({ type }) => type === first.type);
  return { type: first.type, values: repeated([first.value, ...others.map((other) => other.value)]), unit: first.unit };
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

function typed(value: ResultValue): Written {
  switch (value.type) {
    case 'quantity':
      return number(value);
    case 'integer':
    case 'real':
      return number({ value: value.value });
    case 'range':
      return range(value.low, value.high);
    case 'ratio':
      if (isCompared(value)) return { type: 'ST', value: words(printRatio(value)) ?? '' };
      return { type: 'SN', value: composite('', value.numerator.value, ':', value.denominator.value), unit: value.denominator.unit };
    case 'coded':
      return { type: 'CWE', value: writeCwe(value.code) };
    case 'coded-text':
      return { type: 'CWE', value: writeCwe({ ...value.code, originalText: value.text }) };
    case 'boolean':
      return { type: 'CWE', value: value.value ? 'Y^Oui^HL70136' : 'N^Non^HL70136' };
    case 'time':
      return { type: 'TS', value: words(value.value)! };
    case 'text':
      return { type: 'TX', value: lines(value.text) };
    case 'attachment': // A line of its own: see ordersOf.
    case 'absent':
      return { type: 'ST', value: '' };
  }
}

/** What is no plain number is text beside its unit: reading puts them together. */
const number = ({ value, unit }: PrintedQuantity): Written => ({ type: DECIMAL.test(value) ? 'NM' : 'ST', value: words(value)!, unit });

function range(low: Bound | undefined, high: Bound | undefined): Written {
  const unit = (high ?? low)?.unit;
  if (low && high) return { type: 'SN', value: composite('', low.value, '-', high.value), unit };
  if (high) return { type: 'SN', value: composite(comparator('<', high), high.value), unit };
  return { type: 'SN', value: low ? composite(comparator('>', low), low.value) : '', unit };
}

/** A bound that does not say whether it counts does, as CDA R2 has it. */
const comparator = (sign: '<' | '>', { inclusive }: Bound) => (inclusive === false ? sign : `${sign}=`);

/** OBX-7. */
function writeRange(reference: ReferenceRange | undefined): string | undefined {
  if (!reference) return undefined;
  const { low, high, text } = reference;
  if (low && high) return `${low.value}-${high.value}`;
  if (high) return `${comparator('<', high)}${high.value}`;
  return low ? `${comparator('>', low)}${low.value}` : text;
}
