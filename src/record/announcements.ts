import type { FastifyInstance } from 'fastify';
import { askOf, linkedAmong, passDoor, type Principal } from '#access';
import { homesOf, patientsByIds } from '#identity';
import type { Db, Sql } from '#kernel';
import type { Announcement, Announcements, DocumentItem } from './document-contract.ts';
import { documentsOf } from './registry.ts';
import { patientsToRemind, patientsToTell } from './store-registry.ts';

/** What is hidden from patients until someone tells them, for who has to: reminded from the day before, told late ones first. */
export function announcementRoutes(app: FastifyInstance, { db }: { db: Db }): void {
  const schema = { summary: 'Documents that I have to tell patients of, the most urgent first (Announcements)', tags: ['record'] };
  app.get('/api/announcements', { config: { guard: 'patient-data' as const }, schema }, async (request, reply) => {
    const door = askOf(request, 'announcement.list');
    const announcements = await passDoor(db, door, (tx) => announcementsOf(tx, door.who, door.now));
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
  const waiting = waitingOf(item, now);
  if (!waiting) return [];
  const { owner, dueAt, state } = waiting;
  const { patientId, documentId, title, structure } = item;
  const isMine = owner === id || (owner.startsWith('system:') && structure.finess === organisation?.finess);
  return isMine ? [{ patientId, documentId, title, structure: structure.name, dueAt, state }] : [];
}

/** What a patient is still to be told of; undefined when nothing of this document waits. */
function waitingOf({ masks, toldBy }: DocumentItem, now: Date): { owner: string; dueAt: string; state: Announcement['state'] } | undefined {
  const announcement = masks.find(({ mask }) => mask === 'INVISIBLE_PATIENT')?.announcement;
  if (!announcement || toldBy !== undefined) return undefined;
  const { owner, dueAt, remindAt } = announcement;
  const at = now.toISOString();
  return { owner, dueAt, state: dueAt <= at ? 'late' : remindAt <= at ? 'due' : 'waiting' };
}

/** Something hidden from its patient whose reminder's day has come, for whoever recalls it to its owner. */
export interface DueAnnouncement {
  patientId: string;
  documentId: string;
  /** `rpps:8…`, or the system that hid it. */
  owner: string;
  /** FINESS of the structure that answers for the document. */
  finess: string;
  /** ISO 8601. */
  dueAt: string;
  state: 'due' | 'late';
}

/** What has to be recalled to those who must tell patients of it: of everyone, or of one record. For a work of the system: it shows it to nobody else. */
export async function announcementsDue(sql: Sql, now: Date, patientId?: string): Promise<DueAnnouncement[]> {
  const homes = await homesOf(sql, patientId === undefined ? await patientsToRemind(sql, now) : [patientId]);
  const found: DueAnnouncement[] = [];
  for (const own of new Set([...homes.values()].map((each) => each.toSorted().join()))) {
    for (const item of await documentsOf(sql, own.split(','))) {
      const waiting = item.current && item.status !== 'deleted' ? waitingOf(item, now) : undefined;
      if (!waiting || waiting.state === 'waiting') continue;
      const { owner, dueAt, state } = waiting;
      found.push({ patientId: item.patientId, documentId: item.documentId, owner, finess: item.structure.finess, dueAt, state });
    }
  }
  return found;
}
