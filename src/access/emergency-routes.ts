import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { printPages } from '#formats';
import { type Db, Refusal, type Sql } from '#kernel';
import type { EmergencyNotice } from './contract.ts';
import { passDoor } from './door.ts';
import { type Addressee, emergencyLetter } from './emergency-letter.ts';
import { principalOf } from './guard.ts';
import { type EmergencyRow, findEmergency, unreadEmergencies, writeTold } from './store-emergencies.ts';

export interface EmergencyRoutesDeps {
  db: Db;
  /** With the rights of the owner of the tables: the officer treats nobody. */
  system: Db;
  /** How a letter names the patient of a record; undefined when there is none. */
  addresseeOf: (sql: Sql, patientId: string) => Promise<Addressee | undefined>;
  /** IANA zone of the region. */
  zone: string;
  now?: () => Date;
}

type PatientRoute = { Params: { patientId: string } };
type EmergencyRoute = { Params: { patientId: string; sequence: string } };
const guarded = (summary: string) => ({ config: { guard: 'patient-data' as const }, schema: { summary, tags: ['access'] } });
const readBody = z.object({ upTo: z.iso.datetime({ offset: true }) });

/** What tells a patient that their record was opened in an emergency: in their record, and by a letter that the data protection officer prints. */
export function emergencyRoutes(
  app: FastifyInstance,
  { db, system, addresseeOf, zone, now = () => new Date() }: EmergencyRoutesDeps,
): void {
  app.post<PatientRoute>(
    '/api/patients/:patientId/emergencies/read',
    guarded('The patient has read of the emergencies up to an instant ({upTo})'),
    async (request, reply) => {
      const [who, at] = [principalOf(request), now()];
      const { patientId } = request.params;
      await passDoor(db, { who, action: 'emergency.read', patientId, via: 'web', now: at }, async (tx) => {
        const body = readBody.safeParse(request.body);
        if (!body.success) throw new Refusal('request.invalid', z.prettifyError(body.error), { at: 'body' });
        const upTo = new Date(body.data.upTo);
        for (const one of await unreadEmergencies(tx, patientId)) {
          if (one.at <= upTo) await writeTold(tx, one, { how: 'screen', at, by: who.id });
        }
      });
      return reply.code(204).send();
    },
  );

  app.post<EmergencyRoute>(
    '/api/audit/emergencies/:patientId/:sequence/letter',
    guarded('The letter that tells a patient of an emergency (PDF, A4): printing it is an event that they read'),
    async (request, reply) => {
      const [who, at] = [principalOf(request), now()];
      const { patientId } = request.params;
      const sequence = Number(request.params.sequence);
      const door = { who, action: 'emergency.letter', patientId, object: `${sequence}`, via: 'web', now: at } as const;
      const letter = await passDoor(system, door, async (tx) => {
        const emergency = Number.isSafeInteger(sequence) ? await findEmergency(tx, patientId, sequence) : undefined;
        const to = emergency && (await addresseeOf(tx, patientId));
        if (!emergency || !to) throw new Refusal('request.not-found', 'there is no such emergency', { at: 'params.sequence' });
        await writeTold(tx, emergency, { how: 'letter', at, by: who.id });
        return emergencyLetter(emergency, to, { now: at, zone });
      });
      return reply
        .type('application/pdf')
        .header('content-disposition', 'inline; filename="information-urgence.pdf"')
        .header('cache-control', 'no-store')
        .send(Buffer.from(await printPages(letter, zone)));
    },
  );
}

/** Emergencies of which the patient has not said to have read, as shown at the next opening of their record. */
export async function emergenciesToRead(tx: Sql, patientId: string): Promise<EmergencyNotice[]> {
  return (await unreadEmergencies(tx, patientId)).map(noticeOf);
}

const noticeOf = ({ at, actorName, organisationName, reason }: EmergencyRow): EmergencyNotice => ({
  at: at.toISOString(),
  who: actorName,
  ...(organisationName !== null && { organisation: organisationName }),
  ...(reason !== null && { reason }),
});
