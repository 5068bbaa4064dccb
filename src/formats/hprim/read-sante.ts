import { Refusal } from '#kernel';
import { type Delimiters as Hl7Delimiters, unescape } from '../hl7v2/escapes.ts';
import type { Address, LabReport, PrintedPatient, Result, Section } from '../lab-report.ts';
import { type HprimParty, type HprimReading, keepUnread, localCode, localId, refuseTooMany, reportOf, warn } from './report.ts';
import { readFlags, readInterval, readStatus, readValue } from './values.ts';

/** A segment: its fields, 0 being its name, and the line where it stands. */
interface HprimSegment {
  fields: string[];
  line: number;
  source: string;
}

interface Delimiters {
  component: string;
  repetition: string;
  /** Set when the header announces the escapes of ASTM E1238 (`\F\`, `\S\`…), which are those of HL7. */
  escapes?: Hl7Delimiters;
}

/**
 * HPRIM Santé 2.x, type ORU (derived from ASTM E1238-91): header H, a patient P, orders OBR, results OBX, comments C, end L.
 * Delimiters are those of the header: component first, repetition next, the reverse of HL7. Each patient is a report.
 *
 * @throws Refusal `report.unreadable` for another type of message, a file without patient, or a patient without name
 */
export function readSante(text: string): LabReport[] {
  const segments = segmentsOf(text);
  const head = segments[0]!;
  const d = delimitersOf(head, segments);
  const kind = head.fields[6] ?? '';
  if (kind !== '' && kind !== 'ORU') {
    throw new Refusal('report.not-a-lab-report', 'the message is of another type than ORU', { at: `line ${head.line}` });
  }
  return patientsIn(segments).map((group) => readGroup(head, group, d));
}

/** Each patient of the message as a message of its own, in the same words. @throws Refusal as `readSante` */
export function santePatients(text: string): string[] {
  const segments = segmentsOf(text);
  return patientsIn(segments).map((group) =>
    [segments[0]!, ...group].map(({ source }) => `${source.replaceAll('\n', '\r\n')}\r\n`).join(''),
  );
}

/** The segments of each patient. */
function patientsIn(segments: readonly HprimSegment[]): HprimSegment[][] {
  const groups: HprimSegment[][] = [];
  for (const segment of segments.slice(1)) {
    if (segment.fields[0] === 'P') groups.push([segment]);
    else if (segment.fields[0] !== 'L') groups.at(-1)?.push(segment);
  }
  if (groups.length === 0) throw new Refusal('report.unreadable', 'the message names no patient', { at: 'line 1' });
  return groups;
}

/** OBR has some forty. */
const MAX_FIELDS = 100;

/** Segments; an A (addendum) goes on with the segment before it. */
function segmentsOf(text: string): HprimSegment[] {
  const separator = text[1]!;
  const segments: HprimSegment[] = [];
  text.split(/\r\n|\n|\r/).forEach((source, n) => {
    // A blank at the end may stand between two words, when the next line goes on (A).
    const line = source.trimStart();
    if (line === '') return;
    const fields = line.split(separator, MAX_FIELDS);
    const last = segments.at(-1);
    if (fields[0] !== 'A' || !last) segments.push({ fields, line: n + 1, source: line.trimEnd() });
    else {
      last.fields[last.fields.length - 1] += fields[1] ?? '';
      last.fields.push(...fields.slice(2));
      last.source += `\n${line.trimEnd()}`;
    }
  });
  return segments;
}

/** Some senders announce `~^\&` and write components as HL7 does: seen by a name that holds `^` where nothing holds `~`. */
function delimitersOf(head: HprimSegment, segments: readonly HprimSegment[]): Delimiters {
  const announced = head.fields[1] ?? '';
  const component = announced[0] ?? '~';
  const repetition = announced[1] ?? '^';
  const isSwapped =
    segments.some(({ fields }) => fields.slice(2).some((f) => f.includes(repetition))) &&
    !segments.some(({ fields }) => fields.slice(2).some((f) => f.includes(component)));
  if (isSwapped) return { component: repetition, repetition: component };
  const [field, subcomponent] = [head.source[1]!, announced[3] ?? ''];
  return { component, repetition, ...(announced[2] === '\\' && { escapes: { field, component, repetition, escape: '\\', subcomponent } }) };
}

const words = (d: Delimiters, text: string): string => (d.escapes ? unescape(text, d.escapes) : text).trim();

const parts = (d: Delimiters, field: string | undefined): string[] => (field ?? '').split(d.component).map((part) => words(d, part));

/** The first of the repetitions of a field. */
const first = (d: Delimiters, field: string | undefined): string | undefined => field?.split(d.repetition, 1)[0];

/** A sampling and a request in one field: `sample~request`; a number alone is that of the request. */
function requestIn(d: Delimiters, field: string | undefined): string | undefined {
  const [sample, request] = parts(d, field);
  return request || sample;
}

function party(d: Delimiters, field: string | undefined): HprimParty {
  const [code = '', name = ''] = parts(d, field);
  return { ...(code !== '' && { code }), ...(name !== '' && { name }) };
}

/** `202503141130` and longer, or a day; what is no such thing is no time. */
const time = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{8}(?:\d{4}(?:\d{2})?)?$/.test(text) ? text : undefined;

function readGroup(head: HprimSegment, group: readonly HprimSegment[], d: Delimiters): LabReport {
  const sender = party(d, head.fields[4]);
  const r: HprimReading = { senderCode: sender.code, warnings: [], unread: [] };
  const versionAt = head.fields.findIndex((f, n) => n > 6 && /^H\d/.test(f));
  const version = parts(d, head.fields[versionAt])[0]?.slice(1) ?? '';
  const recipient = party(
    d,
    head.fields.slice(7, versionAt < 0 ? 10 : versionAt - 1).find((f) => f !== ''),
  );
  const orders = group.filter(({ fields }) => fields[0] === 'OBR');
  const date = time(head.fields[versionAt + 1]?.trim()) ?? orders.map(({ fields }) => time(fields[22]) ?? time(fields[21])).find(Boolean);
  if (date === undefined) warn(r, 'hprim.date', head.line, 'the message has no date');
  const dossier = requestIn(d, orders[0]?.fields[3]);
  return reportOf(r, {
    modelVersion: version === '' ? 'sante' : `sante-${version}`,
    sender,
    ...(Object.keys(recipient).length > 0 && { recipient }),
    ...(dossier ? { dossier } : {}),
    date: date ?? '',
    patient: readPatient(r, group[0]!, d),
    orders: ordersOf(r, orders, d),
    sections: readSections(r, group, d),
    source: [head, ...group].map(({ source }) => source),
  });
}

/** The requests that the message answers, each once: several analyses of one request come as several OBR. */
function ordersOf(r: HprimReading, orders: readonly HprimSegment[], d: Delimiters): LabReport['orders'] {
  const numbers = new Set(orders.map(({ fields }) => requestIn(d, fields[2])));
  return [...numbers].flatMap((number) => localId(r, 'order', number));
}

/** P: 2 number at the sender, 5 name, 7 date of birth, 8 sex, 10 address. P-6 is not read: senders disagree on what it is. */
function readPatient(r: HprimReading, { fields, line }: HprimSegment, d: Delimiters): PrintedPatient {
  const [family = '', given = ''] = parts(d, fields[5]);
  if (family === '') throw new Refusal('report.unreadable', 'the segment P names no patient', { at: `line ${line}` });
  if (fields[6]) warn(r, 'hprim.birth-name', line, 'P-6 is not read: senders disagree on what it is');
  const birthDate = time(fields[7])?.slice(0, 8);
  const address = addressOf(parts(d, fields[10]));
  return {
    ids: localId(r, 'patient', parts(d, fields[2])[0]),
    usedFamily: family,
    ...(given !== '' && { usedGiven: given }),
    ...(birthDate !== undefined && { birthDate }),
    ...(/^[MF]$/.test(fields[8] ?? '') && { sex: fields[8]! }),
    ...(address && { addresses: [address] }),
  };
}

/** AD: street, complement, town, county (which France has none of), postcode, country. */
function addressOf([street = '', more = '', city = '', , postalCode = '', country = '']: readonly string[]): Address | undefined {
  const address: Address = {
    ...(street !== '' && { streetName: street }),
    ...(more !== '' && { additionalLocator: more }),
    ...(postalCode !== '' && { postalCode }),
    ...(city !== '' && { city }),
    ...(country !== '' && { country }),
  };
  return Object.keys(address).length > 0 ? address : undefined;
}

/** One chapter an order (OBR-4). A comment belongs to the segment before it. */
function readSections(r: HprimReading, group: readonly HprimSegment[], d: Delimiters): Section[] {
  const sections: Section[] = [];
  let results: Result[] = [];
  let count = 0;
  let at: string | undefined;
  for (const segment of group.slice(1)) {
    const { fields, line, source } = segment;
    if (fields[0] === 'OBR') {
      const section = openSection(r, segment, d);
      sections.push(section);
      results = section.entries[0]!.items as Result[];
      at = time(first(d, fields[7]));
    } else if (fields[0] === 'OBX' && sections.length > 0) {
      const result = readResult(r, segment, d, at);
      if (result) results.push(result);
      count += 1;
      refuseTooMany(count, line);
    } else if (fields[0] === 'C' && sections.length > 0) takeComment(sections.at(-1)!, results, words(d, fields[3] ?? ''));
    else keepUnread(r, line, source, 'a segment that is none of OBR, OBX, C in an order');
  }
  for (const section of sections) {
    const [entry] = section.entries;
    if (entry!.items.some((item) => item.kind === 'result' && item.status === 'active')) entry!.status = 'active';
  }
  return sections;
}

function openSection(r: HprimReading, { fields }: HprimSegment, d: Delimiters): Section {
  // Several analyses asked at once: the first of them names nothing of the others.
  const asked = (fields[4] ?? '').split(d.repetition);
  const [code = '', label = ''] = asked.length === 1 ? parts(d, asked[0]) : [];
  if ((fields[25] ?? '').trim() === 'C') r.isCorrection = true;
  const status = readStatus((fields[25] ?? '').trim()) ?? 'completed';
  return {
    kind: 'chapter',
    title: label || code || 'Résultats',
    ...(code !== '' && { code: localCode(r, code, label) }),
    entries: [{ status, items: [] }],
    sections: [],
  };
}

function takeComment(section: Section, results: readonly Result[], text: string): void {
  if (text === '') return;
  const holder = results.at(-1) ?? section.entries[0]!;
  holder.comments = [...(holder.comments ?? []), text];
}

/** OBX: 2 type, 3 analyte, 5 value, 6 unit, 7 interval, 8 flag, 11 status, 14 time. */
function readResult(
  r: HprimReading,
  { fields, line, source }: HprimSegment,
  d: Delimiters,
  sampledAt: string | undefined,
): Result | undefined {
  const [code = '', label = ''] = parts(d, fields[3]);
  const status = readStatus((fields[11] ?? '').trim());
  if ((code === '' && label === '') || status === undefined) {
    keepUnread(r, line, source, status === undefined ? 'the result has a status that HPRIM does not know' : 'the result names no analyte');
    return undefined;
  }
  if ((fields[11] ?? '').trim() === 'C') r.isCorrection = true;
  const unit = parts(d, fields[6])[0] || undefined;
  const type = fields[2] ?? '';
  const value = valueOf(d, type, fields[5] ?? '', unit);
  const reference = readInterval(words(d, fields[7] ?? ''), unit);
  const flags = (fields[8] ?? '').split(d.repetition).flatMap((flag) => readFlags(flag.trim()) ?? []);
  const at = sampledAt ?? time(fields[14]?.trim());
  return {
    kind: 'result',
    code: localCode(r, code, label),
    status,
    ...(at !== undefined && { at }),
    ...(value && { value }),
    ...(flags.length > 0 && { interpretations: flags }),
    ...(reference && { reference }),
  };
}

function valueOf(d: Delimiters, type: string, field: string, unit: string | undefined): Result['value'] {
  if (type === 'CE') return codedValue(d, field);
  const moment = type === 'DT' || type === 'TS' ? time(field.trim()) : undefined;
  if (moment !== undefined) return { type: 'time', value: moment };
  const lines = field.split(d.repetition).map((line) => (d.escapes ? unescape(line, d.escapes) : line).trimEnd());
  return readValue(type, lines.join('\n').trim(), unit);
}

function codedValue(d: Delimiters, field: string): Result['value'] {
  const [code = '', display = ''] = parts(d, field);
  if (code === '' && display === '') return undefined;
  return {
    type: 'coded',
    code: { ...(code !== '' && { code }), ...(display !== '' ? { display, originalText: display } : { originalText: code }) },
  };
}
