import { Refusal } from '#kernel';
import { instantOf } from '../wire/instant.ts';
import type { JsonObject } from '../wire/json.ts';
import { type Bundle, type Resource, versionedByContent } from '../wire/resource.ts';

/**
 * Subscriptions as the backport of R5 to R4 has them, to what is new of a patient whom one follows: a report of biology, or any document. The payload
 * names what is new (`id-only`), not even that (`empty`), or by a socket is what is new itself (`full-resource`). Pure. Source: HL7 Subscriptions R5 Backport 1.1.
 */
export const TOPICS = {
  'urn:cigogne:topic:new-report': 'DiagnosticReport',
  'urn:cigogne:topic:new-document': 'DocumentReference',
} as const;
export type Topic = keyof typeof TOPICS;
const isTopic = (text: unknown): text is Topic => typeof text === 'string' && Object.hasOwn(TOPICS, text);

const BASE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const EXTENSION = {
  filter: `${BASE}/backport-filter-criteria`,
  content: `${BASE}/backport-payload-content`,
  heartbeat: `${BASE}/backport-heartbeat-period`,
};
export const STATUS_PROFILE = `${BASE}/backport-subscription-status-r4`;

export type Channel = 'rest-hook' | 'websocket';
/** How much a notification says of what is new: only that something is, its name, or itself. */
export type Content = 'empty' | 'id-only' | 'full-resource';
export const isContent = (text: unknown): text is Content => text === 'empty' || text === 'id-only' || text === 'full-resource';
export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off';

/** What a client asks for. */
export interface Wish {
  topic: Topic;
  content: Content;
  /** The record of one patient; absent: of whoever the subscriber follows. */
  about?: string;
  channel: Channel;
  endpoint?: string;
  /** Sent with each notification, as the subscriber's server wants them. */
  headers: string[];
  heartbeatSeconds?: number;
  reason?: string;
  /** Not told of what comes after. */
  until?: Date;
}

const JSON_PAYLOAD = /^application\/(?:fhir\+)?json(?:\s*;.*)?$/i;
const LEAST_HEARTBEAT = 10;
const MOST_HEARTBEAT = 3_600;

interface Given {
  criteria?: unknown;
  _criteria?: { extension?: { url?: string; valueString?: string }[] };
  channel?: {
    type?: unknown;
    endpoint?: unknown;
    payload?: unknown;
    header?: unknown;
    _payload?: { extension?: { url?: string; valueCode?: string }[] };
    extension?: { url?: string; valueUnsignedInt?: number }[];
  };
  reason?: unknown;
  end?: unknown;
}

const extensionOf = <T extends { url?: string }>(extensions: readonly (T | null)[] | undefined, url: string): T | undefined =>
  (Array.isArray(extensions) ? extensions.find((one) => one?.url === url) : undefined) ?? undefined;

/** @throws Refusal `request.invalid`, with the element in `at` */
export function readWish(given: JsonObject): Wish {
  const { criteria, _criteria, channel: said, reason, end } = given as Given;
  const channel = said ?? {};
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `Subscription.${at}` });
  };
  if (!isTopic(criteria)) return wrong('criteria', `the topics here are ${Object.keys(TOPICS).join(', ')}`);
  const { type, endpoint, header, payload } = channel;
  if (type !== 'rest-hook' && type !== 'websocket') wrong('channel.type', 'a channel is rest-hook or websocket');
  if (payload !== undefined && (typeof payload !== 'string' || !JSON_PAYLOAD.test(payload)))
    wrong('channel.payload', 'what is told is in JSON: application/fhir+json');
  const until = end === undefined ? undefined : new Date(instantOf(end));
  if (until && Number.isNaN(until.getTime())) wrong('end', 'an end is an instant: 2026-03-02T09:00:00Z');
  const content = extensionOf(channel._payload?.extension, EXTENSION.content)?.valueCode ?? 'id-only';
  if (!isContent(content)) return wrong('channel.payload', 'a payload is empty, id-only or full-resource');
  // A hook is called when its user may be away: nobody reads in the name of who has left.
  if (content === 'full-resource' && type === 'rest-hook')
    wrong(
      'channel.payload',
      'a hook is told what is new by its name, or not even that (id-only, empty): what it is goes by websocket, or is read',
    );
  const headers = Array.isArray(header) ? header.filter((one) => typeof one === 'string') : [];
  if (headers.length > 5 || headers.some((one) => !/^(?:authorization|x-[\w-]{1,60}): ?[\x20-\x7e]{1,1000}$/i.test(one)))
    wrong('channel.header', 'five headers at most, Authorization or X-…');
  if (type === 'rest-hook' && (typeof endpoint !== 'string' || !URL.canParse(endpoint))) wrong('channel.endpoint', 'a hook has an address');
  const heartbeat = extensionOf(channel.extension, EXTENSION.heartbeat)?.valueUnsignedInt;
  if (heartbeat !== undefined && !(heartbeat >= LEAST_HEARTBEAT && heartbeat <= MOST_HEARTBEAT))
    wrong('channel.extension', `a heartbeat comes every ${LEAST_HEARTBEAT} to ${MOST_HEARTBEAT} seconds`);
  const filter = extensionOf(_criteria?.extension, EXTENSION.filter)?.valueString;
  return {
    topic: criteria,
    content,
    ...(filter !== undefined && { about: patientOf(TOPICS[criteria], filter, wrong) }),
    channel: type as Channel,
    ...(type === 'rest-hook' && { endpoint: endpoint as string }),
    headers,
    ...(heartbeat !== undefined && { heartbeatSeconds: heartbeat }),
    ...(typeof reason === 'string' && { reason: reason.slice(0, 200) }),
    ...(until && { until }),
  };
}

function patientOf(type: string, filter: string, wrong: (at: string, message: string) => never): string {
  const [, asked, id] = /^([A-Za-z]+)\?(?:patient|subject)=(?:Patient\/)?([0-9a-f-]{36})$/.exec(filter) ?? [];
  return asked === type && id !== undefined ? id : wrong('criteria.extension', `the filter of this topic is ${type}?patient=Patient/[id]`);
}

export interface Subscription extends Wish {
  subscriptionId: string;
  status: SubscriptionStatus;
  error?: string | undefined;
  /** Notifications sent so far. */
  events: number;
  endsAt: Date;
  createdAt: Date;
}

/** As its subscriber reads it; the headers, which may be a secret, are not said again. */
export function subscriptionResource(subscription: Subscription): Resource {
  const {
    subscriptionId,
    status,
    error,
    about,
    channel,
    endpoint,
    heartbeatSeconds,
    topic,
    content,
    reason = 'what is new of my patients',
    endsAt,
    createdAt,
  } = subscription;
  // Its status moves: its version says so.
  return versionedByContent({
    resourceType: 'Subscription',
    id: subscriptionId,
    meta: { versionId: '', lastUpdated: createdAt.toISOString() },
    status,
    end: endsAt.toISOString(),
    reason,
    criteria: topic,
    ...(about !== undefined && {
      _criteria: { extension: [{ url: EXTENSION.filter, valueString: `${TOPICS[topic]}?patient=Patient/${about}` }] },
    }),
    ...(error !== undefined && { error }),
    channel: {
      ...(heartbeatSeconds !== undefined && { extension: [{ url: EXTENSION.heartbeat, valueUnsignedInt: heartbeatSeconds }] }),
      type: channel,
      ...(endpoint !== undefined && { endpoint }),
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: EXTENSION.content, valueCode: content }] },
    },
  });
}

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

/** Something new, as it is told: what, and when it came. */
export interface Told {
  number: number;
  at: Date;
  /** `DiagnosticReport/…`, `DocumentReference/…`; absent when it is not to be named any more. */
  focus: string | undefined;
  /** What it is, with what it refers to: of a report, its results. */
  resources?: readonly Resource[];
}

/** What is sent: a Bundle whose first entry says where the subscription stands. `base`: address of the FHIR server, without trailing slash. */
export function notification(
  {
    subscriptionId,
    topic,
    content,
    status,
    error,
    events,
  }: Pick<Subscription, 'subscriptionId' | 'topic' | 'content' | 'status' | 'error' | 'events'>,
  type: NotificationType,
  { base, told = [] }: { base: string; told?: readonly Told[] },
): Bundle {
  // What was told before is counted already.
  const since = type === 'query-event' ? events : events + told.length;
  const parameters = {
    resourceType: 'Parameters',
    id: subscriptionId,
    meta: { profile: [STATUS_PROFILE] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${subscriptionId}` } },
      { name: 'topic', valueCanonical: topic },
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(since) },
      ...told.map(({ number, at, focus }) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(number) },
          { name: 'timestamp', valueInstant: at.toISOString() },
          ...(focus === undefined || content === 'empty' ? [] : [{ name: 'focus', valueReference: { reference: `${base}/${focus}` } }]),
        ],
      })),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
  const request = { method: 'GET', url: `${base}/Subscription/${subscriptionId}/$status` };
  const held = told
    .flatMap(({ resources = [] }) => resources)
    .map((resource) => ({
      fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'POST', url: resource.resourceType },
      response: { status: '201' },
    }));
  return { resourceType: 'Bundle', type: 'history', entry: [{ resource: parameters, request, response: { status: '200' } }, ...held] };
}
