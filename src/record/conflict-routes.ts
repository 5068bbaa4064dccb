import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, passDoor, principalOf } from '#access';
import { patientsByIds } from '#identity';
import { againAfterDeadlock, type Db, type Sql, uuidv7 } from '#kernel';
import { keepVersion, listConflicts } from './conflicts.ts';
import type { VersionWorklist } from './contract.ts';
import type { Relay } from './relay.ts';
import { noteChange } from './store.ts';

const params = z.object({ patientId: z.uuid(), documentId: z.uuid() });
const body = z.object({
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .regex(/^[^\0]*$/),
});

/** The worklist of a laboratory's biologists: reports of theirs that contradict one another. */
export async function conflictRoutes(app: FastifyInstance, { db, relay }: { db: Db; relay: Pick<Relay, 'wake'> }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const ask = (request: FastifyRequest, action: Action, object: { patientId?: string; object?: string } = {}) => {
    const who = principalOf(request);
    return { who, action, producer: who.organisation?.finess, ...object, via: 'worklist', now: new Date() };
  };

  typed.get(
    '/api/worklists/versions',
    { config: { guard: 'patient-data' }, schema: { summary: 'Reports of my laboratory that contradict one another', tags: ['record'] } },
    async (request): Promise<VersionWorklist> =>
      passDoor(db, ask(request, 'versions.read'), async (tx) => {
        const conflicts = await listConflicts(tx, principalOf(request).organisation?.finess ?? '');
        const patients = new Map(
          (await patientsByIds(tx, [...new Set(conflicts.map(({ patientId }) => patientId))])).map((one) => [one.patientId, one]),
        );
        return {
          conflicts: conflicts.flatMap((conflict) => {
            const traits = patients.get(conflict.patientId)?.traits;
            return traits
              ? [
                  {
                    ...conflict,
                    patient: { name: `${traits.birthFamily} ${traits.firstBirthGiven}`, birthDate: traits.birthDate, sex: traits.sex },
                  },
                ]
              : [];
          }),
        };
      }),
  );

  typed.post(
    '/api/worklists/versions/:patientId/:documentId/keep',
    { config: { guard: 'patient-data' }, schema: { summary: 'This report is the right one', tags: ['record'], params, body } },
    async (request, reply) => {
      const { patientId, documentId } = request.params;
      const door = ask(request, 'versions.decide', { patientId, object: documentId });
      // The relay writes the same worklist before the trail, which the door writes first.
      const decide = async (tx: Sql) => {
        const structure = door.producer ?? '';
        await keepVersion(tx, { patientId, documentId, structure, by: door.who.id, at: door.now, reason: request.body.reason });
        await noteChange(tx, { patientId, documentId, eventId: uuidv7(), kind: 'version-chosen', item: null });
      };
      await againAfterDeadlock(() => passDoor(db, door, decide));
      relay.wake();
      return reply.code(204).send();
    },
  );
}
