import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#access';
import {
  answer,
  answerTogether,
  colleaguesOf,
  endAbsence,
  endExpected,
  findLine,
  type Inbox,
  type InboxLine,
  inboxOf,
  isAwaited,
  type LineRow,
  linesWaitingFor,
  writeAbsence,
  writeExpected,
} from '#exchange';
import { Refusal, type Sql } from '#kernel';
import type { User } from './contract.ts';
import { demand, may, mayOpen } from './rights.ts';
import type { Doors } from './doors.ts';
import { closeTasks, nameOf, patientBy, patients } from './store.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const answerBody = z.object({
  act: z.enum(['seen', 'call-back', 'delegate', 'reopen']),
  to: z.string().max(40).optional(),
  words: z.string().trim().max(500).optional(),
});
const togetherBody = z.object({ lineIds: z.array(z.uuid()).min(1).max(200) });
const absenceBody = z.object({ coveredBy: z.string().max(40), fromDay: day, toDay: day });
const expectedBody = z
  .object({ patientId: z.uuid(), words: z.string().trim().min(2).max(200), prescribedOn: day, dueOn: day.optional() })
  .refine(({ prescribedOn, dueOn }) => dueOn === undefined || prescribedOn <= dueOn, 'what is prescribed comes back afterwards');

/** The inbox of the practice: the same rules and the same answers as that of the region, on what was filed here. */
export async function inboxRoutes(app: FastifyInstance, { deps, news, userOf, visit }: Doors): Promise<void> {
  const { db, structure, escalation, zone, users, wake, writeToPatient } = deps;
  const frenchDay = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, dateStyle: 'short' });
  const dayOf = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const principalOf = ({ id, name, role }: User): Principal => ({ id, name, role, organisation: structure });
  const asked = (user: User) => ({
    who: principalOf(user),
    escalation,
    today: dayOf.format(new Date()),
    now: new Date(),
  });
  const isDoctor = (id: string) => users.some((user) => user.id === id && user.role === 'gp');

  app.get('/api/inbox', async (request): Promise<Inbox> => {
    const user = userOf(request);
    return visit({ user, act: 'inbox.read' }, async (tx) => {
      demand(may(user, 'open-inbox'), 'open-inbox');
      const inbox = await inboxOf(tx, principalOf(user), escalation, dayOf.format(new Date()));
      const names = await namesOf(tx);
      const named = <T extends { patientId: string }>(one: T) => ({ ...one, patient: names.get(one.patientId)! });
      const own = new Set(inbox.lines.map(({ lineId }) => lineId));
      // Doctors of a practice see one another's work; a nurse and a pharmacist, what they are sent.
      const doctors = users.flatMap(({ id, role }) => (role === 'gp' && id !== user.id ? [id] : []));
      const others = user.role === 'gp' ? await linesWaitingFor(tx, doctors, escalation) : undefined;
      return {
        ...inbox,
        lines: inbox.lines.map(named),
        expected: inbox.expected.map(named),
        ...(others && { practice: others.filter(({ lineId }) => !own.has(lineId)).map(named) }),
      };
    });
  });

  app.get('/api/inbox/events', (request, reply) => {
    demand(may(userOf(request), 'open-inbox'), 'open-inbox');
    reply.hijack();
    news.listen(reply.raw);
  });

  /**
   * Its sender is told that it was read once a doctor of the practice answered for it: not when a copy was looked at by somebody else, nor while it waits for a
   * colleague, or critical, for the patient to be called back, since the region takes it for an acknowledgement.
   */
  const read = async (tx: Sql, line: Pick<LineRow, 'documentId' | 'holder' | 'state' | 'severity'>, user: User) => {
    if (!isAwaited(line) && isDoctor(line.holder)) await closeTasks(tx, line.documentId, 'completed', user.name, new Date());
  };

  app.post('/api/inbox/lines/:lineId', async (request, reply) => {
    const user = userOf(request);
    const { lineId } = z.object({ lineId: z.uuid() }).parse(request.params);
    const body = answerBody.parse(request.body);
    const line = await findLine(db, lineId);
    await visit({ user, act: `inbox.${body.act}`, ...(line && { patientId: line.patientId, object: line.documentId }) }, async (tx) => {
      demand(may(user, 'open-inbox'), 'open-inbox');
      await read(tx, await answer(tx, { lineId, ...body }, asked(user)), user);
    });
    wake();
    return reply.code(204).send();
  });

  /** A word to the patient about a result: it leaves the practice by secure mail, and the line stays to be answered. */
  app.post('/api/inbox/lines/:lineId/mail', async (request, reply) => {
    const user = userOf(request);
    const { lineId } = z.object({ lineId: z.uuid() }).parse(request.params);
    const { words } = z.object({ words: z.string().trim().min(1).max(5_000) }).parse(request.body);
    const line = await findLine(db, lineId);
    const visited = { user, act: 'patient.written', ...(line && { patientId: line.patientId, object: line.documentId }) };
    const mail = await visit(visited, async (tx) => {
      const patient = line && (await patientBy(tx, { patientId: line.patientId }));
      if (!patient || !line) throw new Refusal('request.not-found', 'there is no such line', { at: 'lineId' });
      demand(user.role === 'gp' && mayOpen(user, patient), 'write-to-patient');
      if (!patient.isQualified || !patient.ins || !writeToPatient)
        throw new Refusal('request.invalid', 'this patient has no mailbox: their identity is not qualified', { at: 'patient' });
      return { ins: patient.ins.value, byName: user.name, subject: `Votre résultat du ${frenchDay.format(line.cameAt)}`, words };
    });
    if (!(await writeToPatient!(mail)))
      throw new Refusal('store.unavailable', 'the operator of secure mail did not take the message: try again', { at: 'mail' });
    return reply.code(204).send();
  });

  app.post('/api/inbox/seen', async (request, reply) => {
    const user = userOf(request);
    const { lineIds } = togetherBody.parse(request.body);
    await visit({ user, act: 'inbox.seen-together' }, async (tx) => {
      demand(may(user, 'open-inbox'), 'open-inbox');
      await answerTogether(tx, lineIds, asked(user));
      for (const lineId of lineIds) await read(tx, (await findLine(tx, lineId))!, user);
    });
    wake();
    return reply.code(204).send();
  });

  app.post('/api/inbox/absences', async (request, reply) => {
    const user = userOf(request);
    const { coveredBy, fromDay, toDay } = absenceBody.parse(request.body);
    await visit({ user, act: 'inbox.absence' }, async (tx) => {
      demand(may(user, 'open-inbox'), 'open-inbox');
      const colleague = (await colleaguesOf(tx, principalOf(user))).find(({ id }) => id === coveredBy);
      if (!colleague) throw new Refusal('request.invalid', 'name a colleague of the practice', { at: 'coveredBy' });
      if (toDay < fromDay || toDay < dayOf.format(new Date()))
        throw new Refusal('request.invalid', 'an absence ends after it begins, and not in the past', { at: 'toDay' });
      const absence = { holder: user.id, holderName: user.name, coveredBy, coveredName: colleague.name, fromDay, toDay };
      await writeAbsence(tx, absence, new Date());
    });
    return reply.code(204).send();
  });

  app.delete('/api/inbox/absences/:id', async (request, reply) => {
    const user = userOf(request);
    const { id } = z.object({ id: z.uuid() }).parse(request.params);
    await visit({ user, act: 'inbox.absence-ended' }, (tx) => endAbsence(tx, id, user.id, new Date()));
    return reply.code(204).send();
  });

  app.post('/api/inbox/expected', async (request, reply) => {
    const user = userOf(request);
    const body = expectedBody.parse(request.body);
    await visit({ user, act: 'inbox.expect', patientId: body.patientId }, async (tx) => {
      const patient = await patientBy(tx, { patientId: body.patientId });
      demand(user.role === 'gp' && patient !== undefined && mayOpen(user, patient), 'prescribe');
      await writeExpected(tx, { ...body, holder: user.id, now: new Date() });
    });
    return reply.code(204).send();
  });

  app.delete('/api/inbox/expected/:id', async (request, reply) => {
    const user = userOf(request);
    const { id } = z.object({ id: z.uuid() }).parse(request.params);
    await visit({ user, act: 'inbox.expected-ended' }, (tx) => endExpected(tx, id, user.id, new Date()));
    return reply.code(204).send();
  });
}

/** As the practice knows them, with what it holds of their allergies. */
async function namesOf(sql: Sql): Promise<Map<string, InboxLine['patient']>> {
  return new Map(
    (await patients(sql)).map(({ patientId, isQualified, allergies, traits }) => [
      patientId,
      { name: nameOf(traits), birthDate: traits.birthDate, sex: traits.sex, isQualified, ...(allergies.length > 0 && { allergies }) },
    ]),
  );
}
