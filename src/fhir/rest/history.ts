import { Refusal } from '#kernel';
import { dateSpan } from '../search/date.ts';
import type { Bundle, Resource } from '../wire/resource.ts';

/** What is wanted of the versions of a resource. Source: FHIR R4 §3.1.0.8 (history). */
export interface HistoryWish {
  /** Versions from this instant on, in milliseconds. */
  since: number | undefined;
  /** Versions that stood at some time of it. */
  at: { low: number; high: number } | undefined;
  count: number;
  /** The version that ended the page before: those that come meanwhile move nothing. */
  after: string | undefined;
  ignored: string[];
}

const MOST_COUNT = 1_000;
const KNOWN = ['_since', '_at', '_count', '_after', '_format', '_pretty', '_summary', '_elements'];

/** @param more what this history knows besides */
export function readHistoryWish(pairs: readonly [string, string][], zone: string, more: readonly string[] = []): HistoryWish {
  const given = new Map(pairs);
  const spanOf = (name: string) => {
    const text = given.get(name);
    const span = text === undefined ? undefined : dateSpan(text, zone);
    if (text !== undefined && !span) throw new Refusal('request.invalid', `${name} is not a date of FHIR`, { at: name });
    return span;
  };
  const count = given.get('_count') ?? String(MOST_COUNT);
  if (!/^[1-9]\d{0,14}$/.test(count)) throw new Refusal('request.invalid', '_count is a whole number, one at least', { at: '_count' });
  return {
    since: spanOf('_since')?.low,
    at: spanOf('_at'),
    count: Math.min(Number(count), MOST_COUNT),
    after: given.get('_after'),
    ignored: pairs.flatMap(([name]) =>
      KNOWN.includes(name) || more.includes(name) ? [] : [`the parameter ${name.slice(0, 80)} is not of a history`],
    ),
  };
}

interface VersionEntry {
  fullUrl: string;
  response: { etag: string; lastModified: string | undefined; [key: string]: unknown };
  [key: string]: unknown;
}

/** The versions of a resource as entries of a history. @param versions newest first */
export function versionEntries(versions: readonly Resource[], base: string): VersionEntry[] {
  return versions.map((resource, n) => {
    const { resourceType: type, id, meta } = resource;
    const isFirst = n === versions.length - 1;
    return {
      fullUrl: `${base}/${type}/${id}`,
      resource,
      request: { method: isFirst ? 'POST' : 'PUT', url: isFirst ? type : `${type}/${id}` },
      response: { status: isFirst ? '201' : '200', etag: `W/"${meta?.versionId}"`, lastModified: meta?.lastUpdated },
    };
  });
}

/** @param histories of each resource, newest first */
export function historyOf(
  histories: readonly (readonly VersionEntry[])[],
  wish: HistoryWish,
  { self, pairs }: { self: string; pairs: readonly [string, string][] },
): Bundle {
  const { count, after } = wish;
  const asked = inOrder(histories.map((entries) => askedOf(entries, wish)));
  const start = after === undefined ? 0 : startAfter(asked, after);
  const page = asked.slice(start, start + count);
  const link = (relation: string, ended: string | undefined) => {
    const kept = [...pairs.filter(([name]) => name !== '_after'), ...(ended === undefined ? [] : [['_after', ended]])];
    const text = new URLSearchParams(kept as [string, string][]).toString();
    return { relation, url: `${self}${text === '' ? '' : `?${text}`}` };
  };
  const last = page.at(-1);
  const isMore = last !== undefined && start + page.length < asked.length;
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: asked.length,
    link: [link('self', after), ...(isMore ? [link('next', placeOf(last))] : [])],
    ...(page.length > 0 && { entry: page }),
  };
}

/** Newest first; of one resource by its versions, whichever came first. */
function inOrder(histories: readonly (readonly VersionEntry[])[]): VersionEntry[] {
  const dated = histories.flatMap((entries) => {
    let at = Infinity;
    return entries.map((entry) => ({ entry, at: (at = Math.min(at, startOf(entry))) }));
  });
  return dated.toSorted((a, b) => b.at - a.at).map(({ entry }) => entry);
}

/** Those of one resource that are asked for. */
function askedOf(entries: readonly VersionEntry[], { since, at }: HistoryWish): VersionEntry[] {
  return entries.filter((entry, n) => {
    const from = startOf(entry);
    const until = n === 0 ? Infinity : startOf(entries[n - 1]!);
    // What says no date of its own may be of any.
    return (since === undefined || from === 0 || from >= since) && (!at || (from <= at.high && until > at.low));
  });
}

/** The version that ends a page: when it came, of what it is, which it is. */
const placeOf = (entry: VersionEntry): string =>
  [startOf(entry), entry.fullUrl.split('/').slice(-2).join('/'), entry.response.etag].join(' ');

/** After that version; when it is no longer shown, after all that is as new: some may be told again, none is lost. */
function startAfter(entries: readonly VersionEntry[], place: string): number {
  const [, at] = /^(\d{1,16}) [A-Za-z]+\/[A-Za-z0-9.-]+ W\/"[^"]*"$/.exec(place) ?? [];
  if (at === undefined) throw new Refusal('request.invalid', 'not a page of this server', { at: '_after' });
  const same = entries.findIndex((entry) => placeOf(entry) === place);
  if (same >= 0) return same + 1;
  const older = entries.findIndex((entry) => startOf(entry) <= Number(at));
  return older < 0 ? entries.length : older;
}

const startOf = ({ response }: VersionEntry) => Date.parse(response.lastModified ?? '') || 0;
