import { passDoor, type Principal, toldEvent, toldEvents } from '#access';
import { personOf } from '#identity';
import { visibleDocuments } from '#record';
import { type Asking, type FhirDeps, noteAsked, viaOf } from './door.ts';
import { CIRCLE } from './circle.ts';
import { auditEvent } from '../make/audit-event.ts';
import { dateSpan, readPrefixed } from '../search/date.ts';
import { type Query, surely } from '../search/query.ts';
import { isType } from '../search/params.ts';
import { shelveProvenance } from './provenance.ts';
import { readRecord, type Wanted } from './read-record.ts';
import { checkScope, seenBySoftware } from './software.ts';
import { wantedToRead } from './wanted.ts';
import { Shelf, type World } from './world.ts';

/** The latest readings of one record that are searched at once: years of those of nearly everyone. */
const MOST_EVENTS = 5_000;

/** What is said when there may be others, before these. */
export const CUT = 'the latest 5,000 events of what was asked are searched: ask for those before them by date (date=le…)';

/**
 * The trail of one patient, for those who may read who looked (`accesses.read`), as AuditEvents of IHE BALP 1.1. It says of a document hidden from this
 * reader no more than the screens do: neither its name, nor that it is there. A resource that was read is named to who would find it, and to nobody else.
 */
export async function openTrail(
  deps: FhirDeps,
  asking: Asking,
  asked: string,
  { place, permission = 's', limit = MOST_EVENTS, ...period }: TrailWish = {},
): Promise<{ world: World; isCut: boolean }> {
  const { who, now, base } = asking;
  const { patientId, homes } = await personOf(deps.db, asked);
  checkScope(who, 'AuditEvent', permission, patientId);
  const object = place === undefined ? 'AuditEvent' : `AuditEvent/${place}`;
  const door = { who, now, via: viaOf(who), action: 'accesses.read', patientId, object } as const;
  const { told, readable, wanted, record } = await passDoor(deps.db, door, async (tx, { reader }) => {
    noteAsked(asking, patientId, object);
    const readable = new Set((await visibleDocuments(tx, homes, reader)).map(({ documentId }) => documentId));
    const to = { patientId, readable, isHolder: reader.standsAs === 'holder' };
    const one = place === undefined ? undefined : await toldEvent(tx, { ...to, place });
    const events = place === undefined ? await toldEvents(tx, { ...to, limit, ...period }) : one ? [one] : [];
    const ofEvents = wantedToName(events, who);
    const seenBy = await readRecord(tx, { patientId, homes }, reader, { wanted: ofEvents, zone: deps.zone });
    return { told: events, readable, wanted: ofEvents, record: seenBy };
  });
  await record.later?.(now);
  if (wanted.provenance) shelveProvenance(record);
  const seen = seenBySoftware(record, who, { patientId, zone: deps.zone });
  const shelf = new Shelf();
  for (const event of told) shelf.put(auditEvent({ ...event, told: sayable(event.object, readable, seen) }, patientId, base));
  return { world: shelf, isCut: told.length === limit };
}

/** What of the record is read to know which of the resources that were read this reader may be told of; nothing when none was. */
function wantedToName(events: readonly { object: string | null }[], who: Principal): Wanted {
  const types = new Set(events.flatMap(({ object }) => resourceOf(object)?.type ?? []));
  const all = [...types]
    .filter((type) => isType(type) && !CIRCLE.has(type) && type !== 'AuditEvent')
    .map((type) => wantedToRead(type, who));
  const any = (part: 'patient' | 'documents' | 'reports' | 'stays' | 'stated' | 'provenance') => all.some((wanted) => wanted[part]);
  return {
    patient: any('patient'),
    documents: any('documents'),
    reports: any('reports'),
    stays: any('stays'),
    stated: any('stated'),
    provenance: any('provenance'),
  };
}

/** The one resource that an event was about: itself, a version of it, or an operation on it. */
function resourceOf(object: string | null): { type: string; id: string } | undefined {
  const [, type, id] = /^([A-Z][A-Za-z]+)\/([A-Za-z\d.-]+)(?:\/|$)/.exec(object ?? '') ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}

/** What of a trail is looked at: the one event of a place, or the latest of a period. */
interface TrailWish {
  place?: string;
  /** Searched, when not said. */
  permission?: 'r' | 's';
  limit?: number;
  from?: Date | undefined;
  until?: Date | undefined;
}

/** The one event that an identifier names. */
export const trailOfId = (id: string): TrailWish => ({ place: id.slice(id.indexOf('.') + 1) });

/** The part of the trail that every answer of a search is in: one event, or those of its days. */
export function trailOf(query: Query, zone: string): TrailWish {
  let [from, until] = [-Infinity, Infinity];
  for (const { param, modifier, values, chain } of surely(query)) {
    const [value, ...others] = values;
    if (modifier !== undefined || chain || value === undefined || others.length > 0) continue;
    if (param.name === '_id') return trailOfId(value);
    if (param.name !== 'date' && param.name !== '_lastUpdated') continue;
    const { prefix, rest } = readPrefixed(value);
    const span = dateSpan(rest, zone);
    if (span && ['eq', 'ge', 'gt', 'sa'].includes(prefix)) from = Math.max(from, span.low);
    if (span && ['eq', 'le', 'lt', 'eb'].includes(prefix)) until = Math.min(until, span.high);
  }
  // Events are kept to the microsecond, and told to the millisecond.
  return { ...(from > -Infinity && { from: new Date(from) }), ...(until < Infinity && { until: new Date(until + 1) }) };
}

/** Of what an event was about: a document or a resource that the reader sees, by its name; of another, its kind without which one. */
function sayable(object: string | null, readable: ReadonlySet<string>, seen: World): string | null {
  if (object === null || readable.has(object)) return object;
  const one = resourceOf(object);
  if (one && seen.find(one.type, one.id)) return `${one.type}/${one.id}`;
  const [, type = null] = /^([A-Z][A-Za-z]+|\$[a-z-]+)(?:\/|$)/.exec(object) ?? [];
  return type;
}
