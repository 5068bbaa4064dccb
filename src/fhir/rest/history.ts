import { Refusal } from '#kernel';
import { dateSpan } from '../search/date.ts';
import type { Bundle } from '../wire/resource.ts';

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

export function readHistoryWish(pairs: readonly [string, string][], zone: string): HistoryWish {
  const given = new Map(pairs);
  const spanOf = (name: string) => {
    const text = given.get(name);
    const span = text === undefined ? undefined : dateSpan(text, zone);
    if (text !== undefined && !span) throw new Refusal('request.invalid', `${name} is not a date of FHIR`, { at: name });
    return span;
  };
  const count = given.get('_count') ?? String(MOST_COUNT);
  if (!/^[1-9]\d{0,5}$/.test(count)) throw new Refusal('request.invalid', '_count is a whole number, one at least', { at: '_count' });
  return {
    since: spanOf('_since')?.low,
    at: spanOf('_at'),
    count: Math.min(Number(count), MOST_COUNT),
    after: given.get('_after'),
    ignored: pairs.flatMap(([name]) => (KNOWN.includes(name) ? [] : [`the parameter ${name.slice(0, 80)} is not of a history`])),
  };
}

interface VersionEntry {
  response: { etag: string; lastModified: string | undefined; [key: string]: unknown };
  [key: string]: unknown;
}

/** @param entries newest first */
export function historyOf(
  entries: readonly VersionEntry[],
  { since, at, count, after }: HistoryWish,
  { self, pairs }: { self: string; pairs: readonly [string, string][] },
): Bundle {
  const asked = entries.filter((entry, n) => {
    const from = startOf(entry);
    const until = n === 0 ? Infinity : startOf(entries[n - 1]!);
    // What says no date of its own may be of any.
    return (since === undefined || from === 0 || from >= since) && (!at || (from <= at.high && until > at.low));
  });
  const start = after === undefined ? 0 : asked.findIndex(({ response }) => response.etag === after) + 1;
  if (after !== undefined && start === 0) throw new Refusal('request.invalid', 'not a page of this server', { at: '_after' });
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
    link: [link('self', after), ...(isMore ? [link('next', last.response.etag)] : [])],
    ...(page.length > 0 && { entry: page }),
  };
}

const startOf = ({ response }: VersionEntry) => Date.parse(response.lastModified ?? '') || 0;
