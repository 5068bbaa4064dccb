import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AskedBy, isSignedIn } from '#access';
import { keepDoing } from '#kernel';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { type TellDeps, tellable } from './notify.ts';
import { openEar } from './ear.ts';
import { type KeptSubscription, settleSubscription, subscriptionById, takeBinding } from './store.ts';
import { bindingHash } from './subscribe.ts';
import { notification } from './subscription.ts';

const PATH = '/fhir/websocket';
/** When nothing wakes a socket: its user signed out, its time is over, a heartbeat is due, or the ear was deaf. */
const IDLE_MS = 3_000;
/** What comes close together is looked for together. */
const GATHERED_MS = 50;
/** A socket that has not said what it is bound to by then is closed. */
const SILENCE_MS = 10_000;
const MOST_SOCKETS = 2_000;
const MOST_BYTES = 200;

/** RFC 6455 §7.4.1. */
const CLOSED = { over: 1000, policy: 1008 } as const;

/**
 * Subscriptions by websocket: the client says `bind-with-token …`, is greeted by a handshake, and gets a Bundle for what is new as long as it
 * stays and is signed in. Rights are asked anew for each. The database says when there is something to look at; nothing is asked all the while.
 */
export function openSockets(
  app: FastifyInstance,
  deps: TellDeps & { sessionIdleMinutes: number; baseOf: (request: IncomingMessage) => string },
): void {
  const { db, baseOf, sessionIdleMinutes: idleMinutes } = deps;
  const ear = openEar(db, (error) => app.log.error({ err: error }, 'websocket'));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, perMessageDeflate: false });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] !== PATH || sockets.clients.size >= MOST_SOCKETS) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, baseOf(request)));
  });
  app.addHook('preClose', async () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    await ear.close();
  });

  const failing = (socket: WebSocket) => (error: unknown) => {
    app.log.error({ err: error }, 'websocket');
    socket.terminate();
  };

  function serve(socket: WebSocket, base: string): void {
    const unbound = setTimeout(() => socket.close(CLOSED.policy, 'bind-with-token'), SILENCE_MS);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => clearTimeout(unbound));
    socket.once('message', (data) => {
      clearTimeout(unbound);
      const [, token] = /^bind-with-token ([\w-]{20,100})$/.exec(String(data)) ?? [];
      bind(socket, base, token).catch(failing(socket));
    });
  }

  async function bind(socket: WebSocket, base: string, token: string | undefined): Promise<void> {
    const bound = token === undefined ? undefined : await takeBinding(db, bindingHash(token), new Date());
    if (!bound) return socket.close(CLOSED.policy, 'the token is unknown, used or over');
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify(notification(bound, 'handshake', { base })));
    const round = tellingOn(socket, base, bound);
    const doing = keepDoing(
      async () => ((await round()) > 0 ? { atLeast: 0, atMost: 0 } : { atLeast: GATHERED_MS, atMost: IDLE_MS }),
      failing(socket),
    );
    const deafen = ear.hear(bound.subscriptionId, doing.wake);
    socket.once('close', () => {
      deafen();
      void doing.stop();
    });
  }

  /** @returns how to look once at what waits for a socket and tell it, under the rights of that instant; it gives how much was looked at */
  function tellingOn(socket: WebSocket, base: string, bound: KeptSubscription & { by?: AskedBy }): () => Promise<number> {
    let spokenAt = Date.now();
    const over = (why: string) => {
      socket.close(CLOSED.over, why);
      return 0;
    };
    return async () => {
      if (socket.readyState !== socket.OPEN) return 0;
      await ear.open();
      const now = new Date();
      const subscription = await subscriptionById(db, bound.subscriptionId);
      if (!subscription || subscription.endsAt <= now || subscription.status === 'off') return over('the subscription is over');
      if (bound.by && !(await isSignedIn(db, bound.by, { now, idleMinutes })))
        return over('its user signed out, or its software is not authorized any more');
      const { told, done } = await tellable(deps, subscription, now);
      const beat = (subscription.heartbeatSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
      const type = told.length > 0 ? 'event-notification' : now.getTime() - spokenAt >= beat ? 'heartbeat' : undefined;
      if (type) {
        await sent(socket, JSON.stringify(notification(subscription, type, { base, told })));
        spokenAt = now.getTime();
      }
      const settled = { subscriptionId: bound.subscriptionId, status: 'active' as const, failures: 0, nextAt: subscription.endsAt };
      if (done.length > 0) await settleSubscription(db, { ...settled, told, done });
      return done.length;
    };
  }
}

/** @throws what kept it from leaving: what was to be told still waits */
const sent = (socket: WebSocket, text: string) =>
  new Promise<void>((resolve, reject) => socket.send(text, (error) => (error ? reject(error) : resolve())));
