import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Action, passDoor, principalOf } from '#access';
import { type Db, Refusal } from '#kernel';
import { openPages, tellOpenPage } from '#record';
import { openEar } from '../lane.ts';
import { door } from '../route-door.ts';
import { concerns, INBOX_CHANNEL, type InboxNews } from './announce.ts';

/** Something new: nothing of what it is, nor of whom. The page asks for its list, by the door. */
const NEWS = { kind: 'inbox-changed' };

/** Pages of the inbox and of what a laboratory follows are told at once of what must not wait, by server-sent events. */
export function inboxStreams(app: FastifyInstance, db: Db): void {
  const listeners = new Set<{ reader: ReturnType<typeof principalOf>; hear: (event: typeof NEWS) => void }>();
  const pages = openPages();
  const hear = (payload?: string) => {
    // Without a payload: something may have been missed, all ask again.
    const news = payload === undefined ? undefined : (JSON.parse(payload) as InboxNews);
    for (const { reader, hear: tell } of listeners) if (!news || concerns(news, reader)) tell(NEWS);
  };
  let ear: Awaited<ReturnType<typeof openEar>> | undefined;
  app.addHook('onReady', async () => {
    const onError = (error: unknown) => app.log.error({ err: error }, 'inbox');
    ear = await openEar(db, INBOX_CHANNEL, hear, onError);
  });
  app.addHook('onClose', async () => {
    await ear?.stop();
  });
  const stream = (url: string, summary: string, action: Action) =>
    app.get(url, { config: { guard: 'signed-in' }, schema: { summary, tags: ['inbox'] } }, async (request: FastifyRequest, reply) => {
      const reader = principalOf(request);
      const leave = pages.take(reader.id);
      if (!leave) throw new Refusal('access.too-many', 'too many pages of this person follow the inbox: close some');
      await passDoor(db, door(request, action), async () => {}).catch((error: unknown) => {
        leave();
        throw error;
      });
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      const follow = (tell: (event: typeof NEWS) => void) => {
        const listener = { reader, hear: tell };
        listeners.add(listener);
        return () => void listeners.delete(listener);
      };
      tellOpenPage(reply.raw, follow, leave, () => request.isStillSignedIn());
    });
  stream('/api/inbox/events', 'Told at once of a critical, corrected or withdrawn result of mine', 'inbox.read');
  stream('/api/inbox/unacknowledged/events', 'Told at once of a critical result of my laboratory', 'critical.follow');
}
