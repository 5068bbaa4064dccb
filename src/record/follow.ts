import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Action, askOf, type ItemReader, passDoor, principalOf } from '#access';
import { personOf } from '#identity';
import { type Db, Refusal } from '#kernel';
import type { PatientEvent } from './contract.ts';
import { type HeardEvent, heardBy, withItems } from './heard-events.ts';
import type { Relay } from './relay.ts';
import { storedSince } from './store.ts';
import { openPages, tellOpenPage } from './watch.ts';

/** What was stored so shortly before a page follows is told as well: the page may have read the record just before it. It knows what it shows. */
const JUST_STORED_MILLISECONDS = 60_000;

export interface Followed {
  action: Action;
  /** Which events this page is told of, rights apart. */
  isFollowed: (event: Pick<HeardEvent, 'kind' | 'item'>) => boolean;
}

/** Answers a page that follows a patient: each event as its reader may hear of it, judged again whenever a right may have ended. */
export function followPatient({ db, relay }: { db: Db; relay: Pick<Relay, 'subscribe'> }) {
  const pages = openPages();
  return async (request: FastifyRequest, reply: FastifyReply, asked: string, { action, isFollowed }: Followed): Promise<void> => {
    const who = principalOf(request);
    const { patientId, homes } = await personOf(db, asked);
    const door = () => askOf(request, action, { patientId });
    const leave = pages.take(who.id);
    if (!leave) throw new Refusal('access.too-many', 'too many pages of this person follow a patient: close some');
    // Heard from before the record is asked, so that nothing falls between what the page has read and what it will be told.
    const early: HeardEvent[] = [];
    const subscribe = (hear: (event: HeardEvent) => void, onRights?: () => void) => {
      const stops = homes.map((home) => relay.subscribe(home, hear, onRights));
      return () => stops.forEach((stop) => stop());
    };
    const stopEarly = subscribe((event) => early.push(event));
    let recent: HeardEvent[];
    let reader: ItemReader;
    try {
      const since = new Date(Date.now() - JUST_STORED_MILLISECONDS);
      [recent, reader] = await passDoor(db, door(), async (tx, passage) => [
        (await withItems(tx, await storedSince(tx, homes, since))).filter(isFollowed),
        passage.reader,
      ]);
    } catch (error) {
      stopEarly();
      leave();
      throw error;
    }
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      ...headersSoFar(reply.getHeaders()),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    // A right may have ended: whoever has none any more hears nothing further, and is refused on coming back. After a merge or a split the
    // page comes back to the records that are read as one now, as who its person is now.
    const judgeAgain = async () => {
      const now = await personOf(db, asked);
      if (now.patientId !== patientId || now.homes.toSorted().join() !== homes.toSorted().join()) return stream.end();
      await passDoor(db, door(), async (_tx, passage) => {
        reader = passage.reader;
      });
    };
    const follow = (hear: (event: PatientEvent) => void) => {
      const hearMine = (event: HeardEvent) => {
        const mine = isFollowed(event) ? heardBy(reader, event) : undefined;
        if (mine) hear(mine);
      };
      for (const event of [...recent, ...early]) hearMine(event);
      return subscribe(hearMine, () => void judgeAgain().catch(() => stream.end()));
    };
    tellOpenPage(stream, follow, leave, () => request.isStillSignedIn());
    stopEarly();
  };
}

function headersSoFar(headers: ReturnType<FastifyReply['getHeaders']>): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string | number | string[]] => entry[1] !== undefined),
  );
}
