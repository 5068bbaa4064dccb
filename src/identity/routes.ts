import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, emergenciesToRead, linkedAmong, linksOf, passDoor, principalOf, rateLimit } from '#access';
import { Refusal, type Sql } from '#kernel';
import { type Found, foundSchema, type OpenedPatient, openedPatientSchema, type Patient } from './contract.ts';
import { findPatients, minimalTraits, type NameScope } from './find-patients.ts';
import { patientById, patientsByIds } from './store.ts';
import { personOf, survivorsOf } from './store-merges.ts';
import { identitiesRoutes } from './identities-routes.ts';
import type { IdentityDeps } from './route-deps.ts';
import { worklistRoutes } from './worklist-routes.ts';

/** A professional's list of patients is as long as this at most. */
const MOST_OWN = 5_000;
const MOST_LISTED = 100;
/** Searches a minute of one person: nobody types faster, and a register of a whole population is not for leafing through by program. */
const MOST_SEARCHES = 120;

/** Search, one's own patients, who a patient is, and the worklist of the identity cell. Each passes the door: one event in the trail. */
export async function identityRoutes(app: FastifyInstance, deps: IdentityDeps): Promise<void> {
  const { db, mode, now = () => new Date() } = deps;
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const guarded = { config: { guard: 'patient-data' as const } };
  const ask = (request: FastifyRequest, action: Action) => ({ who: principalOf(request), action, via: 'web', now: now() });

  const maySearch = rateLimit(MOST_SEARCHES);

  typed.get(
    '/api/patients',
    {
      ...guarded,
      schema: {
        summary: 'Patients by INS, or by name and birth date in any order (a name alone: among my own patients)',
        tags: ['patients'],
        querystring: z.object({ q: z.string().max(200) }),
        response: { 200: foundSchema },
      },
    },
    async (request): Promise<Found> => {
      const door = ask(request, 'patient.search');
      if (!maySearch(door.who.id, door.now)) throw new Refusal('access.too-many', 'too many searches in a minute');
      return passDoor(db, door, async (tx) => {
        const own = async () => (await linksOf(tx, door.who, { now: door.now, limit: MOST_OWN })).map(({ patientId }) => patientId);
        const scope: NameScope = door.who.role === 'identity-cell' ? 'everyone' : { own };
        const { patients, more } = await findPatients(tx, { q: request.query.q, mode, scope });
        const linked = await linkedAmong(tx, door.who, ids(patients), door.now);
        const mayShow = (patient: Patient) => linked.has(patient.patientId) || door.who.role === 'identity-cell';
        return {
          patients: patients.map((patient) => asFound(mayShow(patient) ? patient : minimalTraits(patient), linked.has(patient.patientId))),
          more,
        };
      });
    },
  );

  typed.get(
    '/api/patients/mine',
    { ...guarded, schema: { summary: 'Patients I follow, the latest first', tags: ['patients'], response: { 200: foundSchema } } },
    async (request): Promise<Found> => {
      const door = ask(request, 'patient.mine');
      return passDoor(db, door, async (tx) => {
        const links = await linksOf(tx, door.who, { now: door.now, limit: MOST_LISTED + 1 });
        const followed = links.slice(0, MOST_LISTED).map(({ patientId }) => patientId);
        const survivors = await survivorsOf(tx, followed);
        const patients = await inOrder(tx, [...new Set(followed.map((patientId) => survivors.get(patientId) ?? patientId))]);
        return { patients: patients.map((patient) => asFound(patient, true)), more: links.length > MOST_LISTED };
      });
    },
  );

  typed.get(
    '/api/patients/:patientId',
    {
      ...guarded,
      schema: {
        summary: 'Who a patient is, and why I may open their record',
        tags: ['patients'],
        params: z.object({ patientId: z.uuid() }),
        response: { 200: openedPatientSchema },
      },
    },
    async (request): Promise<OpenedPatient> => {
      const { patientId } = await personOf(db, request.params.patientId);
      return passDoor(db, { ...ask(request, 'patient.open'), patientId }, async (tx, { link, because, rule, reader }) => {
        const patient = await patientById(tx, patientId);
        if (!patient) throw new Refusal('request.not-found', 'no such patient', { at: 'params.patientId' });
        const emergencies = rule === 'own-record' ? await emergenciesToRead(tx, patientId) : [];
        const corrections = rule === 'own-record' ? await deps.corrections(tx, patientId, reader) : [];
        return {
          patient,
          link: link ?? null,
          because,
          ...(emergencies.length > 0 && { emergencies }),
          ...(corrections.length > 0 && { corrections }),
        };
      });
    },
  );

  identitiesRoutes(app, deps);
  worklistRoutes(app, deps);
}

const ids = (patients: readonly Patient[]) => patients.map(({ patientId }) => patientId);
const asFound = (patient: Patient, linked: boolean): Found['patients'][number] => ({ ...patient, linked });

async function inOrder(tx: Sql, patientIds: readonly string[]): Promise<Patient[]> {
  const byId = new Map((await patientsByIds(tx, patientIds)).map((patient) => [patient.patientId, patient]));
  return patientIds.flatMap((id) => byId.get(id) ?? []);
}
