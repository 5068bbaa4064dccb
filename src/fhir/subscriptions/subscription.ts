import { Refusal } from '#kernel';
import type { JsonObject } from '../wire/json.ts';
import type { Bundle, Resource } from '../wire/resource.ts';

/**
 * Subscriptions as the backport of R5 to R4 has them: one topic, a new report of a patient whom one follows; the payload names what is new
 * and holds nothing of it. Pure. Source: HL7 Subscriptions R5 Backport 1.1.
 */
export const TOPIC = 'urn:cigogne:topic:new-report';

const BASE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const EXTENSION = {
  filter: `${BASE}/backport-filter-criteria`,
  content: `${BASE}/backport-payload-content`,
  heartbeat: `${BASE}/backport-heartbeat-period`,
};
export const STATUS_PROFILE = `${BASE}/backport-subscription-status-r4`;

export type Channel = 'rest-hook' | 'websocket';
export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off';

/** What a client asks for. */
export interface Wish {
  /** The record of one patient; absent: of whoever the subscriber follows. */
  about?: string;
  channel: Channel;
  endpoint?: string;
  /** Sent with each notification, as the subscriber's server wants them. */
  headers: string[];
  heartbeatSeconds?: number;
  reason?: string;
}

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
}

/** @throws Refusal `request.invalid`, with the element in `at` */
export function readWish(given: JsonObject): Wish {
  const { criteria, _criteria, channel = {}, reason } = given as Given;
  const wrong = (at: string, message: string): never => {
    throw new Refusal('request.invalid', message, { at: `Subscription.${at}` });
  };
  if (criteria !== TOPIC) wrong('criteria', `the one topic here is ${TOPIC}`);
  const { type, endpoint, header } = channel;
  if (type !== 'rest-hook' && type !== 'websocket') wrong('channel.type', 'a channel is rest-hook or websocket');
  const content = channel._payload?.extension?.find(({ url }) => url === EXTENSION.content)?.valueCode ?? 'id-only';
  if (content !== 'id-only') wrong('channel.payload', 'a notification names what is new, and holds nothing of it: id-only');
  const headers = Array.isArray(header) ? header.filter((one) => typeof one === 'string') : [];
  if (headers.length > 5 || headers.some((one) => !/^(?:authorization|x-[\w-]{1,60}): ?[\x20-\x7e]{1,1000}$/i.test(one)))
    wrong('channel.header', 'five headers at most, Authorization or X-…');
  if (type === 'rest-hook' && (typeof endpoint !== 'string' || !URL.canParse(endpoint))) wrong('channel.endpoint', 'a hook has an address');
  const heartbeat = channel.extension?.find(({ url }) => url === EXTENSION.heartbeat)?.valueUnsignedInt;
  if (heartbeat !== undefined && !(heartbeat >= LEAST_HEARTBEAT && heartbeat <= MOST_HEARTBEAT))
    wrong('channel.extension', `a heartbeat comes every ${LEAST_HEARTBEAT} to ${MOST_HEARTBEAT} seconds`);
  const filter = _criteria?.extension?.find(({ url }) => url === EXTENSION.filter)?.valueString;
  return {
    ...(filter !== undefined && { about: patientOf(filter, wrong) }),
    channel: type as Channel,
    ...(type === 'rest-hook' && { endpoint: endpoint as string }),
    headers,
    ...(heartbeat !== undefined && { heartbeatSeconds: heartbeat }),
    ...(typeof reason === 'string' && { reason: reason.slice(0, 200) }),
  };
}

function patientOf(filter: string, wrong: (at: string, message: string) => never): string {
  const [, id] = /^DiagnosticReport\?(?:patient|subject)=(?:Patient\/)?([0-9a-f-]{36})$/.exec(filter) ?? [];
  return id ?? wrong('criteria.extension', 'the filter of this topic is DiagnosticReport?patient=Patient/[id]');
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
    reason = 'new reports',
    endsAt,
    createdAt,
  } = subscription;
  return {
    resourceType: 'Subscription',
    id: subscriptionId,
    meta: { versionId: '1', lastUpdated: createdAt.toISOString() },
    status,
    end: endsAt.toISOString(),
    reason,
    criteria: TOPIC,
    ...(about !== undefined && {
      _criteria: { extension: [{ url: EXTENSION.filter, valueString: `DiagnosticReport?patient=Patient/${about}` }] },
    }),
    ...(error !== undefined && { error }),
    channel: {
      ...(heartbeatSeconds !== undefined && { extension: [{ url: EXTENSION.heartbeat, valueUnsignedInt: heartbeatSeconds }] }),
      type: channel,
      ...(endpoint !== undefined && { endpoint }),
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: EXTENSION.content, valueCode: 'id-only' }] },
    },
  };
}

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status';

/** Something new, as it is told: which report, and when it came. */
export interface Told {
  number: number;
  at: Date;
  /** `DiagnosticReport/…` */
  focus: string;
}

/** What is sent: a Bundle whose first entry says where the subscription stands. `base`: address of the FHIR server, without trailing slash. */
export function notification(
  { subscriptionId, status, error, events }: Pick<Subscription, 'subscriptionId' | 'status' | 'error' | 'events'>,
  type: NotificationType,
  { base, told = [] }: { base: string; told?: readonly Told[] },
): Bundle {
  const parameters = {
    resourceType: 'Parameters',
    id: subscriptionId,
    meta: { profile: [STATUS_PROFILE] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${subscriptionId}` } },
      { name: 'topic', valueCanonical: TOPIC },
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(events + told.length) },
      ...told.map(({ number, at, focus }) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(number) },
          { name: 'timestamp', valueInstant: at.toISOString() },
          { name: 'focus', valueReference: { reference: `${base}/${focus}` } },
        ],
      })),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
  const request = { method: 'GET', url: `${base}/Subscription/${subscriptionId}/$status` };
  return { resourceType: 'Bundle', type: 'history', entry: [{ resource: parameters, request, response: { status: '200' } }] };
}
