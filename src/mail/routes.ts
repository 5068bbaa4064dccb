import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { linkedAmong, passDoor, type Principal, principalOf } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { type DocumentFiled, type DocumentFiling, itemToOpen } from '#record';
import { boxFor } from './boxes.ts';
import type { MailFolder, MailList, MailThread, MailToWrite, PdfAbout } from './contract.ts';
import { box, doorOf as door, oneLine, text } from './mail-door.ts';
import { recipientOf, writeMail, type WriteDeps } from './send-mail.ts';
import { mailSettingsRoutes } from './settings-routes.ts';
import { attachedTo, listOf, threadView } from './show-mail.ts';
import { findMessage, markDone, markRead, type MessageRow, noteFiled, threadOf, tieThread } from './store.ts';
import { type Attached, documentsIn, isLegacy } from './take-mail.ts';

/** Characters of base64: 7 MiB, since operators take mails of 10 MB. */
const MOST_FILES = Math.ceil((7 * 1024 * 1024 * 4) / 3);
const MOST_BODY = MOST_FILES + 256 * 1024;
const messageParams = z.object({ messageId: z.uuid() });
const attachmentParams = z.object({ messageId: z.uuid(), attachment: z.coerce.number().int().min(0).max(999) });
const FOLDERS = ['all', 'todo', 'received', 'sent', 'done'] as const satisfies readonly MailFolder[];
const listQuery = z.object({ box: box.optional(), folder: z.enum(FOLDERS).optional(), q: text(0, 100).optional() });
const writeBody = z.object({
  box,
  to: oneLine(3, 320).exactOptional(),
  subject: oneLine(1, 300),
  words: text(1, 50_000),
  answers: z.uuid().exactOptional(),
  patientId: z.uuid().exactOptional(),
  mayAnswer: z.boolean().exactOptional(),
  files: z
    .array(
      z.object({
        name: oneLine(1, 200),
        mediaType: z.string().regex(/^[\w.+-]{1,60}\/[\w.+-]{1,100}$/),
        file: z.base64(),
      }),
    )
    .max(10)
    .refine((files) => files.reduce((sum, { file }) => sum + file.length, 0) <= MOST_FILES)
    .exactOptional(),
  documentId: z.uuid().exactOptional(),
});
const pdfAbout = z.object({ type: text(2, 40), title: text(2, 200), day: z.iso.date(), author: text(3, 200).exactOptional() });

export interface MailRoutesDeps extends WriteDeps {
  db: Db;
  /** IANA zone of the region: a mailbox is given for its days. */
  zone: string;
  mode: 'demo' | 'production';
  /** Files a document that came by mail into the record of the patient whom it names, through the door of access. */
  file: (asked: { who: Principal; patientId: string; bytes: Buffer; from: string; via: string; now: Date }) => Promise<DocumentFiled>;
  /** Files a PDF in the record that the thread is about, on the word of who files it. */
  filePdf: (asked: { who: Principal; patientId: string; filing: DocumentFiling; via: string; now: Date }) => Promise<DocumentFiled>;
  /** A document of the record as a mail carries it. The door of that document was passed. */
  attach: (
    tx: Sql,
    asked: { patientId: string; homes: readonly string[]; documentId: string; to: string; from: string; now: Date },
  ) => Promise<NonNullable<Parameters<typeof writeMail>[2]['enclosed']>>;
}

/** The mail of those who have no mail software. Each route passes the door, which writes one audit event. */
export async function mailRoutes(app: FastifyInstance, { db, zone, file, filePdf, attach, ...deps }: MailRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const schema = (summary: string) => ({ summary, tags: ['mail'] });
  const hasPatientMail = deps.patientDomain !== undefined;
  await mailSettingsRoutes(app, { db, zone });
  /** The message, and the live record that it is about; what is not theirs is told as what does not exist. */
  const asked = async (messageId: string): Promise<{ message: MessageRow | undefined; about: { patientId?: string; object: string } }> => {
    const message = await findMessage(db, messageId);
    const known = message ? (await threadOf(db, message.box, message.thread)).findLast((one) => one.patientId !== null) : undefined;
    const patientId = known?.patientId == null ? undefined : (await personOf(db, known.patientId)).patientId;
    return { message, about: { object: messageId, ...(patientId !== undefined && { patientId }) } };
  };
  const own = async (tx: Sql, who: Principal, message: MessageRow | undefined, may: 'read' | 'send' = 'read'): Promise<MessageRow> => {
    await boxFor(tx, who, message?.box, may);
    return message!;
  };

  typed.get(
    '/api/mail',
    { config, schema: { ...schema('My mailboxes, and the threads of one (MailList)'), querystring: listQuery } },
    async (request, reply): Promise<MailList> => {
      reply.header('cache-control', 'no-store');
      return passDoor(db, door(request, 'mail.list'), (tx) => listOf(tx, { who: principalOf(request), ...request.query, hasPatientMail }));
    },
  );

  typed.get(
    '/api/mail/messages/:messageId',
    { config, schema: { ...schema('A thread opened, and read (MailThread)'), params: messageParams } },
    async (request, reply): Promise<MailThread> => {
      const { message, about } = await asked(request.params.messageId);
      const asking = door(request, 'mail.read', about);
      reply.header('cache-control', 'no-store');
      return passDoor(db, asking, async (tx) => {
        const opened = await own(tx, asking.who, message);
        const view = await threadView(tx, { who: asking.who, domains: deps.domains, mode: deps.mode, now: asking.now }, opened);
        // What a secretary opens, no professional has read: who sent it is not told so.
        await markRead(tx, opened, { by: asking.who.id, tells: asking.who.role !== 'secretary', now: asking.now });
        return view;
      });
    },
  );

  typed.get(
    '/api/mail/messages/:messageId/attachments/:attachment',
    { config, schema: { ...schema('An attachment, byte for byte'), params: attachmentParams } },
    async (request, reply) => {
      const { message, about } = await asked(request.params.messageId);
      const asking = door(request, 'mail.read', about);
      const found = await passDoor(db, asking, async (tx) => {
        const { messageId } = await own(tx, asking.who, message);
        return (await attachedTo(tx, messageId))[request.params.attachment];
      });
      if (!found) throw new Refusal('request.not-found', 'this message has no such attachment', { at: 'attachment' });
      // Never shown inside our origin, but for a PDF: anything else may carry scripts.
      const isPdf = found.mediaType === 'application/pdf';
      return reply
        .type(isPdf ? 'application/pdf' : 'application/octet-stream')
        .header('content-disposition', `${isPdf ? 'inline' : 'attachment'}; filename="${found.name.replaceAll(/[^\w.-]+/g, '_')}"`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(found.bytes));
    },
  );

  typed.post(
    '/api/mail/messages',
    { config, bodyLimit: MOST_BODY, schema: { ...schema('Writes a mail'), body: writeBody } },
    async (request, reply) => {
      const mail: MailToWrite = request.body;
      const { documentId } = mail;
      const before = mail.answers === undefined ? undefined : await asked(mail.answers);
      const named = before?.about.patientId ?? (mail.patientId === undefined ? undefined : (await personOf(db, mail.patientId)).patientId);
      if (documentId !== undefined && named === undefined)
        throw new Refusal('request.invalid', 'say first whom this mail is about', { at: 'patientId' });
      const person = documentId === undefined || named === undefined ? undefined : await personOf(db, named);
      const ofDocument = person && {
        object: documentId,
        item: (tx: Sql) => itemToOpen(tx, person.homes, documentId!, 'file'),
      };
      const asking = { ...door(request, person ? 'mail.attach' : 'mail.send', { patientId: named ?? null }), ...ofDocument };
      const messageId = await passDoor(db, asking, async (tx) => {
        await boxFor(tx, asking.who, mail.box, 'send');
        if (before && (await own(tx, asking.who, before.message, 'send')).box !== mail.box)
          throw new Refusal('request.invalid', 'an answer leaves from the mailbox of the thread', { at: 'box' });
        const writing = { who: asking.who, mail, before: before?.message, now: asking.now };
        if (!person) return writeMail(tx, deps, writing);
        const to = await recipientOf(tx, deps, writing);
        if (to.startsWith('patient:'))
          throw new Refusal('request.invalid', 'a patient reads their documents in their record', { at: 'documentId' });
        const enclosed = await attach(tx, { ...person, documentId: documentId!, to, from: mail.box, now: asking.now });
        return writeMail(tx, deps, { ...writing, enclosed });
      });
      return reply.code(201).send({ messageId });
    },
  );

  typed.post(
    '/api/mail/messages/:messageId/patient',
    { config, schema: { ...schema('Says whom a thread is about'), params: messageParams, body: z.object({ patientId: z.uuid() }) } },
    async (request, reply) => {
      const { message } = await asked(request.params.messageId);
      const { patientId } = await personOf(db, request.body.patientId);
      const asking = door(request, 'mail.tie', { patientId, object: request.params.messageId });
      await passDoor(db, asking, async (tx) => {
        const { box: of, thread } = await own(tx, asking.who, message);
        await tieThread(tx, of, thread, patientId, asking.who.id);
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/mail/messages/:messageId/done',
    { config, schema: { ...schema('A thread is dealt with, or is not'), params: messageParams, body: z.object({ isDone: z.boolean() }) } },
    async (request, reply) => {
      const { message, about } = await asked(request.params.messageId);
      const asking = door(request, 'mail.read', about);
      await passDoor(db, asking, async (tx) => {
        const opened = await own(tx, asking.who, message);
        await markDone(tx, opened, { by: asking.who.id, now: request.body.isDone ? asking.now : null });
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/mail/messages/:messageId/attachments/:attachment/file',
    {
      config,
      schema: {
        ...schema('Files the documents of an attachment in the record (DocumentFiled)'),
        params: attachmentParams,
        body: z.object({ part: z.int().min(0), about: pdfAbout.exactOptional(), patientId: z.uuid().exactOptional() }),
      },
    },
    async (request, reply) => {
      const { messageId, attachment } = request.params;
      const { message, about } = await asked(messageId);
      const { who, via, now } = door(request, 'mail.read', about);
      await boxFor(db, who, message?.box, 'read');
      const { part, about: pdf, patientId: said } = request.body;
      const patientId = said === undefined ? about.patientId : (await personOf(db, said)).patientId;
      if (patientId === undefined) throw new Refusal('request.invalid', 'say first whom this mail is about', { at: 'patientId' });
      // A PDF names nobody: whoever says that it is about somebody else than the thread is follows them, as to tie a thread.
      if (pdf && patientId !== about.patientId && !(await linkedAmong(db, who, [patientId], now)).has(patientId))
        await passDoor(db, door(request, 'mail.tie', { patientId, object: messageId }), () => Promise.resolve());
      const enclosed = (await attachedTo(db, messageId))[attachment];
      const asking = { who, patientId, via, now };
      const filed = pdf
        ? await filePdf({ ...asking, filing: pdfFiling(messageId, attachment, enclosed, pdf) })
        : await file({ ...asking, bytes: documentOf(enclosed, part), from: message?.other ?? '' });
      await noteFiled(db, messageId, `${attachment}.${part}`, { documentId: filed.documentId, patientId });
      return reply.code(filed.isNew ? 201 : 200).send(filed);
    },
  );
}

/** A document of an attachment, as it is exchanged. */
function documentOf(enclosed: Attached | undefined, part: number): Buffer {
  const contents = enclosed ? documentsIn(enclosed.bytes, enclosed.mediaType, enclosed.name) : [];
  const content = contents[part];
  const isWhole = contents.length === 1 && enclosed !== undefined && (/xml/i.test(enclosed.mediaType) || isLegacy(enclosed.bytes));
  const bytes = content?.source ?? content?.part ?? (isWhole ? enclosed.bytes : undefined);
  if (!bytes) throw new Refusal('request.not-found', 'this attachment holds no such document', { at: 'part' });
  return Buffer.from(bytes);
}

/** The same attachment filed again in the same words is the same filing. */
function pdfFiling(messageId: string, attachment: number, enclosed: Attached | undefined, about: PdfAbout): DocumentFiling {
  if (!enclosed) throw new Refusal('request.not-found', 'this message has no such attachment', { at: 'attachment' });
  const filingId = `${messageId.slice(0, -3)}${attachment.toString(16).padStart(3, '0')}`;
  return { filingId, mediaType: 'application/pdf', file: Buffer.from(enclosed.bytes).toString('base64'), about };
}
