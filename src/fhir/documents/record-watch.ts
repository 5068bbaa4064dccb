import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '#kernel';
import type { JsonObject } from '../wire/json.ts';
import { ask, documentAt, type Peer } from './sharing-client.ts';

/** Up to where what was told is taken. */
export interface Position {
  subscription: string;
  /** Of the last event taken. */
  number: number;
}

/** A document of the record that somebody may read, as it was published. */
export interface ToldDocument {
  reference: string;
  bytes: Buffer;
  mediaType: string;
}

export interface Watching {
  /** FHIR base of the region. */
  base: string;
  zone: string;
  /** The bearer of who follows the patients. */
  token: () => Promise<string>;
  position: { read(): Promise<Position | undefined>; keep(position: Position): Promise<void> };
  /** What is new: taken before the next one. */
  onDocument: (document: ToldDocument) => Promise<void>;
  /** The subscription before was over already: what came in between was told to nobody. */
  onGap: (signal: AbortSignal) => Promise<void>;
  onError: (error: unknown) => void;
}

const REASON = 'what is new of the patients of this practice';
const TOPIC = 'urn:cigogne:topic:new-document';
const CONTENT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content';
/** A subscription is taken over by another this long before it ends, so that none is told to nobody. */
const RENEW_MS = 3_600_000;
const [FIRST_REST_MS, LONGEST_REST_MS] = [2_000, 60_000];

/**
 * Follows, by a subscription and its websocket, the documents that come to the record of whoever a professional follows: told within a second, each read
 * once. What is told while nobody listens waits for the next socket. @returns how to stop it
 */
export function watchRecord(watching: Watching): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    for (let rest = FIRST_REST_MS; !stop.signal.aborted; rest = Math.min(LONGEST_REST_MS, rest * 2)) {
      const startedAt = Date.now();
      try {
        await listen(watching, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) watching.onError(error);
      }
      if (Date.now() - startedAt > LONGEST_REST_MS) rest = FIRST_REST_MS;
      await pause(rest, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

async function listen(watching: Watching, signal: AbortSignal): Promise<void> {
  const peerNow = async (): Promise<Peer> => ({
    base: watching.base.replace(/\/+$/, ''),
    token: await watching.token(),
    sourceId: '',
    zone: watching.zone,
  });
  const before = await watching.position.read();
  const { id, end, isNew } = await subscriptionAt(await peerNow(), before?.subscription);
  if (isNew && before) await watching.onGap(signal);
  let position = isNew || !before ? { subscription: id, number: 0 } : before;
  await watching.position.keep(position);
  const take = async (bundle: JsonObject) => {
    for (const { number, focus } of eventsIn(bundle)) {
      if (number <= position.number || signal.aborted) continue;
      if (focus !== undefined) await takeOne(await peerNow(), focus, watching);
      position = { subscription: id, number };
      await watching.position.keep(position);
    }
  };
  // What was told and perhaps not taken, before what comes now.
  await take(await ask(await peerNow(), `/Subscription/${id}/$events?eventsSinceNumber=${position.number + 1}`, {}));
  const { token, url } = await bindingAt(await peerNow(), id);
  await onSocket(new WebSocket(url), { token, signal, until: end.getTime() - RENEW_MS, take });
}

/** The one that was listened to, while it lasts; otherwise another. */
async function subscriptionAt(peer: Peer, known: string | undefined): Promise<{ id: string; end: Date; isNew: boolean }> {
  const { entry = [] } = (await ask(peer, '/Subscription', {})) as { entry?: { resource: Record<string, unknown> }[] };
  const own = entry.map(({ resource }) => resource).filter(({ reason, status }) => reason === REASON && status !== 'off');
  const lasting = own.find(({ id, end }) => id === known && Date.parse(String(end)) > Date.now() + RENEW_MS);
  if (lasting) return { id: String(lasting['id']), end: new Date(String(lasting['end'])), isNew: false };
  const wish = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: REASON,
    criteria: TOPIC,
    channel: { type: 'websocket', payload: 'application/fhir+json', _payload: { extension: [{ url: CONTENT, valueCode: 'id-only' }] } },
  };
  const made = (await ask(peer, '/Subscription', { method: 'POST', body: JSON.stringify(wish) })) as { id: string; end: string };
  return { id: made.id, end: new Date(made.end), isNew: true };
}

async function bindingAt(peer: Peer, id: string): Promise<{ token: string; url: string }> {
  const { parameter = [] } = (await ask(peer, `/Subscription/${id}/$get-ws-binding-token`, {})) as {
    parameter?: { name: string; valueString?: string; valueUrl?: string }[];
  };
  const of = (name: string) => parameter.find((one) => one.name === name);
  const [token, url] = [of('token')?.valueString, of('websocket-url')?.valueUrl];
  if (token === undefined || url === undefined)
    throw new Refusal('store.unavailable', 'the region opens no socket for the record', { at: 'Subscription' });
  return { token, url };
}

interface Part {
  name: string;
  valueString?: string;
  valueReference?: { reference?: string };
  part?: Part[];
}

/** The events of a notification, in their order. */
function eventsIn(bundle: JsonObject): { number: number; focus: string | undefined }[] {
  const { entry = [] } = bundle as { entry?: { resource?: { parameter?: Part[] } }[] };
  const events = (entry[0]?.resource?.parameter ?? []).filter(({ name }) => name === 'notification-event');
  return events
    .map(({ part = [] }) => ({
      number: Number(part.find(({ name }) => name === 'event-number')?.valueString),
      focus: part.find(({ name }) => name === 'focus')?.valueReference?.reference,
    }))
    .toSorted((a, b) => a.number - b.number);
}

/** What may not be read any more by the time that it is asked for is passed over. */
async function takeOne(peer: Peer, focus: string, { onDocument }: Watching): Promise<void> {
  const id = /DocumentReference\/([A-Za-z0-9.-]{1,64})$/.exec(focus)?.[1];
  if (id === undefined) return;
  try {
    const fiche = await ask(peer, `/DocumentReference/${id}`, {});
    await onDocument({ reference: id, ...(await documentAt(peer, fiche)) });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
  }
}

interface Listening {
  token: string;
  signal: AbortSignal;
  /** Milliseconds since 1970: it is left then. */
  until: number;
  take: (bundle: JsonObject) => Promise<void>;
}

/** Until the socket is closed, by whoever. @throws what kept a document from being taken */
async function onSocket(socket: WebSocket, { token, signal, until, take }: Listening): Promise<void> {
  let taking: Promise<void> = Promise.resolve();
  const leave = () => socket.close();
  const renewing = setTimeout(leave, Math.max(0, until - Date.now()));
  signal.addEventListener('abort', leave);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => socket.send(`bind-with-token ${token}`));
      socket.addEventListener('message', ({ data }) => {
        taking = taking.then(() => take(JSON.parse(String(data)) as JsonObject));
        taking.catch((error: unknown) => {
          reject(error instanceof Error ? error : new Error('the notification cannot be taken'));
          leave();
        });
      });
      socket.addEventListener('error', () => reject(new Refusal('store.unavailable', 'the region does not answer', { at: 'websocket' })));
      socket.addEventListener('close', () => resolve());
    });
    await taking;
  } finally {
    clearTimeout(renewing);
    signal.removeEventListener('abort', leave);
    leave();
  }
}
