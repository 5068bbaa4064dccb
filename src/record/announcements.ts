import type { FastifyInstance } from 'fastify';
import { linkedAmong, passDoor, type Principal, principalOf } from '#access';
import { homesOf, patientsByIds } from '#identity';
import type { Db, Sql } from '#kernel';
import type { Announcement, Announcements, DocumentItem } from './document-contract.ts';
import { documentsOf } from './registry.ts';
import { patientsToTell } from './store-registry.ts';

/** What is hidden from patients until someone tells them, for who has to: reminded from the day before, told late ones first. */
export function announcementRoutes(app: FastifyInstance, { db }: { db: Db }): void {
  const schema = { summary: 'Documents that I have to tell patients of, the most urgent first (Announcements)', tags: ['record'] };
  app.get('/api/announcements', { config: { guard: 'patient-data' as const }, schema }, async (request, reply) => {
    const who = principalOf(request);
    const now = new Date();
    const door = { who, action: 'announcement.list' as const, via: request.routeOptions.url ?? '', now };
    const announcements = await passDoor(db, door, (tx) => announcementsOf(tx, who, now));
    return reply.header('cache-control', 'no-store').send({ announcements } satisfies Announcements);
  });
}

/**
 * The owner is a person named by the document or by who hid it; when only a system is known, whoever tells patients in its structure answers. A
 * patient whom this person does not treat, or who shut them out, is not named.
 */
async function announcementsOf(tx: Sql, who: Principal, now: Date): Promise<Announcement[]> {
  const finess = who.organisation?.finess;
  const homes = await homesOf(tx, await patientsToTell(tx, who.id, finess));
  const found: Announcement[] = [];
  for (const own of new Set([...homes.values()].map((each) => each.toSorted().join()))) {
    const items = (await documentsOf(tx, own.split(','))).filter((item) => item.current && item.status !== 'deleted');
    found.push(...items.flatMap((item) => toTell(item, who, now)));
  }
  const ids = [...new Set(found.map(({ patientId }) => patientId))];
  const linked = await linkedAmong(tx, who, ids, now);
  const names = new Map((await patientsByIds(tx, [...linked])).map(({ patientId, traits }) => [patientId, traits]));
  return found
    .map((one) => {
      const traits = names.get(one.patientId);
      if (!traits) return one;
      const { usedFamily, birthFamily, usedGiven, firstBirthGiven, birthDate } = traits;
      return { ...one, patient: { name: `${usedFamily ?? birthFamily} ${usedGiven ?? firstBirthGiven}`, birthDate } };
    })
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}

function toTell(item: DocumentItem, { id, organisation }: Principal, now: Date): Announcement[] {
  const announcement = item.masks.find(({ mask }) => mask === 'INVISIBLE_PATIENT')?.announcement;
  if (!announcement || item.toldBy !== undefined) return [];
  const { owner, dueAt, remindAt } = announcement;
  const isMine = owner === id || (owner.startsWith('system:') && item.structure.finess === organisation?.finess);
  if (!isMine) return [];
  const at = now.toISOString();
  const state = dueAt <= at ? 'late' : remindAt <= at ? 'due' : 'waiting';
  const { patientId, documentId, title, structure } = item;
  return [{ patientId, documentId, title, structure: structure.name, dueAt, state }];
}
