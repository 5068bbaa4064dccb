import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, askOf, type ItemReader, passDoor } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { reportItem, visibleReports } from '#record';
import { type FollowUp, followUpSchema, newNoteSchema, newTargetSchema, type Note } from './contract.ts';
import { addNote, addTarget, notesOf, targetsOf } from './store-follow-up.ts';

const patientParams = z.object({ patientId: z.uuid() });
const documentParams = z.object({ patientId: z.uuid(), documentId: z.uuid() });

/** What is noted beside the results, across the people who treat the patient. Each route passes the door, which writes one audit event. */
export async function followUpRoutes(app: FastifyInstance, { db }: { db: Db }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'patient-data' as const };
  const tags = ['biology'];
  const ask = (request: FastifyRequest, action: Action, patientId: string, object?: string) =>
    askOf(request, action, { patientId, object });

  typed.get(
    '/api/patients/:patientId/follow-up',
    { config, schema: { summary: 'Notes and targets of a patient', tags, params: patientParams, response: { 200: followUpSchema } } },
    async (request, reply): Promise<FollowUp> => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const found = await passDoor(db, ask(request, 'follow-up.read', patientId), async (tx, { reader }) => ({
        notes: await visibleNotes(tx, homes, reader),
        targets: await targetsOf(tx, homes),
      }));
      reply.header('cache-control', 'no-store');
      return found;
    },
  );

  typed.post(
    '/api/patients/:patientId/reports/:documentId/notes',
    { config, schema: { summary: 'Notes something beside a report', tags, params: documentParams, body: newNoteSchema } },
    async (request, reply) => {
      const { documentId } = request.params;
      const { kind, about, words } = request.body;
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = {
        ...ask(request, 'follow-up.note', patientId, documentId),
        item: (tx: Sql) => reportItem(tx, homes, documentId, 'view'),
      };
      await passDoor(db, door, async (tx) => {
        if ((kind === 'comment' || kind === 'task') && words === undefined)
          throw new Refusal('request.invalid', 'needs words', { at: 'words' });
        if ((kind === 'done') !== (about !== undefined))
          throw new Refusal('request.invalid', 'only "done" is about a task', { at: 'about' });
        if (about !== undefined && !(await isTaskOf(tx, homes, documentId, about))) {
          throw new Refusal('request.not-found', 'this report has no such task', { at: 'about' });
        }
        const { who, now } = door;
        const note: Note = {
          noteId: uuidv7(now.getTime()),
          documentId,
          kind,
          byId: who.id,
          byName: who.name,
          at: now.toISOString(),
          ...(about !== undefined && { about }),
          ...(words !== undefined && { words }),
        };
        await addNote(tx, { patientId, by: who.id, fact: note });
      });
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/patients/:patientId/targets',
    { config, schema: { summary: 'Sets or lifts the target of an analyte', tags, params: patientParams, body: newTargetSchema } },
    async (request, reply) => {
      const { patientId } = await personOf(db, request.params.patientId);
      const { low, high } = request.body;
      const door = ask(request, 'target.set', patientId, request.body.row);
      await passDoor(db, door, async (tx) => {
        if (low !== undefined && high !== undefined && low >= high) {
          throw new Refusal('request.invalid', 'the low limit of a target is below its high one', { at: 'low' });
        }
        const { who, now } = door;
        const fact = { ...request.body, byName: who.name, at: now.toISOString() };
        await addTarget(tx, { patientId, by: who.id, fact }, uuidv7(now.getTime()));
      });
      return reply.code(204).send();
    },
  );
}

/** A note may name what its report says: who may not see the whole report reads only that it was seen. */
async function visibleNotes(tx: Sql, homes: readonly string[], reader: ItemReader): Promise<Note[]> {
  const notes = await notesOf(tx, homes);
  if (notes.length === 0) return [];
  const { reports } = await visibleReports(tx, homes, reader);
  const partial = new Map(reports.map(({ documentId, isPartial }) => [documentId, isPartial]));
  return notes.filter(({ documentId, kind }) => partial.has(documentId) && (kind === 'seen' || !partial.get(documentId)));
}

async function isTaskOf(tx: Sql, homes: readonly string[], documentId: string, noteId: string): Promise<boolean> {
  const notes = await notesOf(tx, homes);
  return notes.some((note) => note.noteId === noteId && note.documentId === documentId && note.kind === 'task');
}
