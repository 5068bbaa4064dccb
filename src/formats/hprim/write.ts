import type { LabReport, PrintedPatient, ReferenceRange, Result, ResultValue } from '../lab-report.ts';
import { INS_ROOTS } from '../cda/oids.ts';
import { printedLabel, printReport } from '../print-report.ts';
import { printTime, printValue } from '../print-value.ts';
import { resultsOf } from '../results-of.ts';
import { inLatin1 } from './latin1.ts';
import { isCorrected } from './report.ts';
import { isDecimal } from './values.ts';

/** Widest code that the header has room for. */
const MAX_CODE = 10;

/**
 * Writes a report as HPRIM Médecin 3.0: header, the report as text, the coded part. In ISO-8859-1, which every reader of the field takes.
 *
 * HPRIM knows no INS: identifiers other than a short local number stay out, and the receiver has to identify the patient by himself.
 * Limits of an interval lose whether they are inside it; LOINC codes become local codes; the rest that it cannot say goes into the text.
 * `isCorrection`: its results correct some that were sent (status C); as the report says when not given.
 */
export function writeHprim(
  report: LabReport,
  { isCorrection = isCorrected(report) }: { isCorrection?: boolean | undefined } = {},
): Uint8Array {
  const text = [
    ...header(report),
    ...printedLines(report),
    '****LAB****',
    ...coded(report, isCorrection),
    '****FIN****',
    '****FINFICHIER****',
    '',
  ];
  return Buffer.from(inLatin1(text.join('\r\n')), 'latin1');
}

/** A line of the text that looks like a mark would end the dossier. */
const printedLines = (report: LabReport): string[] =>
  printReport(report).map((text) => (text.trim().startsWith('****') ? text.replace('****', '*') : text));

/** One line of text: nothing that would end it, or end a field of the coded part. */
const line = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();
const cell = (text: string | undefined): string => line(text).replaceAll('|', '/');

function header(report: LabReport): string[] {
  const { patient, custodian, recipients, createdAt } = report;
  const code = patient.ids.find(({ root, extension = '' }) => !INS_ROOTS.includes(root) && extension.length <= MAX_CODE)?.extension;
  const sender = custodian.ids.find(({ extension = '' }) => extension !== '' && extension.length <= MAX_CODE)?.extension ?? '';
  const dossier = (report.setId ?? report.id).extension ?? '';
  const [recipient] = recipients ?? [];
  return [
    line(code),
    line(patient.usedFamily ?? patient.birthFamily),
    line(patient.usedGiven ?? patient.firstBirthGiven),
    ...addressLines(patient),
    day(patient.birthDate),
    '',
    dossier.length > MAX_CODE ? '' : line(dossier),
    day(createdAt),
    sender === '' ? `${' '.repeat(MAX_CODE + 1)}${line(custodian.name)}` : `${sender.padEnd(MAX_CODE)} ${line(custodian.name)}`,
    recipient ? `${' '.repeat(MAX_CODE + 1)}${line([recipient.name?.given, recipient.name?.family].filter(Boolean).join(' '))}` : '',
  ];
}

const day = (time: string | undefined): string => (time && /^\d{8}/.test(time) ? printTime(time.slice(0, 8)) : '');

function addressLines({ addresses }: PrintedPatient): [string, string, string] {
  const [address] = addresses ?? [];
  if (!address) return ['', '', ''];
  if (address.lines) {
    const [first, second, third, ...more] = address.lines.map(line);
    return [first ?? '', second ?? '', [third, ...more].filter(Boolean).join(' ')];
  }
  const { houseNumber, streetName, additionalLocator, unitId, postalCode, city } = address;
  return [
    line([houseNumber, streetName].filter(Boolean).join(' ')),
    line([additionalLocator, unitId].filter(Boolean).join(' ')),
    line([postalCode, city].filter(Boolean).join(' ')),
  ];
}

function coded(report: LabReport, isCorrection: boolean): string[] {
  const lines: string[] = [];
  for (const { result } of resultsOf(report)) {
    const { type, text, unit, second } = fieldsOf(result.value);
    const own = result.code.code === undefined ? result.code.translations?.[0]?.code : result.code.code;
    const [low, high] = boundsOf(result.reference);
    const [low2, high2] = boundsOf(result.otherReferences?.[0]);
    const fields = [
      cell(printedLabel(result)),
      cell(own),
      type,
      cell(text),
      cell(unit),
      low,
      high,
      flagOf(result),
      statusOf(result, isCorrection),
    ];
    const more = [cell(second?.value), cell(second?.unit), low2, high2];
    lines.push(`RES|${(more.some((field) => field !== '') ? [...fields, ...more] : fields).join('|')}`);
  }
  return lines;
}

interface ValueFields {
  type: 'N' | 'A';
  text: string;
  unit?: string | undefined;
  second?: { value: string; unit?: string | undefined } | undefined;
}

function fieldsOf(value: ResultValue | undefined): ValueFields {
  if (!value || value.type === 'absent') return { type: 'A', text: '' };
  if (value.type === 'quantity' && isDecimal(value.value)) {
    return { type: 'N', text: value.value, unit: value.unit, second: value.translations?.[0] };
  }
  if (value.type === 'range' && !(value.low && value.high)) {
    const bound = (value.high ?? value.low)!;
    const sign = value.high ? '<' : '>';
    return { type: 'A', text: `${sign}${bound.inclusive === false ? '' : '='} ${bound.value}`, unit: bound.unit };
  }
  return { type: 'A', ...printValue(value) };
}

function boundsOf(range: ReferenceRange | undefined): [string, string] {
  if (!range) return ['', ''];
  const { low, high } = range;
  if (range.text !== undefined && !low && !high) return [cell(range.text), ''];
  return [cell(low?.value), cell(high?.value)];
}

const flagOf = ({ interpretations }: Result): string => cell(interpretations?.[0]);

const statusOf = ({ status }: Result, isCorrection: boolean): string =>
  status === 'active' ? 'P' : status === 'completed' ? (isCorrection ? 'C' : 'F') : 'X';
