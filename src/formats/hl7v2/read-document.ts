import { Refusal } from '#kernel';
import type { Participant } from '../lab-report.ts';
import { components, firstNamed, raw, repetitions, type Segment, segmentsNamed, words, wordsOf } from './lexer.ts';
import type { DocumentAction, DocumentMessage, DocumentRouting, MailAddress, MessageHeader } from './message.ts';
import { isEncapsulated, readEncapsulated, textOf } from './read-encapsulated.ts';
import { readPatient } from './read-patient.ts';
import { type Hl7Context, plainId, readEi, readXcn } from './read-types.ts';
import { readVisit } from './read-visit.ts';
import { isOid } from './systems.ts';

const ROUTING = 'MetaDMPMSS';

/**
 * ORU^R01 or MDM^T02, T04, T10 that carries a document (CI-SIS « Transmission d'un document CDA-R2 en HL7 v2 » 2.0 and 2.1).
 *
 * @throws Refusal `report.unreadable` without patient or document, or when ORC-1, OBX-11 and the event contradict one another
 */
export function readDocumentMessage(c: Hl7Context, header: MessageHeader): DocumentMessage {
  const pid = firstNamed(c, 'PID');
  if (!pid) throw new Refusal('report.unreadable', 'the message names no patient', { at: 'PID' });
  if (segmentsNamed(c, 'PID').length > 1) throw new Refusal('report.unreadable', 'the message names two patients', { at: 'PID[2]' });
  const lines = segmentsNamed(c, 'OBX');
  const carried = lines.filter((obx) => isEncapsulated(obx) && !isRouting(c, obx));
  if (carried.length === 0) throw new Refusal('report.unreadable', 'the message carries no document (OBX of type ED)', { at: 'OBX' });
  const pv1 = firstNamed(c, 'PV1');
  const txa = firstNamed(c, 'TXA');
  const [documentId, parentId] = [documentIdOf(c, txa, 12), documentIdOf(c, txa, 13)];
  const orders = segmentsNamed(c, 'OBR').flatMap((obr) => readEi(c, raw(obr, 2) ?? '') ?? []);
  return {
    kind: 'document',
    header,
    action: actionOf(c, header, carried),
    ...readPatient(c, pid),
    ...(pv1 && { visit: readVisit(c, pv1) }),
    orders: orders.map(plainId),
    documents: carried.map((obx) => readEncapsulated(c, obx)),
    ...(documentId && { documentId }),
    ...(parentId && { parentId }),
    routing: readRouting(c, lines),
    warnings: c.warnings,
  };
}

const isRouting = (c: Hl7Context, obx: Segment) =>
  words(c, obx, 3, 3) === ROUTING || words(c, obx, 3)?.startsWith('1^XDM') || (words(c, obx, 3, 2)?.startsWith('XDM/1.0/DDM') ?? false);

/** TXA-12 and 13: `number^authority^root^ISO`, or a whole OID in the first component, where a name may follow it. */
function documentIdOf(c: Hl7Context, txa: Segment | undefined, field: number): DocumentMessage['documentId'] {
  const value = repetitions(c, txa, field)[0];
  const whole = value === undefined ? undefined : wordsOf(c, components(c, value)[0]);
  if (value === undefined || whole === undefined) return undefined;
  if (isOid(whole)) return { root: whole };
  const id = readEi(c, value);
  return id && plainId(id);
}

const OF_EVENT: Readonly<Record<string, DocumentAction>> = { T02: 'new', T10: 'replace', T04: 'delete' };
const OF_ORDER: Readonly<Record<string, DocumentAction>> = { NW: 'new', RO: 'replace', CA: 'delete' };
const OF_LINE: Readonly<Record<string, DocumentAction>> = { F: 'new', C: 'replace', D: 'delete' };

/** New, replacing or withdrawn: said by the event, by ORC-1 and by OBX-11 of each document, which must agree. */
function actionOf(c: Hl7Context, { event }: MessageHeader, carried: readonly Segment[]): DocumentAction {
  const orc = firstNamed(c, 'ORC');
  const said = [
    ['MSH-9', OF_EVENT[event]],
    ['ORC-1', OF_ORDER[words(c, orc, 1) ?? '']],
    ...carried.map((obx) => [`OBX[${obx.nth}]-11`, OF_LINE[words(c, obx, 11) ?? '']]),
  ].filter((pair): pair is [string, DocumentAction] => pair[1] !== undefined);
  const action = said[0]?.[1] ?? 'new';
  const other = said.find(([, one]) => one !== action);
  if (!other) return action;
  throw new Refusal('report.unreadable', 'the event, ORC-1 and OBX-11 do not ask for the same: new, replacing or withdrawn', {
    at: other[0],
  });
}

function readRouting(c: Hl7Context, lines: readonly Segment[]): DocumentRouting {
  const routing: DocumentRouting = { flags: {}, recipients: [] };
  for (const obx of lines.filter((line) => isRouting(c, line))) {
    const name = words(c, obx, 3) ?? '';
    if (!isEncapsulated(obx)) routing.flags[name] = words(c, obx, 5) === 'Y';
    else if (name === 'CORPSMAIL_PATIENT') routing.mailToPatient = textOf(c, obx);
    else routing.mailToProfessional = textOf(c, obx);
  }
  for (const prt of segmentsNamed(c, 'PRT')) takeParticipation(c, prt, routing);
  return routing;
}

/** PRT-4: SB who sends, RCT a recipient of the mail, REPLY where to answer. */
function takeParticipation(c: Hl7Context, prt: Segment, routing: DocumentRouting): void {
  const role = words(c, prt, 4);
  const person = repetitions(c, prt, 5)[0];
  if (role === 'SB') {
    const sender: Participant = (person === undefined ? undefined : readXcn(c, person)) ?? { ids: [] };
    const [name, number] = [words(c, prt, 8), words(c, prt, 8, 10)];
    if (number !== undefined || name !== undefined) {
      sender.organization = {
        ids: number === undefined ? [] : [{ root: '1.2.250.1.71.4.2.2', extension: number }],
        ...(name !== undefined && { name }),
      };
    }
    routing.sender = sender;
    return;
  }
  const mail = mailOf(c, prt, person);
  if (mail && role === 'RCT') routing.recipients.push(mail);
  if (mail && role === 'REPLY') routing.replyTo = mail;
}

function mailOf(c: Hl7Context, prt: Segment, person: string | undefined): MailAddress | undefined {
  const address = words(c, prt, 15, 4);
  if (address === undefined) return undefined;
  const who = person === undefined ? undefined : readXcn(c, person);
  const idType = person === undefined ? undefined : wordsOf(c, components(c, person)[12]);
  return { address, ids: who?.ids ?? [], ...(idType !== undefined && { idType }), ...(who?.name && { name: who.name }) };
}
