import { INS_ROOTS, LOINC, REPORT_CODE } from '../cda/oids.ts';
import { narrativeToText } from '../cda/narrative-html.ts';
import type { Identifier, LabReport, Participant, PrintedPatient, Section } from '../lab-report.ts';
import { secondsOfTime } from '../version-of-time.ts';
import { escape } from './escapes.ts';
import { type Order, ordersOf } from './orders-of.ts';
import { writeLines } from './write-obx.ts';
import {
  composite,
  joined,
  lines,
  repeated,
  segment,
  words,
  writeCwe,
  writeCx,
  writeEi,
  writeEip,
  writeNdl,
  writeXad,
  writeXcn,
  writeXtn,
} from './write-types.ts';

/** Who sends the message, and to whom. */
export interface OruEnvelope {
  /** MSH-7, a TS; by default when the report's own message was sent, else when the report was made. */
  at?: string;
  receivingApplication?: string;
  receivingFacility?: string;
  /** P production, T training. */
  processing?: 'P' | 'T';
}

/**
 * A laboratory report as ORU^R01 of HL7 v2.5, results in OBX, UTF-8: `readLabReport` of it gives the report back but for what such a message
 * has no place for (README, « Losses »). Segments end with CR.
 */
export function writeOru(report: LabReport, envelope: OruEnvelope = {}): string {
  const orders = ordersOf(report);
  const ends = resultDates(report, orders);
  const segments = [header(report, envelope), patient(report.patient), ...visit(report), ...notes(report.sections)];
  const lineCount = { n: 0 };
  for (const [k, order] of orders.entries()) {
    segments.push(...request(report, order, k, ends[k]!), ...comments(order.comments));
    segments.push(...writeLines(report, order, lineCount));
    segments.push(...order.specimens.map((specimen, n) => specimenSegment(specimen, n + 1)));
  }
  if (report.pdf) segments.push(pdfLine(report.pdf.base64, ++lineCount.n));
  return segments.map((one) => `${one}\r`).join('');
}

function header(
  { id, authors, custodian, createdAt, language }: LabReport,
  { at, receivingApplication, receivingFacility, processing = 'P' }: OruEnvelope,
): string {
  const software = authors[0]?.device?.software ?? 'CIGOGNE';
  return segment(
    'MSH',
    [1, '^~\\&'],
    [2, id.extension === undefined ? words(software) : composite(software, id.root, 'ISO')],
    [3, composite(custodian.name, nationalId(custodian.ids), 'FINESS')],
    [4, words(receivingApplication)],
    [5, words(receivingFacility)],
    [6, words(at ?? (authors[0]?.device ? authors[0].time : undefined) ?? createdAt)],
    [8, 'ORU^R01^ORU_R01'],
    [9, words(id.extension ?? id.root)],
    [10, processing],
    [11, '2.5'],
    [16, 'FRA'],
    [17, 'UNICODE UTF-8'],
    [18, words(language)],
  );
}

const nationalId = (ids: readonly Identifier[]) => ids.find(({ root }) => root === '1.2.250.1.71.4.2.2')?.extension;

/** PID: numbers, names, birth, addresses. */
export function patient(given: PrintedPatient): string {
  const { birthFamily, firstBirthGiven, birthGivens, usedFamily, usedGiven, prefix } = given;
  const hasBirthName = [birthFamily, firstBirthGiven, birthGivens].some((name) => name !== undefined);
  const hasUsedName = (usedFamily ?? usedGiven) !== undefined;
  const names = [
    hasBirthName ? composite(birthFamily, firstBirthGiven, birthGivens, '', prefix, '', 'L') : '',
    hasUsedName ? composite(usedFamily, usedGiven, '', '', hasBirthName ? '' : prefix, '', 'D') : '',
  ];
  const place = given.birthPlace && composite('', '', given.birthPlace.label, '', '', '', 'BDL', '', given.birthPlace.cog);
  return segment(
    'PID',
    [1, '1'],
    [3, repeated(given.ids.map((id) => writeCx(id)))],
    [5, repeated(names)],
    [7, words(given.birthDate)],
    [8, given.sex === 'UN' ? 'U' : words(given.sex)],
    [11, repeated([...(given.addresses ?? []).map(writeXad), place ?? ''])],
    [13, repeated((given.telecoms ?? []).map(writeXtn))],
    [29, words(given.deceasedAt)],
    [30, given.isDeceased ? 'Y' : ''],
    // The sender of an INS has qualified the identity; of another, nothing is known here.
    [32, given.ids.some(({ root }) => INS_ROOTS.includes(root)) ? 'VALI' : ''],
  );
}

const CLASSES: Readonly<Record<string, string>> = { IMP: 'I', AMB: 'O', EMER: 'E' };

function visit({ encounter }: LabReport): string[] {
  if (!encounter) return [];
  const { ids, code, start, end, responsible, facility } = encounter;
  return [
    segment(
      'PV1',
      [1, '1'],
      [2, CLASSES[code?.code ?? ''] ?? 'N'],
      [3, words(facility?.name)],
      [7, responsible && writeXcn(responsible)],
      [19, ids?.[0] && writeCx(ids[0], 'VN')],
      [44, words(start)],
      [45, words(end)],
    ),
  ];
}

/** Comment chapters, before the first order: they are about the whole report. */
function notes(sections: readonly Section[]): string[] {
  const texts = sections
    .filter(({ kind }) => kind === 'comment')
    .flatMap(({ narrative, entries }) => {
      const said = entries.flatMap(({ comments: own }) => own ?? []);
      return said.length > 0 || narrative === undefined ? said : [narrativeToText(narrative).trim()];
    });
  return comments(texts);
}

const comments = (texts: readonly string[]): string[] =>
  texts.map((text, n) => segment('NTE', [1, String(n + 1)], [2, 'L'], [3, lines(text)]));

const STATUSES: Readonly<Record<string, string>> = { active: 'P', aborted: 'X' };

/** ORC and OBR. */
function request(report: LabReport, order: Order, k: number, end: string): string[] {
  const { event, specimens, code } = order;
  const placer = report.orders[k] ?? report.orders[0];
  const filler = event?.ids?.[0];
  const [placed, filled] = [placer && writeEi(placer), filler && writeEi(filler)];
  const [first] = specimens;
  return [
    segment('ORC', [1, 'RE'], [2, placed], [3, filled], [28, confidentiality(report)]),
    segment(
      'OBR',
      [1, String(k + 1)],
      [2, placed],
      [3, filled],
      [4, writeCwe(code)],
      [7, words(first?.sampledAt)],
      [10, first?.sampler && writeXcn(first.sampler)],
      [14, words(first?.receivedAt)],
      [16, people(report.participants.filter(({ type }) => type === 'REF'))],
      [22, words(end)],
      [24, words(order.service)],
      [25, STATUSES[order.status] ?? 'F'],
      [26, order.parent],
      [28, people(report.recipients ?? [])],
      [32, report.legalAuthenticator && writeNdl(report.legalAuthenticator)],
    ),
  ];
}

const people = (all: readonly Participant[]) => repeated(all.map(writeXcn));

/** Table 0177. A report that is not an ordinary one must not become one by being sent. */
const confidentiality = ({ confidentiality: { code } }: LabReport) => (code === 'R' || code === 'V' ? code : undefined);

/** OBR-22 of each order. The latest of them is the date of the report. */
function resultDates({ createdAt }: LabReport, orders: readonly Order[]): string[] {
  const ends = orders.map(({ event }) =>
    event?.end !== undefined && secondsOfTime(event.end) <= secondsOfTime(createdAt) ? event.end : createdAt,
  );
  if (!ends.includes(createdAt)) ends[0] = createdAt;
  return ends;
}

function specimenSegment(
  { ids = [], type, act, site, comments: said = [], sampledAt, receivedAt }: Order['specimens'][number],
  n: number,
): string {
  const [placer, filler] = ids.length > 1 ? ids : [undefined, ids[0]];
  return segment(
    'SPM',
    [1, String(n)],
    [2, joined([placer && writeEip(placer), filler && writeEip(filler)])],
    [4, writeCwe(type)],
    [7, writeCwe(act)],
    [8, writeCwe(site)],
    [14, repeated(said.map((text) => escape(text)))],
    [17, words(sampledAt)],
    [18, words(receivedAt)],
  );
}

const pdfLine = (base64: string, n: number): string =>
  segment(
    'OBX',
    [1, String(n)],
    [2, 'ED'],
    [3, writeCwe({ code: REPORT_CODE, system: LOINC, display: "CR d'examens biologiques" })],
    [5, `^application^pdf^Base64^${base64}`],
    [11, 'F'],
  );
