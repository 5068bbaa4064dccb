import { Refusal } from '#kernel';
import type { Address, LabReport, PrintedPatient, ReferenceRange, Result, Section } from '../lab-report.ts';
import {
  type HprimParty,
  type HprimReading,
  keepUnread,
  localCode,
  localId,
  narrativeOf,
  refuseTooMany,
  reportOf,
  warn,
} from './report.ts';
import { isDecimal, readBounds, readDate, readFlags, readStatus, readValue } from './values.ts';

/** Lines of the header, in their order. */
const HEADER_LINES = 12;
const LAB = '****LAB****';
const END = '****FIN****';
const END_OF_FILE = '****FINFICHIER****';
const MAX_DOSSIERS = 500;
/** RES has fourteen; a line with many more is none. */
const MAX_FIELDS = 32;

/**
 * HPRIM Médecin 3.0 (1997): twelve lines of header, the report as text, and often the results again in a coded part.
 * Each dossier of the file is a report.
 *
 * @throws Refusal `report.unreadable` for a cut header or a dossier without the name of a patient
 */
export function readMedecin(text: string): LabReport[] {
  const lines = text.split(/\r\n|\n|\r/);
  const { dossiers, rest } = dossiersIn(lines);
  const reports = dossiers.map(({ start, end }) => readDossier(lines, start, end));
  if (rest !== undefined) warnOfRest(reports.at(-1)!, rest);
  return reports;
}

/** Each dossier as a file of its own, in the same words. @throws Refusal as `readMedecin` */
export function medecinDossiers(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  return dossiersIn(lines).dossiers.map(({ start, end }) => [...lines.slice(start, end), END, END_OF_FILE, ''].join('\r\n'));
}

/** Where each dossier stands, by numbers of lines; `rest`: lines after the last, too few to be one. */
function dossiersIn(lines: readonly string[]): { dossiers: { start: number; end: number }[]; rest?: number } {
  const dossiers: { start: number; end: number }[] = [];
  let start = 0;
  for (let n = 0; n < lines.length; n++) {
    const mark = lines[n]!.trim();
    if (mark === END || (mark === END_OF_FILE && hasWords(lines, start, n))) dossiers.push({ start, end: n });
    if (mark === END || mark === END_OF_FILE) start = n + 1;
    if (dossiers.length > MAX_DOSSIERS) throw new Refusal('report.hostile', `more than ${MAX_DOSSIERS} dossiers`, { at: `line ${n + 1}` });
  }
  if (hasWords(lines, start, lines.length)) {
    if (dossiers.length > 0 && lines.length - start < HEADER_LINES) return { dossiers, rest: start };
    dossiers.push({ start, end: lines.length });
  }
  if (dossiers.length === 0) throw new Refusal('report.unreadable', 'the file holds no dossier', { at: 'line 1' });
  return { dossiers };
}

const hasWords = (lines: readonly string[], from: number, to: number): boolean => lines.slice(from, to).some((line) => line.trim() !== '');

const warnOfRest = (report: LabReport, start: number) =>
  report.warnings.push({
    code: 'hprim.line',
    at: `line ${start + 1}`,
    message: 'lines after the last dossier, too few to be one: not read',
  });

/** A header field; `.` is what some software writes for none. */
const field = (line: string | undefined): string | undefined => {
  const text = (line ?? '').trim();
  return text === '' || text === '.' ? undefined : text;
};

function readDossier(lines: readonly string[], start: number, end: number): LabReport {
  if (end - start < HEADER_LINES)
    throw new Refusal('report.unreadable', 'the header has fewer than twelve lines', { at: `line ${start + 1}` });
  const at = (n: number) => field(lines[start + n - 1]);
  const sender = readParty(lines[start + 10]!);
  const r: HprimReading = { senderCode: sender.code, warnings: [], unread: [] };
  const date = readDate(at(10) ?? '');
  if (date === undefined) warn(r, 'hprim.date', start + 10, 'the date of the dossier is not a date JJ/MM/AAAA');
  const recipient = readParty(lines[start + 11]!);
  const dossier = at(9);
  return reportOf(r, {
    modelVersion: 'medecin-3.0',
    sender,
    ...(Object.keys(recipient).length > 0 && { recipient }),
    ...(dossier !== undefined && { dossier }),
    date: date ?? '',
    patient: readPatient(r, at, start),
    sections: readBody(r, lines, { start: start + HEADER_LINES, end, date }),
    source: lines.slice(start, end),
  });
}

/** Ten characters of code, then a name; software that does not pad puts one blank between them. */
function readParty(line: string): HprimParty {
  const text = field(line);
  if (text === undefined) return {};
  if (/^\s/.test(line)) return { name: text };
  const blank = text.search(/\s/);
  const code = field(blank < 0 ? text : text.slice(0, blank));
  const name = field(blank < 0 ? text : text.slice(blank));
  if ((code?.length ?? 0) > 10) return { name: text };
  return { ...(code !== undefined && { code }), ...(name !== undefined && { name }) };
}

/**
 * The name is that in use, without the qualifier that would make it a name of birth. Line 8 is the number of the insured person, who
 * may be another: never an identifier. A code of line 1 without any digit is what some software writes there instead: not one either.
 */
function readPatient(r: HprimReading, at: (n: number) => string | undefined, start: number): PrintedPatient {
  const family = at(2);
  if (family === undefined) throw new Refusal('report.unreadable', 'the dossier names no patient', { at: `line ${start + 2}` });
  const code = at(1);
  const isCode = code !== undefined && /\d/.test(code);
  if (code !== undefined && !isCode)
    warn(r, 'hprim.patient-code', start + 1, 'the code of the patient holds no digit: not taken for an identifier');
  const given = at(3);
  const birthDate = readDate(at(7) ?? '');
  if (birthDate === undefined && at(7) !== undefined) warn(r, 'hprim.birth-date', start + 7, 'the date of birth is not a date JJ/MM/AAAA');
  const address = readAddress(at);
  return {
    ids: isCode ? localId(r, 'patient', code) : [],
    usedFamily: family,
    ...(given !== undefined && { usedGiven: given }),
    ...(birthDate !== undefined && { birthDate }),
    ...(address && { addresses: [address] }),
  };
}

function readAddress(at: (n: number) => string | undefined): Address | undefined {
  const lines = [at(4), at(5), at(6)].filter((line) => line !== undefined);
  return lines.length > 0 ? { lines } : undefined;
}

function readBody(
  r: HprimReading,
  lines: readonly string[],
  { start, end, date }: { start: number; end: number; date: string | undefined },
): Section[] {
  let mark = start;
  while (mark < end && lines[mark]!.trim() !== LAB) mark++;
  const printed = lines.slice(start, mark);
  const results: Result[] = [];
  const repeated: string[] = [];
  for (let n = mark + 1; n < end; n++) readCodedLine(r, { line: lines[n]!, n: n + 1, date }, results, repeated);
  if (mark === end) warn(r, 'hprim.no-results', start + 1, 'the dossier has no coded part: its words are read, and no result');
  const known = new Set(printed.map((line) => line.trim()));
  const narrative = narrativeOf(trimmedLines([...printed, ...repeated.filter((line) => !known.has(line.trim()))]));
  const status = results.some((result) => result.status === 'active') ? 'active' : 'completed';
  return [
    {
      kind: 'chapter',
      title: 'Résultats',
      ...(narrative !== '' && { narrative }),
      entries: results.length > 0 ? [{ status, items: results }] : [],
      sections: [],
    },
  ];
}

function trimmedLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

interface CodedLine {
  line: string;
  n: number;
  date: string | undefined;
}

function readCodedLine(r: HprimReading, coded: CodedLine, results: Result[], repeated: string[]): void {
  const { line, n } = coded;
  const text = line.trim();
  if (text === '') return;
  const fields = text.split('|', MAX_FIELDS).map((part) => part.trim());
  switch (fields[0]) {
    case 'TEX':
      repeated.push(line.slice(line.indexOf('|') + 1).replace(/^TEX$/, ''));
      break;
    case 'LAB':
    case 'COM':
    case 'PAT':
      repeated.push(fields.slice(1).join(' '));
      break;
    case 'RES': {
      const result = readResult(r, fields, coded);
      if (result) results.push(result);
      refuseTooMany(results.length, n);
      break;
    }
    default:
      keepUnread(r, n, line, 'the line of the coded part starts with none of TEX, RES, LAB, COM, PAT');
  }
}

/** Fields of RES: label, code, type, value, unit, lower and upper bound, flag, status, then the value again in a second unit. */
function readResult(r: HprimReading, fields: readonly string[], { line, n, date }: CodedLine): Result | undefined {
  const [, label = '', code = '', type = '', text = '', unitText = '', low = '', high = '', flag = '', state = ''] = fields;
  const status = readStatus(state);
  if ((label === '' && text === '') || status === undefined || fields.length > 15) {
    keepUnread(
      r,
      n,
      line,
      status === undefined ? 'the result has a status that HPRIM does not know' : 'the result has neither label nor value',
    );
    return undefined;
  }
  if (state === 'C') r.isCorrection = true;
  const unit = unitText || undefined;
  const value = readValue(type, text, unit);
  if (type === 'N' && text !== '' && value?.type === 'text')
    warn(r, 'hprim.number', n, 'a numeric result whose value is no number: read as words');
  const reference = readBounds(low, high, unit);
  const flags = readFlags(flag);
  const result: Result = {
    kind: 'result',
    code: localCode(r, code, label),
    status,
    ...(date !== undefined && { at: date }),
    ...(value && { value }),
    ...(flags && { interpretations: flags }),
    ...(reference && { reference }),
  };
  takeSecondUnit(result, fields);
  return result;
}

/** The same value in another unit, with its own interval: four fields, though some software reads three. */
function takeSecondUnit(result: Result, fields: readonly string[]): void {
  const [text = '', unit = '', low = '', high = ''] = fields.slice(10);
  if (text !== '') {
    const isSame = result.value?.type === 'quantity' && isDecimal(text) && unit !== '';
    if (isSame && result.value?.type === 'quantity') result.value.translations = [{ value: text.replace(',', '.'), unit }];
    else result.otherValues = [readValue('A', text, unit || undefined)!];
  }
  const range: ReferenceRange | undefined = readBounds(low, high, unit || undefined);
  if (range) result.otherReferences = [range];
}
