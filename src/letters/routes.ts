import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, askOf, passDoor, type Principal } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal } from '#kernel';
import type { DocumentFiled } from '#record';
import type { LetterDesk } from './contract.ts';
import { deskOf } from './desk.ts';
import { draftSchema } from './draft-schema.ts';
import { dropDraft, writeDraft } from './store.ts';

const patientParams = z.object({ patientId: z.uuid() });
const draftParams = z.object({ patientId: z.uuid(), draftId: z.uuid() });
const draftBody = z.object({ content: draftSchema, replaces: z.uuid().exactOptional() });

/** A letter at its longest: a form, not a file. */
const MOST_BYTES = 256 * 1024;

export interface LetterRoutesDeps {
  db: Db;
  /** IANA zone of the region: stays begin and end on its days. */
  zone: string;
  /** Signs a draft: files it as a document, through the door of access. */
  finish: (asked: { who: Principal; patientId: string; draftId: string; via: string; now: Date }) => Promise<DocumentFiled>;
}

/** The discharge letter of a patient, written by who answers for it. Each route passes the door, which writes one audit event. */
export async function letterRoutes(app: FastifyInstance, { db, zone, finish }: LetterRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'patient-data' as const };
  const schema = (summary: string) => ({ summary, tags: ['letters'] });
  const ask = (request: FastifyRequest, action: Action, patientId: string, object?: string) =>
    askOf(request, action, { patientId, object });

  typed.get(
    '/api/patients/:patientId/letters',
    { config, schema: { ...schema('The letters that I am writing or wrote, and what the stay says (LetterDesk)'), params: patientParams } },
    async (request, reply): Promise<LetterDesk> => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = ask(request, 'letter.read', patientId);
      const desk = await passDoor(db, door, (tx, { reader }) =>
        deskOf(tx, { patientId, homes, who: door.who, reader, now: door.now, zone }),
      );
      reply.header('cache-control', 'no-store');
      return desk;
    },
  );

  typed.put(
    '/api/patients/:patientId/letters/:draftId',
    { config, bodyLimit: MOST_BYTES, schema: { ...schema('Keeps what is typed'), params: draftParams, body: draftBody } },
    async (request, reply) => {
      const { draftId } = request.params;
      const { patientId } = await personOf(db, request.params.patientId);
      const door = ask(request, 'letter.write', patientId, draftId);
      await passDoor(db, door, (tx) =>
        writeDraft(tx, { ...request.body, patientId, draftId, author: door.who.id, structure: ownStructure(door.who), now: door.now }),
      );
      return reply.code(204).send();
    },
  );

  typed.delete(
    '/api/patients/:patientId/letters/:draftId',
    { config, schema: { ...schema('Gives up a draft'), params: draftParams } },
    async (request, reply) => {
      const { draftId } = request.params;
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = ask(request, 'letter.write', patientId, draftId);
      await passDoor(db, door, (tx) => dropDraft(tx, homes, draftId, door.who.id));
      return reply.code(204).send();
    },
  );

  typed.post(
    '/api/patients/:patientId/letters/:draftId/finish',
    { config, schema: { ...schema('Signs a letter: filed in the record, and sent (DocumentFiled)'), params: draftParams } },
    async (request, reply) => {
      const { patientId, draftId } = request.params;
      const { who, via, now } = ask(request, 'letter.sign', patientId);
      const filed = await finish({ who, patientId, draftId, via, now });
      return reply.code(filed.isNew ? 201 : 200).send(filed);
    },
  );
}

/** @throws Refusal `request.invalid` of who works for no structure: no stay is theirs to tell of */
export function ownStructure({ organisation }: Principal): string {
  if (!organisation) throw new Refusal('request.invalid', 'a discharge letter is of the structure of its author', { at: 'session' });
  return organisation.finess;
}
