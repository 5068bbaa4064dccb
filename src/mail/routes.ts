import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, passDoor, type Principal, principalOf } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import type { DocumentFiled } from '#record';
import { boxFor, SECRETARY } from './boxes.ts';
import type { MailList, MailThread, MailToWrite } from './contract.ts';
import { writeMail, type WriteDeps } from './send-mail.ts';
import { attachedTo, listOf, threadView } from './show-mail.ts';
import {
  dropTemplate,
  endDelegation,
  findMessage,
  markRead,
  type MessageRow,
  noteFiled,
  threadOf,
  tieThread,
  writeDelegation,
  writeTemplate,
} from './store.ts';
import { documentsIn } from './take-mail.ts';

const text = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .regex(/^[^\0]*$/);
const oneLine = (least: number, most: number) => text(least, most).regex(/^[^\r\n]*$/);
const messageParams = z.object({ messageId: z.uuid() });
const attachmentParams = z.object({ messageId: z.uuid(), attachment: z.coerce.number().int().min(0).max(999) });
const box = z.string().min(3).max(320);
const writeBody = z.object({
  box,
  to: oneLine(3, 320).exactOptional(),
  subject: oneLine(1, 300),
  words: text(1, 50_000),
  answers: z.uuid().exactOptional(),
  patientId: z.uuid().exactOptional(),
  mayAnswer: z.boolean().exactOptional(),
});
const delegateBody = z.object({ box, to: z.string().max(40), may: z.enum(['read', 'send', 'nothing']) });
const templateBody = z.object({ name: oneLine(1, 100), subject: oneLine(0, 300), words: text(1, 20_000) });

export interface MailRoutesDeps extends WriteDeps {
  db: Db;
  /** Files a document that came by mail into the record of the patient whom it names, through the door of access. */
  file: (asked: { who: Principal; patientId: string; bytes: Buffer; via: string; now: Date }) => Promise<DocumentFiled>;
}

/** The mail of those who have no mail software. Each route passes the door, which writes one audit event. */
export async function mailRoutes(app: FastifyInstance, { db, file, ...deps }: MailRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const schema = (summary: string) => ({ summary, tags: ['mail'] });
  const hasPatientMail = deps.patientDomain !== undefined;
  const door = (request: FastifyRequest, action: Action, about: { patientId?: string | null; object?: string } = {}) => {
    const who = principalOf(request);
    const patientId = about.patientId ?? (who.role === 'patient' ? who.patientId : undefined);
    return {
      who,
      action,
      via: request.routeOptions.url ?? '',
      now: new Date(),
      ...(patientId !== undefined && { patientId }),
      ...(about.object !== undefined && { object: about.object }),
    };
  };
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
    { config, schema: { ...schema('My mailboxes, and the threads of one (MailList)'), querystring: z.object({ box: box.optional() }) } },
    async (request, reply): Promise<MailList> => {
      reply.header('cache-control', 'no-store');
      return passDoor(db, door(request, 'mail.list'), (tx) =>
        listOf(tx, { who: principalOf(request), box: request.query.box, hasPatientMail }),
      );
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
        const view = await threadView(tx, asking.who, opened);
        await markRead(tx, opened.box, opened.thread, asking.who.id, asking.now);
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

  typed.post('/api/mail/messages', { config, schema: { ...schema('Writes a mail'), body: writeBody } }, async (request, reply) => {
    const mail: MailToWrite = request.body;
    const before = mail.answers === undefined ? undefined : await asked(mail.answers);
    const patientId =
      before?.about.patientId ?? (mail.patientId === undefined ? undefined : (await personOf(db, mail.patientId)).patientId);
    const asking = door(request, 'mail.send', { patientId: patientId ?? null });
    const messageId = await passDoor(db, asking, async (tx) => {
      await boxFor(tx, asking.who, mail.box, 'send');
      if (before && (await own(tx, asking.who, before.message, 'send')).box !== mail.box)
        throw new Refusal('request.invalid', 'an answer leaves from the mailbox of the thread', { at: 'box' });
      return writeMail(tx, deps, { who: asking.who, mail, before: before?.message, now: asking.now });
    });
    return reply.code(201).send({ messageId });
  });

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
    '/api/mail/messages/:messageId/attachments/:attachment/file',
    {
      config,
      schema: {
        ...schema('Files the documents of an attachment in the record (DocumentFiled)'),
        params: attachmentParams,
        body: z.object({ part: z.int().min(0) }),
      },
    },
    async (request, reply) => {
      const { messageId, attachment } = request.params;
      const { message, about } = await asked(messageId);
      const { who, via, now } = door(request, 'mail.read', about);
      await boxFor(db, who, message?.box, 'read');
      if (about.patientId === undefined) throw new Refusal('request.invalid', 'say first whom this mail is about', { at: 'patientId' });
      const enclosed = (await attachedTo(db, messageId))[attachment];
      const content = enclosed && documentsIn(enclosed.bytes, enclosed.mediaType, enclosed.name)[request.body.part];
      const bytes = content?.source ?? (/xml/i.test(enclosed?.mediaType ?? '') ? enclosed?.bytes : undefined);
      if (!bytes) throw new Refusal('request.not-found', 'this attachment holds no such document', { at: 'part' });
      const filed = await file({ who, patientId: about.patientId, bytes: Buffer.from(bytes), via, now });
      await noteFiled(db, messageId, `${attachment}.${request.body.part}`, filed.documentId);
      return reply.code(filed.isNew ? 201 : 200).send(filed);
    },
  );

  typed.post(
    '/api/mail/delegates',
    { config, schema: { ...schema('A colleague reads, or writes, in a mailbox of mine, or no more'), body: delegateBody } },
    async (request, reply) => {
      const asking = door(request, 'mail.delegate');
      const { to, may } = request.body;
      await passDoor(db, asking, async (tx) => {
        const { box: of } = await boxFor(tx, asking.who, request.body.box, 'delegate');
        if (may === 'nothing') return endDelegation(tx, of, to, asking.now);
        const { colleagues } = await listOf(tx, { who: asking.who, box: of, hasPatientMail });
        const colleague = colleagues.find(({ id }) => id === to);
        if (!colleague) throw new Refusal('request.invalid', 'name a colleague of your structure', { at: 'to' });
        const name = to === SECRETARY ? '' : colleague.name;
        await writeDelegation(tx, { box: of, delegate: to, name, maySend: may === 'send', by: asking.who.id, now: asking.now });
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/mail/templates',
    { config, schema: { ...schema('Keeps a model of mail of mine'), body: templateBody } },
    async (request, reply) => {
      const asking = door(request, 'mail.send');
      await passDoor(db, asking, (tx) => writeTemplate(tx, asking.who.id, { templateId: uuidv7(), ...request.body }));
      return reply.code(204).send();
    },
  );

  typed.delete(
    '/api/mail/templates/:templateId',
    { config, schema: { ...schema('Drops a model of mine'), params: z.object({ templateId: z.uuid() }) } },
    async (request, reply) => {
      const asking = door(request, 'mail.send');
      await passDoor(db, asking, (tx) => dropTemplate(tx, asking.who.id, request.params.templateId));
      return reply.code(204).send();
    },
  );
}
