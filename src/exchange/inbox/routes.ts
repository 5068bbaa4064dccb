import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal } from '#kernel';
import { door, ownOf } from '../route-door.ts';
import { answer, answerTogether, noteCall } from './answer.ts';
import type { Inbox, Unacknowledged } from './contract.ts';
import type { Escalation } from './escalation.ts';
import { colleaguesOf, inboxOf, unacknowledgedOf } from './show.ts';
import { inboxStreams } from './stream.ts';
import { endAbsence, endExpected, writeAbsence, writeExpected } from './store-absences.ts';
import { noteCorrectionsSeen } from './store-corrections.ts';
import { findLine } from './store-inbox.ts';

/** A browser's clock may be ahead of ours. */
const CLOCKS_APART_MS = 5 * 60_000;
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const words = z.string().trim().max(500).optional();
const lineParams = z.object({ lineId: z.uuid() });
const answerBody = z.object({ act: z.enum(['seen', 'call-back', 'delegate', 'reopen']), to: z.string().max(40).optional(), words });
const togetherBody = z.object({ lineIds: z.array(z.uuid()).min(1).max(200) });
const callBody = z.object({
  to: z.string().trim().min(2).max(200),
  calledAt: z.iso
    .datetime({ offset: true })
    .refine((at) => Date.parse(at) <= Date.now() + CLOCKS_APART_MS, 'a call is noted once it was made'),
  isReadBack: z.boolean(),
});
const correctionsBody = z.object({ documentIds: z.array(z.uuid()).min(1).max(200) });
const absenceBody = z.object({ coveredBy: z.string().max(40), fromDay: day, toDay: day });
const expectedBody = z
  .object({ patientId: z.uuid(), words: z.string().trim().min(2).max(200), prescribedOn: day, dueOn: day.optional() })
  .refine(({ prescribedOn, dueOn }) => dueOn === undefined || prescribedOn <= dueOn, 'what is prescribed comes back afterwards');

export interface InboxRoutesDeps {
  db: Db;
  escalation: Escalation;
  /** IANA zone of the region: days of absence are its days. */
  zone: string;
}

/** What a professional has to look at and answers for, and what their laboratory sees unanswered. */
export async function inboxRoutes(app: FastifyInstance, { db, escalation, zone }: InboxRoutesDeps): Promise<void> {
  inboxStreams(app, db);
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const schema = (summary: string) => ({ summary, tags: ['inbox'] });
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const today = () => dayOf.format(new Date());

  typed.get(
    '/api/inbox',
    { config, schema: schema('What I have to look at, and what I expect') },
    async (request, reply): Promise<Inbox> => {
      reply.header('cache-control', 'no-store');
      return passDoor(db, door(request, 'inbox.read'), (tx) => inboxOf(tx, principalOf(request), escalation, today()));
    },
  );

  typed.post(
    '/api/inbox/lines/:lineId',
    { config, schema: { ...schema('Seen, to call back, delegated to a colleague, or open again'), params: lineParams, body: answerBody } },
    async (request, reply) => {
      const { lineId } = request.params;
      const line = await findLine(db, lineId);
      // The record as it is read now: the line stays where the report was filed.
      const of = line ? { patientId: (await personOf(db, line.patientId)).patientId, object: line.documentId } : {};
      await passDoor(db, door(request, 'inbox.answer', of), (tx) =>
        answer(tx, { lineId, ...request.body }, { who: principalOf(request), escalation, today: today(), now: new Date() }),
      );
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/inbox/seen',
    { config, schema: { ...schema('Several normal reports seen together'), body: togetherBody } },
    async (request, reply) => {
      await passDoor(db, door(request, 'inbox.answer'), (tx) =>
        answerTogether(tx, request.body.lineIds, { who: principalOf(request), escalation, today: today(), now: new Date() }),
      );
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/inbox/absences',
    { config, schema: { ...schema('A colleague covers me from one day to another'), body: absenceBody } },
    async (request, reply) => {
      const who = principalOf(request);
      const { coveredBy, fromDay, toDay } = request.body;
      await passDoor(db, door(request, 'inbox.answer'), async (tx) => {
        const colleague = (await colleaguesOf(tx, who)).find(({ id }) => id === coveredBy);
        if (!colleague) throw new Refusal('request.invalid', 'name a colleague of your structure', { at: 'coveredBy' });
        if (toDay < fromDay || toDay < today())
          throw new Refusal('request.invalid', 'an absence ends after it begins, and not in the past', { at: 'toDay' });
        await writeAbsence(
          tx,
          { holder: who.id, holderName: who.name, coveredBy, coveredName: colleague.name, fromDay, toDay },
          new Date(),
        );
      });
      return reply.code(204).send();
    },
  );

  typed.delete(
    '/api/inbox/absences/:absenceId',
    { config, schema: { ...schema('Ends an absence of mine'), params: z.object({ absenceId: z.uuid() }) } },
    async (request, reply) => {
      await passDoor(db, door(request, 'inbox.answer'), (tx) =>
        endAbsence(tx, request.params.absenceId, principalOf(request).id, new Date()),
      );
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/inbox/expected',
    { config, schema: { ...schema('Prescribed, and expected back'), body: expectedBody } },
    async (request, reply) => {
      const { patientId } = await personOf(db, request.body.patientId);
      await passDoor(db, door(request, 'inbox.expect', { patientId }), (tx) =>
        writeExpected(tx, { ...request.body, patientId, holder: principalOf(request).id, now: new Date() }),
      );
      return reply.code(204).send();
    },
  );

  typed.delete(
    '/api/inbox/expected/:expectedId',
    { config, schema: { ...schema('No longer expected'), params: z.object({ expectedId: z.uuid() }) } },
    async (request, reply) => {
      await passDoor(db, door(request, 'inbox.answer'), (tx) =>
        endExpected(tx, request.params.expectedId, principalOf(request).id, new Date()),
      );
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/patients/:patientId/corrections/seen',
    {
      config: { guard: 'patient-data' as const },
      schema: {
        ...schema('The patient has seen what was corrected of values that they had read ({documentIds})'),
        params: z.object({ patientId: z.uuid() }),
      },
    },
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      await passDoor(db, door(request, 'correction.seen', { patientId }), async (tx) => {
        const body = correctionsBody.safeParse(request.body);
        if (!body.success) throw new Refusal('request.invalid', z.prettifyError(body.error), { at: 'body' });
        await noteCorrectionsSeen(tx, homes, body.data.documentIds, new Date());
      });
      return reply.code(204).send();
    },
  );

  typed.get(
    '/api/inbox/unacknowledged',
    { config, schema: schema('What nobody acknowledged of the reports of my laboratory') },
    async (request, reply): Promise<Unacknowledged[]> => {
      reply.header('cache-control', 'no-store');
      return passDoor(db, door(request, 'critical.follow'), (tx) => unacknowledgedOf(tx, ownOf(request), escalation));
    },
  );

  typed.post(
    '/api/inbox/lines/:lineId/calls',
    { config, schema: { ...schema('A call: to whom, when, read back or not'), params: lineParams, body: callBody } },
    async (request, reply) => {
      const { lineId } = request.params;
      const { to, calledAt, isReadBack } = request.body;
      const line = await findLine(db, lineId);
      const of = line
        ? { patientId: (await personOf(db, line.patientId)).patientId, object: line.documentId, producer: line.structure }
        : {};
      await passDoor(db, door(request, 'critical.follow', of), (tx) =>
        noteCall(tx, { lineId, to, calledAt: new Date(calledAt), isReadBack }, { who: principalOf(request), structures: ownOf(request) }),
      );
      return reply.code(204).send();
    },
  );
}
