import type { LabReport, PrintedPatient, ReferenceRange, Result, ResultValue } from '../lab-report.ts';
import { INS_ROOTS } from '../cda/oids.ts';
import { narrativeToText } from '../cda/narrative-html.ts';
import { printReference, printTime, printValue } from '../print-value.ts';
import { resultsOf } from '../results-of.ts';
import { isDecimal } from './values.ts';

export interface HprimFile {
  bytes: Uint8Array;
  /** What the report says and the file does not, one sentence each, in no patient's words. */
  losses: string[];
}

/** Widest code that the header has room for. */
const MAX_CODE = 10;

/**
 * Writes a report as HPRIM Médecin 3.0: header, the report as text, the coded part. In ISO-8859-1, which every reader of the field takes.
 *
 * HPRIM knows no INS: identifiers other than a short local number stay out, and the receiver has to identify the patient by himself.
 */
export function writeHprim(report: LabReport): HprimFile {
  const losses = new Set<string>();
  const text = [
    ...header(report, losses),
    ...printed(report),
    '****LAB****',
    ...coded(report, losses),
    '****FIN****',
    '****FINFICHIER****',
    '',
  ];
  tellLosses(report, losses);
  const { bytes, isWhole } = toLatin1(text.join('\r\n'));
  if (!isWhole) losses.add('characters outside ISO-8859-1 are replaced');
  return { bytes, losses: [...losses] };
}

/** One line of text: nothing that would end it, or end a field of the coded part. */
const line = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();
const cell = (text: string | undefined): string => line(text).replaceAll('|', '/');

function header(report: LabReport, losses: Set<string>): string[] {
  const { patient, custodian, recipients, createdAt } = report;
  const code = patient.ids.find(({ root, extension = '' }) => !INS_ROOTS.includes(root) && extension.length <= MAX_CODE)?.extension;
  if (patient.ids.some(({ extension }) => extension !== code))
    losses.add('identifiers of the patient that HPRIM has no room for, the INS among them');
  const sender = custodian.ids.find(({ extension = '' }) => extension !== '' && extension.length <= MAX_CODE)?.extension ?? '';
  const dossier = (report.setId ?? report.id).extension ?? '';
  if (dossier.length > MAX_CODE) losses.add('a dossier number longer than ten characters');
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

/** Columns of the printed report, in characters: eighty in all, as printers had. */
const [LABEL, VALUE, UNIT] = [34, 14, 12];

/** The report as text: what the laboratory wrote when it is text, else one line a result. */
function printed(report: LabReport): string[] {
  const lines: string[] = [];
  for (const section of report.sections) {
    if (section.kind === 'pdf-copy') continue;
    if (report.format !== 'hprim' || section.kind === 'comment') lines.push(line(section.title).toUpperCase());
    if (report.format === 'hprim' && section.narrative !== undefined)
      lines.push(...narrativeToText(section.narrative).replaceAll('\u00a0', ' ').split('\n'));
  }
  let chapter: unknown;
  for (const { result, section, battery, isolate } of report.format === 'hprim' ? [] : resultsOf(report)) {
    const title = line([section.title, battery?.code?.display, isolate?.organism.display].filter(Boolean).join(' - '));
    if (title !== chapter) lines.push('', title);
    chapter = title;
    lines.push(...printedResult(result));
  }
  return lines.map((text) => (text.trim().startsWith('****') ? text.replace('****', '*') : text));
}

function printedResult(result: Result): string[] {
  const { text, unit } = printValue(result.value);
  const flag = result.interpretations?.some((code) => /^(?:H|L|HH|LL|A|AA|HX|LX)$/.test(code)) ? '*' : ' ';
  const reference = printReference(result.reference);
  const first = `${label(result).slice(0, LABEL).padEnd(LABEL)}${line(text).padStart(VALUE)} ${flag}${line(unit).padEnd(UNIT)}${line(reference)}`;
  const previous = (result.previous ?? []).map(
    ({ at, value }) => `    ${printTime(at)} : ${[printValue(value).text, printValue(value).unit].filter(Boolean).join(' ')}`,
  );
  return [
    first.trimEnd(),
    ...previous,
    ...(result.comments ?? []).flatMap((comment) => comment.split('\n').map((words) => `    ${words}`)),
  ];
}

function label({ code }: Result): string {
  const own = code.translations?.[0];
  return line(code.originalText ?? code.display ?? own?.display ?? code.code ?? own?.code);
}

function coded(report: LabReport, losses: Set<string>): string[] {
  const lines: string[] = [];
  for (const { result } of resultsOf(report)) {
    const { type, text, unit, second } = fieldsOf(result.value, losses);
    const own = result.code.code === undefined ? result.code.translations?.[0]?.code : result.code.code;
    const [low, high] = boundsOf(result.reference, losses);
    const [low2, high2] = boundsOf(result.otherReferences?.[0], losses);
    const fields = [cell(label(result)), cell(own), type, cell(text), cell(unit), low, high, flagOf(result, losses), statusOf(result)];
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

function fieldsOf(value: ResultValue | undefined, losses: Set<string>): ValueFields {
  if (!value || value.type === 'absent') return { type: 'A', text: '' };
  if (value.type === 'quantity' && isDecimal(value.value)) {
    if ((value.translations?.length ?? 0) > 1) losses.add('a value in more than two units');
    return { type: 'N', text: value.value, unit: value.unit, second: value.translations?.[0] };
  }
  if (value.type === 'range' && !(value.low && value.high)) {
    const bound = (value.high ?? value.low)!;
    const sign = value.high ? '<' : '>';
    return { type: 'A', text: `${sign}${bound.inclusive === false ? '' : '='} ${bound.value}`, unit: bound.unit };
  }
  if (value.type !== 'text') losses.add('the type of values that are neither numbers nor words');
  return { type: 'A', ...printValue(value) };
}

function boundsOf(range: ReferenceRange | undefined, losses: Set<string>): [string, string] {
  if (!range) return ['', ''];
  const { low, high } = range;
  if (low?.inclusive !== undefined || high?.inclusive !== undefined) losses.add('whether the limits of an interval are inside it');
  if (range.text !== undefined && !low && !high) return [cell(range.text), ''];
  return [cell(low?.value), cell(high?.value)];
}

function flagOf({ interpretations }: Result, losses: Set<string>): string {
  const [first = '', second] = interpretations ?? [];
  if (second !== undefined) losses.add('flags after the first of a result');
  return cell(first);
}

const statusOf = ({ status }: Result): string => (status === 'active' ? 'P' : status === 'completed' ? 'F' : 'X');

function tellLosses(report: LabReport, losses: Set<string>): void {
  if (report.pdf) losses.add('the PDF of the laboratory');
  if (report.legalAuthenticator ?? report.validators[0]) losses.add('who signed and validated');
  if (report.encounter) losses.add('the stay or visit');
  if (report.orders.length > 0) losses.add('the orders');
  if (report.version > 1 || report.replaces.length > 0) losses.add('the version, and which report it replaces');
  if ((report.recipients?.length ?? 0) > 1) losses.add('recipients after the first');
  const { patient } = report;
  if (patient.sex !== undefined || patient.birthPlace || patient.birthFamily !== undefined)
    losses.add('sex, birth name and place of birth of the patient');
  for (const { result, specimen, battery, isolate } of resultsOf(report)) {
    if (result.code.code !== undefined && result.code.system !== undefined) losses.add('the code systems: LOINC codes become local codes');
    if (specimen) losses.add('specimens');
    if (battery?.code || isolate) losses.add('batteries and isolates, but as titles of the text');
    if (result.method || result.device) losses.add('methods and devices');
    if (result.previous) losses.add('previous values, but in the text');
    if (result.comments) losses.add('comments, but in the text');
    if (result.media) losses.add('pictures and documents of results');
    if (result.reference && !result.reference.low && !result.reference.high) losses.add('intervals in words, but in the text');
    if ((result.otherReferences?.length ?? 0) > 1) losses.add('intervals after the second');
    if (result.value?.type === 'range' && result.value.low && result.value.high) losses.add('values between two limits, but as words');
    if (result.at !== undefined && !report.createdAt.startsWith(result.at.slice(0, 8))) losses.add('the time of sampling of each result');
  }
}

const NEARLY: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  Œ: 'OE',
  œ: 'oe',
  '’': "'",
  '–': '-',
  '—': '-',
  '€': 'EUR',
  μ: 'µ',
  '\u2028': ' ',
};

function toLatin1(text: string): { bytes: Uint8Array; isWhole: boolean } {
  let isWhole = true;
  const latin = text.replace(/[\u0100-\u{10ffff}]/gu, (c) => {
    if (c !== 'μ') isWhole = false;
    return NEARLY[c] ?? '?';
  });
  return { bytes: Buffer.from(latin, 'latin1'), isWhole };
}
