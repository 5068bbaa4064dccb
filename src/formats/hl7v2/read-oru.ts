import { Refusal } from '#kernel';
import { LOINC, REPORT_CODE } from '../cda/oids.ts';
import { refuseIncompleteIns } from '../strict-traits.ts';
import type { Identifier, Item, LabReport, Participant, Section, ServiceEvent, TypedParticipant } from '../lab-report.ts';
import { secondsOfTime, versionOfTime } from '../version-of-time.ts';
import { firstNamed, placeOf, raw, repetitions, type Segment, segmentsNamed, warn, words, wordsOf } from './lexer.ts';
import type { MessageHeader, OruMessage } from './message.ts';
import { custodianOf } from './read-custodian.ts';
import { isolateKey, noteOf, type OrderGroup, readOrder, type ReadOrder } from './read-order.ts';
import { moment } from './read-obx.ts';
import { messageId, setIdOf } from './oru-identity.ts';
import { readPatient } from './read-patient.ts';
import { type Hl7Context, partyOf, plainId, readXcn } from './read-types.ts';
import { encounterOf, readVisit } from './read-visit.ts';
import { chapterOf } from './chapters.ts';
import { rootOf } from './systems.ts';

/**
 * ORU^R01 with its results in OBX segments (HL7 v2.5 §7.3.1, IHE LTW LAB-3, French practice) as a laboratory report.
 *
 * @throws Refusal `report.unreadable` without a patient, a structure or an order, or for several patients; `report.identity-incomplete`
 */
export function readOru(c: Hl7Context, header: MessageHeader): OruMessage {
  const pids = segmentsNamed(c, 'PID');
  if (!pids[0]) throw new Refusal('report.unreadable', 'the message names no patient', { at: 'PID' });
  if (pids[1]) throw new Refusal('report.unreadable', 'the message holds results of two patients: send one message each', { at: 'PID[2]' });
  const { patient } = readPatient(c, pids[0]);
  refuseIncompleteIns(patient, 'PID');
  const groups = groupOrders(c);
  if (groups.length === 0) throw new Refusal('report.unreadable', 'the message holds no order (OBR)', { at: 'OBR' });
  const orders = groups.map((group) => readOrder(c, group));
  const joined = attachAntibiograms(c, orders);
  const sentAt = header.at;
  const createdAt = latest(groups.flatMap(({ obr }) => moment(c, raw(obr, 22)) ?? [])) ?? sentAt;
  if (createdAt === undefined) throw new Refusal('report.unreadable', 'the message has no date', { at: 'MSH-7' });
  const custodian = custodianOf(c, header, groups);
  const setId = setIdOf(orders);
  const pdf = orders.find((order) => order.pdf !== undefined)?.pdf;
  const pv1 = firstNamed(c, 'PV1');
  const encounter = pv1 && encounterOf(readVisit(c, pv1));
  const signed = legalAuthenticatorOf(c, groups);
  const recipients = people(c, groups, 28);
  const language = words(c, firstNamed(c, 'MSH'), 19);
  const report: LabReport = {
    format: 'hl7v2-oru',
    id: messageId(header, c.facility),
    version: versionOfTime(sentAt),
    replaces: [],
    code: { code: REPORT_CODE, system: LOINC, display: "CR d'examens biologiques" },
    title: "Compte rendu d'examens biologiques",
    createdAt,
    confidentiality: confidentialityOf(groups),
    patient,
    authors: [authorOf(header, custodian)],
    custodian,
    validators: validatorsOf(orders),
    participants: people(c, groups, 16).map((person): TypedParticipant => Object.assign(person, { type: 'REF' })),
    orders: distinct(orders.flatMap(({ placer }) => placer ?? [])),
    events: eventsOf(c, orders),
    sections: sectionsOf(c, orders, joined),
    warnings: c.warnings,
  };
  if (header.version !== undefined) report.modelVersion = header.version;
  if (setId) report.setId = setId;
  if (language !== undefined) report.language = language;
  if (recipients.length > 0) report.recipients = recipients;
  if (signed) report.legalAuthenticator = signed;
  if (encounter) report.encounter = encounter;
  if (pdf !== undefined) report.pdf = { base64: pdf };
  warnOfCorrections(c, groups);
  takePatientNotes(c, report);
  return { kind: 'oru', header, report, warnings: c.warnings };
}

/** Far more than what is asked of one sampling. */
const MAX_ORDERS = 1_000;

/** The orders of a message with the segments that are theirs: a note belongs to the segment before it. */
function groupOrders(c: Hl7Context): OrderGroup[] {
  const groups: OrderGroup[] = [];
  let orc: Segment | undefined;
  let group: OrderGroup | undefined;
  let notes: Segment[] = [];
  for (const segment of c.segments) {
    switch (segment.name) {
      case 'ORC':
        orc = segment;
        break;
      case 'OBR':
        notes = [];
        group = { orc, obr: segment, notes, lines: [], specimens: [] };
        groups.push(group);
        if (groups.length > MAX_ORDERS) throw new Refusal('report.hostile', `more than ${MAX_ORDERS} orders`, { at: placeOf(segment, 1) });
        orc = undefined;
        break;
      case 'OBX': {
        if (!group) throw new Refusal('report.unreadable', 'a result that belongs to no order (OBR)', { at: placeOf(segment, 1) });
        if (raw(segment, 3)?.includes(ROUTING) && words(c, segment, 3, 3) === ROUTING) break;
        notes = [];
        group.lines.push({ obx: segment, notes });
        break;
      }
      case 'NTE':
        if (group) notes.push(segment);
        break;
      case 'SPM':
        group?.specimens.push(segment);
        break;
      default:
    }
  }
  return groups;
}

/** Lines that say where a document goes, and are no results (CI-SIS). */
const ROUTING = 'MetaDMPMSS';

/**
 * OBR-26 of an antibiogram names the line of the isolate that it is about: it joins it (HL7 v2.5 §7.4.1.26).
 * @returns those that did
 */
function attachAntibiograms(c: Hl7Context, orders: readonly ReadOrder[]): Set<ReadOrder> {
  const joined = new Set<ReadOrder>();
  const isolates = new Map(orders.toReversed().flatMap((order) => [...order.isolates]));
  for (const order of orders) {
    const { group, entry } = order;
    const parent = raw(group.obr, 26);
    if (parent === undefined) continue;
    const [observation = '', subId] = parent.split(c.d.component, 2);
    const code = wordsOf(c, observation);
    const isolate = subId === undefined || code === undefined ? undefined : isolates.get(isolateKey(code, subId));
    if (isolate && !entry.items.includes(isolate)) {
      const [results, others] = [entry.items.filter(isOfIsolate), entry.items.filter((item) => !isOfIsolate(item))];
      const [specimen] = entry.specimens ?? [];
      if (specimen) for (const item of results) if (item.kind === 'battery') item.specimen = specimen;
      isolate.items.push(...results);
      entry.items = others;
      if (others.length === 0) joined.add(order);
    } else if (!isolate) {
      const message = 'an antibiogram whose isolate is not in the message: its results stand alone';
      warn(c, 'isolate.unknown', placeOf(group.obr, 26), message);
    }
  }
  return joined;
}

const isOfIsolate = ({ kind }: Item) => kind === 'battery' || kind === 'result';

/** The chapters, in the order of the message; an antibiogram that joined its isolate makes none. */
function sectionsOf(c: Hl7Context, orders: readonly ReadOrder[], joined: ReadonlySet<ReadOrder>): Section[] {
  const sections: Section[] = [];
  for (const order of orders) {
    if (joined.has(order)) continue;
    const { group, entry, code } = order;
    const chapter = chapterOf(words(c, group.obr, 24), code);
    const last = sections.at(-1);
    if (last && last.code?.code === chapter?.code) last.entries.push(entry);
    else {
      const title = chapter?.display;
      sections.push({
        kind: 'chapter',
        ...(chapter && { code: chapter }),
        ...(title !== undefined && { title }),
        entries: [entry],
        sections: [],
      });
    }
  }
  return sections;
}

/** A whole report is awaited only when each of its orders is: each result says its own status. */
function eventsOf(c: Hl7Context, orders: readonly ReadOrder[]): ServiceEvent[] {
  const isWhole = orders.every(({ entry }) => entry.status === 'active');
  return orders.map(({ group, filler, code, entry }) => {
    const event: ServiceEvent = {};
    if (filler) event.ids = [filler];
    if (code) event.code = code;
    if (entry.status !== 'active' || isWhole) event.status = entry.status;
    const start = entry.specimens?.[0]?.sampledAt;
    if (start !== undefined) event.start = start;
    const end = moment(c, raw(group.obr, 22));
    if (end !== undefined) event.end = end;
    return event;
  });
}

function authorOf(header: MessageHeader, organization: LabReport['custodian']): Participant {
  const software = header.sendingApplication.name;
  return {
    ids: [],
    ...(header.at !== undefined && { time: header.at }),
    ...(software !== undefined && { device: { software } }),
    organization,
  };
}

/** Status of a line that corrects, takes out or disowns a former one (table 0085). */
const CORRECTING: ReadonlySet<string> = new Set(['C', 'D', 'W']);

/** The warning by which whoever keeps results knows that a message may not tell its orders whole. */
export const ONLY_CORRECTIONS = 'corrections.only';

/** A message replaces the former one of its orders as a whole. One that holds corrections alone may have left out what did not change. */
function warnOfCorrections(c: Hl7Context, groups: readonly OrderGroup[]): void {
  let lines = 0;
  for (const group of groups) {
    for (const { obx } of group.lines) if (!CORRECTING.has(raw(obx, 11) ?? '')) return;
    lines += group.lines.length;
  }
  if (lines > 0)
    warn(c, ONLY_CORRECTIONS, 'OBX', 'every line corrects a former one: results that did not change have to be sent again too');
}

/** People of one field over the orders, each once. */
function people(c: Hl7Context, groups: readonly OrderGroup[], field: number): Participant[] {
  const fields = new Set<string>();
  for (const { obr } of groups) for (const xcn of repetitions(c, obr, field)) fields.add(xcn);
  const found: Participant[] = [];
  for (const xcn of fields) {
    const person = readXcn(c, xcn);
    if (person) found.push(person);
  }
  return found;
}

/** Who validated some of the lines, each once. */
function validatorsOf(orders: readonly ReadOrder[]): Participant[] {
  const seen = new Set<Participant[]>();
  const found = new Map<string, Participant>();
  const take = (items: readonly Item[]): void => {
    for (const item of items) {
      if (item.kind === 'battery' || item.kind === 'isolate') take(item.items);
      if (item.kind !== 'result' || !item.validators || seen.has(item.validators)) continue;
      seen.add(item.validators);
      for (const person of item.validators) found.set(JSON.stringify(person), person);
    }
  };
  for (const { entry } of orders) take(entry.items);
  return [...found.values()];
}

/** OBR-32, who answers for the interpretation: `id&family&given…^time` (NDL). */
function legalAuthenticatorOf(c: Hl7Context, groups: readonly OrderGroup[]): Participant | undefined {
  const field = groups.map(({ obr }) => repetitions(c, obr, 32)[0]).find((value) => value !== undefined);
  if (field === undefined) return undefined;
  const [person = '', time] = field.split(c.d.component, 2);
  const [id, family, given, , suffix, prefix, , , ...authority] = person.split(c.d.subcomponent, 12);
  const [number, last, first, title] = [id, family, given, prefix ?? suffix].map((part) => wordsOf(c, part));
  const at = wordsOf(c, time);
  const name = {
    ...(last !== undefined && { family: last }),
    ...(first !== undefined && { given: first }),
    ...(title !== undefined && { suffix: title }),
  };
  if (number === undefined && last === undefined) return undefined;
  const party = partyOf(c, authority);
  return {
    ids:
      number === undefined
        ? []
        : [
            plainId({
              root: rootOf(party, c.facility),
              extension: number,
              ...(party.name !== undefined && { assigningAuthority: party.name }),
            }),
          ],
    ...(last !== undefined && { name }),
    ...(at !== undefined && { time: at }),
  };
}

/** ORC-28 (table 0177): the most guarded of the orders. */
function confidentialityOf(groups: readonly OrderGroup[]): LabReport['confidentiality'] {
  const said = groups.map(({ orc }) => orc?.fields[28]?.charAt(0));
  const level = said.includes('V') ? 'V' : said.includes('R') ? 'R' : 'N';
  return { code: level, display: { V: 'Très restreint', R: 'Restreint', N: 'Normal' }[level], system: CONFIDENTIALITY };
}

const CONFIDENTIALITY = '2.16.840.1.113883.5.25';

/** The latest of several moments; the first of those that are the same. */
function latest(times: readonly string[]): string | undefined {
  return times.reduce<string | undefined>(
    (best, time) => (best !== undefined && secondsOfTime(best) >= secondsOfTime(time) ? best : time),
    undefined,
  );
}

function distinct(ids: readonly Identifier[]): Identifier[] {
  return [...new Map(ids.map((id) => [`${id.root}^${id.extension ?? ''}`, id])).values()];
}

/** Notes before the first order are about the patient, or about all of it: a comment section of their own. */
function takePatientNotes(c: Hl7Context, report: LabReport): void {
  const first = c.segments.findIndex(({ name }) => name === 'OBR');
  const notes = c.segments.slice(0, first).filter(({ name }) => name === 'NTE');
  const comments = notes.flatMap((nte) => noteOf(c, nte) ?? []);
  if (comments.length === 0) return;
  report.sections.push({ kind: 'comment', title: 'Commentaires', entries: [{ status: 'completed', items: [], comments }], sections: [] });
}
