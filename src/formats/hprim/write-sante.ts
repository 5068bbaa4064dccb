import { hash } from 'node:crypto';
import { INS_ROOTS, LOINC } from '../cda/oids.ts';
import type { Address, Bound, Coded, LabReport, Participant, PrintedPatient, ReferenceRange, Result, ResultValue } from '../lab-report.ts';
import { printedLabel } from '../print-report.ts';
import { printValue } from '../print-value.ts';
import { type ResultPlace, resultsOf } from '../results-of.ts';
import { inLatin1 } from './latin1.ts';
import { isCorrected } from './report.ts';
import { isDecimal } from './values.ts';

/** Separators of the header: fields, components, repetitions, escape, subcomponents. */
const [FIELD, COMPONENT, REPETITION, ESCAPE, SUBCOMPONENT] = '|~^\\&';
const VERSION = 'H2.2';
/** Link between a laboratory and a clinic or a hospital. */
const LINK = 'C';
/** Characters of a line: what is longer goes on in a segment A. */
const LONGEST_LINE = 218;
/** Widest number of a patient. */
const MAX_CODE = 36;

/**
 * Writes a report as HPRIM Santé 2.2, type ORU, in ISO-8859-1: what `readHprim` reads in it again. One order (OBR) a panel, or a section of
 * results that stand alone; positions are those of `readSante`.
 *
 * HPRIM Santé knows no INS: identifiers other than a local number stay out, and the receiver has to identify the patient by himself. Times lose
 * their offset; what else it cannot say is found by reading again what was written (`lossesBetween`).
 * `isCorrection`: its results correct some that were sent (status C); as the report says when not given.
 */
export function writeHprimSante(
  report: LabReport,
  { isCorrection = isCorrected(report) }: { isCorrection?: boolean | undefined } = {},
): Uint8Array {
  const segments = [headerOf(report), patientOf(report), ...ordersOf(report, isCorrection ? 'C' : 'F')];
  segments.push(['L', '1', '', '1', String(segments.length + 1)]);
  const lines = segments.flatMap((fields) => cut(inLatin1(fields.join(FIELD)).replace(/\|+$/, '')));
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');
}

/** A line no longer than others read; the next begins where it stopped. */
function cut(segment: string): string[] {
  const lines = [segment.slice(0, LONGEST_LINE)];
  const rest = LONGEST_LINE - 2;
  for (let at = LONGEST_LINE; at < segment.length; at += rest) lines.push(`A${FIELD}${segment.slice(at, at + rest)}`);
  return lines;
}

const ESCAPES: Readonly<Record<string, string>> = {
  [FIELD!]: '\\F\\',
  [COMPONENT!]: '\\S\\',
  [REPETITION!]: '\\R\\',
  [ESCAPE!]: '\\E\\',
  [SUBCOMPONENT!]: '\\T\\',
  '\n': '\\.br\\',
};

/** Words made safe for a field. */
const text = (words: string | undefined): string =>
  (words ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/[|~^\\&\n]/g, (found) => ESCAPES[found]!)
    .replace(/\s+/g, ' ')
    .trim();

/** Components of one field, without those at the end that say nothing. */
const parts = (...words: (string | undefined)[]): string => words.map(text).join(COMPONENT).replace(/~+$/, '');

/** A moment as HPRIM writes it: no offset, no fraction, at least a day. */
const time = (moment: string | undefined): string => /^\d{8}(?:\d{4}(?:\d{2})?)?/.exec(moment ?? '')?.[0] ?? '';

function headerOf({ id, custodian, recipients, createdAt }: LabReport): string[] {
  const file = `${hash('sha1', `${id.root}^${id.extension ?? ''}`, 'hex')
    .slice(0, 8)
    .toUpperCase()}.HPR`;
  const [recipient] = recipients ?? [];
  const sender = parts(custodian.ids[0]?.extension, custodian.name);
  return [`H${FIELD}~^\\&`, file, '', sender, '', 'ORU', '', '', partyOf(recipient), '', 'P', parts(VERSION, LINK), time(createdAt)];
}

const partyOf = (person: Participant | undefined): string =>
  parts(person?.ids[0]?.extension, [person?.name?.given, person?.name?.family].filter(Boolean).join(' '));

function patientOf({ patient }: LabReport): string[] {
  const number = patient.ids.find(({ root, extension = '' }) => !INS_ROOTS.includes(root) && extension.length <= MAX_CODE)?.extension;
  const { usedFamily, usedGiven, birthFamily, firstBirthGiven, birthDate, sex = '' } = patient;
  const name = parts(usedFamily ?? birthFamily, usedGiven ?? firstBirthGiven);
  const day = time(birthDate).slice(0, 8);
  return ['P', '1', text(number), '', '', name, text(birthFamily), day, /^[MF]$/.test(sex) ? sex : 'U', '', addressOf(patient)];
}

function addressOf({ addresses }: PrintedPatient): string {
  const [address] = addresses ?? [];
  if (!address) return '';
  const { street, more, postalCode, city } = address.lines ? fromLines(address.lines) : fromParts(address);
  return parts(street, more, city, '', postalCode, address.country);
}

interface Place {
  street: string;
  more: string;
  postalCode: string | undefined;
  city: string | undefined;
}

const fromParts = ({ houseNumber, streetName, additionalLocator, unitId, postalCode, city }: Address): Place => ({
  street: [houseNumber, streetName].filter(Boolean).join(' '),
  more: [additionalLocator, unitId].filter(Boolean).join(' '),
  postalCode,
  city,
});

/** `35000 RENNES` is the last line of a French address. */
function fromLines(lines: readonly string[]): Place {
  const [, postalCode, city] = /^\s*(\d{5})\s+(.+)$/.exec(lines.at(-1) ?? '') ?? [];
  const [street = '', ...more] = city === undefined ? lines : lines.slice(0, -1);
  return { street, more: more.join(' '), postalCode, city };
}

/** What one OBR is about: the results in a row that share their panel, and their sampling. */
interface Order {
  place: ResultPlace;
  at: string;
  results: Result[];
}

/** What a result that is complete says of itself: final, or the correction of one that was sent. */
type Complete = 'F' | 'C';

function ordersOf(report: LabReport, complete: Complete): string[][] {
  const orders: Order[] = [];
  for (const place of resultsOf(report)) {
    const at = time(place.specimen?.sampledAt) || time(place.result.at);
    const last = orders.at(-1);
    if (last && isSameGroup(last.place, place) && last.at === at) last.results.push(place.result);
    else orders.push({ place, at, results: [place.result] });
  }
  let line = 0;
  const said = new Set<object>();
  const written = orders.flatMap((order, n) => [
    orderOf(report, order, n, complete),
    ...[order.place.entry, order.place.isolate, order.place.battery].flatMap((holder) => onceOf(said, holder)),
    ...order.results.flatMap((result) => [resultOf(result, ++line, complete), ...commentsOf(result)]),
  ]);
  // A report of words alone is still about something that was asked.
  return written.length > 0 ? written : [['OBR', '1', '', requestOf(report), parts(report.code.code, report.title, 'LN')]];
}

/** Comments of an entry, an isolate or a panel, with the first of its orders. */
function onceOf(said: Set<object>, holder: { comments?: string[] } | undefined): string[][] {
  if (!holder || said.has(holder)) return [];
  said.add(holder);
  return commentsOf(holder);
}

const isSameGroup = (one: ResultPlace, other: ResultPlace) =>
  one.section === other.section && one.entry === other.entry && one.battery === other.battery && one.isolate === other.isolate;

/** `sample~request`: the number of the dossier at the laboratory. */
const requestOf = ({ setId, id }: LabReport): string => parts('', (setId ?? id).extension);

function orderOf(report: LabReport, { place, at, results }: Order, n: number, complete: Complete): string[] {
  const { section, battery, isolate, specimen } = place;
  const status = results.some((result) => result.status === 'active') ? 'P' : results.every((r) => r.status === 'aborted') ? 'X' : complete;
  const [, received, done] = [at, time(specimen?.receivedAt), time(report.createdAt)];
  const placer = parts('', report.orders[0]?.extension);
  const asked = askedOf(battery?.code ?? (isolate ? undefined : section.code), titleOf(section, [isolate?.organism, battery?.code]));
  const obr = ['OBR', String(n + 1), placer, requestOf(report), asked, '', '', at, '', '', '', '', '', '', received];
  return [...obr, '', '', '', '', '', '', '', done, '', '', status];
}

/** What was asked, in words: an antibiogram without the name of its germ would be read of any. */
const titleOf = ({ title, code }: ResultPlace['section'], inside: readonly (Coded | undefined)[]): string =>
  inside.flatMap((coded) => coded?.originalText ?? coded?.display ?? []).join(' - ') || (title ?? code?.display ?? '');

/** `code~words~table`: LN for LOINC, L for the laboratory's own. */
function askedOf(code: Coded | undefined, words: string): string {
  const own = code?.code === undefined ? code?.translations?.[0] : code;
  return parts(own?.code, words, code?.code !== undefined && code.system === LOINC ? 'LN' : 'L');
}

const commentsOf = ({ comments }: { comments?: string[] }): string[][] =>
  (comments ?? []).map((comment, n) => ['C', String(n + 1), 'L', text(comment)]);

function resultOf(result: Result, n: number, complete: Complete): string[] {
  const [type, value, unit] = valueOf(result);
  const flags = (result.interpretations ?? []).map(text).join(REPETITION);
  const status = result.status === 'active' ? 'P' : result.status === 'completed' ? complete : 'X';
  const asked = askedOf(result.code, printedLabel(result));
  return ['OBX', String(n), type, asked, '', value, text(unit), rangeOf(result.reference), flags, '', '', status, '', '', time(result.at)];
}

function valueOf({ value }: Result): [type: string, value: string, unit?: string | undefined] {
  if (!value || value.type === 'absent') return ['ST', ''];
  switch (value.type) {
    case 'quantity':
      return isDecimal(value.value) ? ['NM', value.value, value.unit] : asText(value);
    case 'integer':
    case 'real':
      return isDecimal(value.value) ? ['NM', value.value] : asText(value);
    case 'range':
      return value.low && value.high ? asText(value) : ['ST', boundOf(value), (value.high ?? value.low)?.unit];
    case 'coded':
      return ['CE', parts(value.code.code, value.code.display ?? value.code.originalText)];
    case 'time':
      return time(value.value) === value.value ? ['TS', value.value] : asText(value);
    default:
      return asText(value);
  }
}

/** Words and their unit, each line a repetition. */
function asText(value: ResultValue): [string, string] {
  const { text: said, unit } = printValue(value);
  const whole = [said, unit].filter(Boolean).join(' ');
  return ['TX', whole.split('\n').map(text).join(REPETITION)];
}

function boundOf({ low, high }: { low?: Bound; high?: Bound }): string {
  const bound = (high ?? low)!;
  return `${high ? '<' : '>'}${bound.inclusive === false ? '' : '='}${bound.value}`;
}

function rangeOf(range: ReferenceRange | undefined): string {
  if (range?.low && range.high) return text(`${range.low.value}-${range.high.value}`);
  if (range?.low || range?.high) return text(boundOf(range));
  return text(range?.text);
}
