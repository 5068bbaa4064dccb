import { zstdDecompressSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import type { Principal } from '#access';
import { namesOfPeopleAt } from '#directory';
import { type DocumentSection, narrativeToHtml, type Section, withNarrative } from '#formats';
import { type Patient, patientsByIds, survivorOf } from '#identity';
import type { Sql } from '#kernel';
import { filingTypes } from '#record';
import { boxesOf, boxFor, SECRETARY } from './boxes.ts';
import type { EnclosedDocument, MailAttachment, MailFolder, MailList, MailMessage, MailThread, ThreadLine } from './contract.ts';
import { mayAnswer } from './send-mail.ts';
import { type MessageRow, messagesOf, patientsIn, rawOf, threadOf } from './store.ts';
import { delegatesOf, templatesOf } from './store-settings.ts';
import { type Attached, attachmentsOf, documentsIn } from './take-mail.ts';
import { type Enclosed, whoseIs } from './whose.ts';

interface Asked {
  who: Principal;
  box?: string | undefined;
  folder?: MailFolder | undefined;
  /** Words that every thread shown bears, or the name of its patient. */
  q?: string | undefined;
  hasPatientMail: boolean;
}

/** The mailboxes of somebody, and the threads of the one asked for, or of the first. */
export async function listOf(sql: Sql, { who, box, folder = 'all', q = '', hasPatientMail }: Asked): Promise<MailList> {
  const boxes = await boxesOf(sql, who);
  const shown = box === undefined ? boxes[0] : boxes.find((one) => one.box === box);
  const empty = { boxes, threads: [], templates: [], delegates: [], colleagues: [], hasPatientMail };
  if (!shown) return empty;
  const rows = await messagesOf(sql, shown.box, folder, await searched(sql, shown.box, q));
  const names = await namesOf(sql, rows);
  const threads = [...Map.groupBy(rows, ({ thread }) => thread).values()].map((messages) => lineOf(messages, names));
  return {
    ...empty,
    box: shown.box,
    threads,
    templates: await templatesOf(sql, who.id),
    ...(shown.mayDelegate && { delegates: await delegatesOf(sql, shown.box), colleagues: await colleaguesOf(sql, who) }),
  };
}

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
const MOST_WORDS = 6;

/** Each word asked for, with the patients of this mailbox whose name bears it. */
async function searched(sql: Sql, box: string, q: string) {
  const words = plain(q).split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const patients = await patientsByIds(sql, await patientsIn(sql, box));
  const named = patients.map(({ patientId, traits: { birthFamily, birthGivens, usedFamily = '' } }) => ({
    patientId,
    name: plain(`${birthFamily} ${usedFamily} ${birthGivens}`),
  }));
  return words.map((word) => ({ word, patientIds: named.flatMap(({ patientId, name }) => (name.includes(word) ? patientId : [])) }));
}

/** @param messages of one thread, the latest first */
function lineOf(messages: MessageRow[], names: ReadonlyMap<string, string>): ThreadLine {
  const [last] = messages as [MessageRow, ...MessageRow[]];
  const first = messages.at(-1)!;
  const patientName = last.patientId === null ? undefined : names.get(last.patientId);
  return {
    messageId: first.messageId,
    subject: first.subject,
    otherName: last.otherName,
    at: last.at.toISOString(),
    count: messages.length,
    unread: messages.some(({ direction, readAt }) => direction === 'in' && readAt === null),
    isFailed: messages.some(({ state }) => state === 'dead'),
    isToDo: messages.some(({ direction, doneAt }) => direction === 'in' && doneAt === null),
    ...(last.direction === 'out' && { sent: last.state }),
    ...(patientName !== undefined && { patientName }),
  };
}

async function namesOf(sql: Sql, rows: readonly MessageRow[]): Promise<Map<string, string>> {
  const ids = [...new Set(rows.flatMap(({ patientId }) => patientId ?? []))];
  const patients = await patientsByIds(sql, ids);
  return new Map(patients.map(({ patientId, traits }) => [patientId, `${traits.birthFamily} ${traits.firstBirthGiven}`]));
}

/** Those of the structure, and the secretaries of the holder. */
export async function colleaguesOf(sql: Sql, { id, organisation }: Principal): Promise<MailList['colleagues']> {
  if (!organisation) return [];
  const people = await namesOfPeopleAt(sql, [organisation.finess]);
  const named = people.map(({ rpps, title, given, family }) => ({
    id: `rpps:${rpps}`,
    name: [title === 'DR' ? 'Dr' : title, given, family].filter(Boolean).join(' '),
  }));
  return [{ id: SECRETARY, name: '' }, ...new Map(named.filter((one) => one.id !== id).map((one) => [one.id, one])).values()];
}

interface Reader {
  who: Principal;
  mode: 'demo' | 'production';
  now: Date;
}

const shownOf = ({ patientId, traits: { birthFamily, firstBirthGiven, birthDate } }: Patient) => ({
  patientId,
  name: `${birthFamily} ${firstBirthGiven}`,
  birthDate,
});

/** A whole thread, its documents safe to show. The caller has passed the door. */
export async function threadView(
  sql: Sql,
  reader: Reader & { domains: ReadonlySet<string> | undefined },
  opened: MessageRow,
): Promise<MailThread> {
  const { who, domains } = reader;
  const known = await boxFor(sql, who, opened.box, 'read');
  const rows = await threadOf(sql, opened.box, opened.thread);
  const last = rows.at(-1)!;
  const patientId = last.patientId === null ? undefined : await survivorOf(sql, last.patientId);
  const [patient] = patientId === undefined ? [] : await patientsByIds(sql, [patientId]);
  const incoming = rows.findLast(({ direction }) => direction === 'in');
  return {
    box: opened.box,
    subject: rows[0]!.subject,
    otherName: last.otherName,
    isWithPatient: last.other.startsWith('patient:'),
    ...(incoming && known.kind !== 'patient' && { isDone: rows.every(({ direction, doneAt }) => direction === 'out' || doneAt !== null) }),
    mayAnswer:
      known.maySend && (known.kind !== 'patient' || (incoming?.mayAnswer ?? false)) && (await mayAnswer(sql, { domains }, last.other)),
    ...(patient && { patient: shownOf(patient) }),
    // For whom, the door judges when it is filed.
    mayFile: known.kind !== 'patient' && rows.some(hasPdf) ? filingTypes(who, patient?.patientId ?? '') : [],
    messages: await Promise.all(rows.map((row) => messageView(sql, row, known.kind === 'patient' ? undefined : reader))),
  };
}

const isPdf = ({ name, mediaType }: MailAttachment) => mediaType === 'application/pdf' || /\.pdf$/i.test(name);
const hasPdf = ({ direction, attachments }: MessageRow) => direction === 'in' && attachments.some(isPdf);

/** @param filer who may file what came; absent of a patient's own mail */
async function messageView(sql: Sql, row: MessageRow, filer: Reader | undefined): Promise<MailMessage> {
  const { messageId, direction, otherName, at, words, attachments, state, toldAt, reason, byName, filed, filedFor } = row;
  const attached = attachments.length === 0 ? [] : await attachedTo(sql, messageId);
  return {
    messageId,
    direction,
    otherName,
    at: at.toISOString(),
    words,
    attachments: attachments.map((one, n) => {
      const documentId = isPdf(one) ? filed[`${n}.0`] : undefined;
      const patientId = filedFor[`${n}.0`];
      return { ...one, ...(documentId !== undefined && { documentId, ...(patientId !== undefined && { patientId }) }) };
    }),
    documents: await documentsOf(sql, attached, { filed, filer: direction === 'in' ? filer : undefined }),
    state,
    ...(toldAt !== null && { toldAt: toldAt.toISOString() }),
    ...(reason !== null && { reason }),
    ...(byName !== null && { byName }),
  };
}

/** What a message holds, read again from the mail as it came. */
export async function attachedTo(sql: Sql, messageId: string): Promise<Attached[]> {
  const zstd = await rawOf(sql, messageId);
  return zstd ? attachmentsOf(await PostalMime.parse(zstdDecompressSync(zstd))) : [];
}

/** One after the other: a file may hold some hundred reports, and each is looked up. */
async function documentsOf(
  sql: Sql,
  attached: readonly Attached[],
  { filed, filer }: { filed: MessageRow['filed']; filer: Reader | undefined },
): Promise<EnclosedDocument[]> {
  const shown: EnclosedDocument[] = [];
  for (const [attachment, { bytes, mediaType, name }] of attached.entries())
    for (const [part, content] of documentsIn(bytes, mediaType, name).entries()) {
      const whose = filer && (await whoseIs(sql, content, filer));
      const one = enclosed(content, { attachment, part, documentId: filed[`${attachment}.${part}`] });
      shown.push({ ...one, ...(whose && { of: { ...shownOf(whose.patient), isSure: whose.isSure } }) });
    }
  return shown;
}

function enclosed(
  content: Enclosed,
  { documentId, ...at }: { attachment: number; part: number; documentId: string | undefined },
): EnclosedDocument {
  // Without a narrative of its own (HL7, HPRIM), it is shown as Cigogne narrates it.
  const { title, sections } = content.kind === 'report' ? withNarrative(content.report) : content.document;
  return {
    ...at,
    title,
    sections: (sections as (Section | DocumentSection)[]).flatMap((one) => headingsOf(one, 0)),
    ...(documentId !== undefined && { documentId }),
  };
}

/** Headings with their narrative as safe HTML: nothing of the sender's markup reaches the page. */
function headingsOf({ title, code, narrative, sections }: Section | DocumentSection, depth: number): EnclosedDocument['sections'] {
  const own = { title: title ?? code?.display ?? '', html: narrative === undefined ? '' : narrativeToHtml(narrative), depth };
  return [own, ...(sections as (Section | DocumentSection)[]).flatMap((inner) => headingsOf(inner, depth + 1))];
}
