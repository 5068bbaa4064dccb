import { READ_BY_POST } from '../wire/operation.ts';
import type { BatchEntry } from '../write/deps.ts';

/** What a Bundle asks for, so that each part goes its own way. Entries keep their order inside each. */
export interface Parts {
  /** Laboratory reports, each with all that it refers to and all that refers to it; an identity may be in several. */
  reports: BatchEntry[][];
  /** A submission set with its fiches, their files, and what they supersede. */
  submission: BatchEntry[];
  /** Patients and structures to write. */
  identities: BatchEntry[];
  /** Everything else that is written, each by itself. */
  others: BatchEntry[];
}

/** Of these several reports may speak: they do not tie one to another. */
const SHARED: ReadonlySet<string> = new Set('Patient Organization Practitioner PractitionerRole Location Encounter Device'.split(' '));
/** Resources that are written for themselves, and are no part of a report. */
const ALONE: ReadonlySet<string> = new Set(['Subscription', 'Parameters']);

const typeOf = ({ resource }: BatchEntry): string => String(resource?.['resourceType']);
const isCreated = ({ request }: BatchEntry): boolean => request.method === 'POST' && !request.url.includes('$');

const isIdentity = (entry: BatchEntry): boolean =>
  (['POST', 'PUT'].includes(entry.request.method) && typeOf(entry) === 'Patient' && isAt(entry, 'Patient')) ||
  (entry.request.method === 'POST' && typeOf(entry) === 'Organization' && isAt(entry, 'Organization'));
const isAt = ({ request }: BatchEntry, type: string): boolean =>
  new RegExp(`(?:^|/)${type}(?:[?]|$|/[\\w.-]+$)`).test(request.url) && !request.url.includes('$');

export const isReport = (entry: BatchEntry): boolean => isCreated(entry) && typeOf(entry) === 'DiagnosticReport';

/** It changes nothing: a search or an operation by POST too. */
export const isReading = ({ request: { method, url } }: BatchEntry): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && READ_BY_POST.test(url.split('?')[0]!));

/** The parts of what a Bundle writes; its readings are none of them. */
export function partsOf(entries: readonly BatchEntry[]): Parts {
  const writes = entries.filter((entry) => !isReading(entry));
  const identities = writes.filter(isIdentity);
  const submission = submissionIn(writes);
  const rest = writes.filter((entry) => !submission.has(entry) && isCreated(entry) && !ALONE.has(typeOf(entry)) && entry.resource);
  const { claimed, reports } = reportsIn(rest, identities);
  return {
    reports: reports.map((own) => writes.filter((entry) => own.has(entry))),
    submission: writes.filter((entry) => submission.has(entry)),
    identities,
    others: writes.filter((entry) => !submission.has(entry) && !claimed.has(entry) && !isIdentity(entry)),
  };
}

/** Relative to the base or whole. */
const OF_A_FICHE = /(?:^|\/)DocumentReference(?:[/?]|$)/;

/** The List and the fiches that it names, or all fiches when there is no report; their files; the fiches that they supersede. */
function submissionIn(writes: readonly BatchEntry[]): ReadonlySet<BatchEntry> {
  const lists = writes.filter((entry) => isCreated(entry) && typeOf(entry) === 'List');
  const fiches = writes.filter((entry) => isCreated(entry) && typeOf(entry) === 'DocumentReference');
  if (lists.length === 0 || fiches.length === 0) return new Set();
  const listed = new Set(lists.flatMap(namesIn));
  const hasReport = writes.some(isReport);
  const own = fiches.filter(({ fullUrl }) => !hasReport || (fullUrl !== undefined && listed.has(fullUrl)));
  const files = new Set(own.flatMap(namesIn));
  const superseded = writes.filter(({ request }) => request.method === 'PATCH' && OF_A_FICHE.test(request.url));
  const binaries = writes.filter(
    (entry) => typeOf(entry) === 'Binary' && isCreated(entry) && (!hasReport || (entry.fullUrl !== undefined && files.has(entry.fullUrl))),
  );
  return new Set([...lists, ...own, ...binaries, ...superseded]);
}

function reportsIn(
  rest: readonly BatchEntry[],
  identities: readonly BatchEntry[],
): { claimed: Set<BatchEntry>; reports: Set<BatchEntry>[] } {
  const heads = rest.filter(isReport);
  const claimed = new Set<BatchEntry>();
  const [only, another] = heads;
  if (!only) return { claimed, reports: [] };
  // A single report is sent with all of it; with several, references say what is of which.
  if (!another) return { claimed: new Set(rest), reports: [new Set([...rest, ...identities])] };
  const all = [...new Set([...rest, ...identities])];
  const byName = new Map(all.flatMap((entry) => localNames(entry).map((name) => [name, entry] as const)));
  const leadsTo = new Map(all.map((entry) => [entry, namesIn(entry).flatMap((name) => byName.get(name) ?? [])]));
  const ledFrom = new Map<BatchEntry, BatchEntry[]>();
  for (const [from, targets] of leadsTo)
    for (const to of targets) {
      const known = ledFrom.get(to);
      if (known) known.push(from);
      else ledFrom.set(to, [from]);
    }
  const reports = heads.map((head) => {
    const own = new Set([head]);
    for (const entry of own) {
      for (const to of leadsTo.get(entry)!) if (!isReport(to)) own.add(to);
      // What speaks of a part of the report is of it; what speaks of the same patient need not be.
      if (!SHARED.has(typeOf(entry))) for (const from of ledFrom.get(entry) ?? []) if (!isReport(from)) own.add(from);
    }
    return own;
  });
  const claim = () => {
    for (const own of reports) for (const entry of own) if (!isIdentity(entry)) claimed.add(entry);
  };
  claim();
  // What is tied to none is of the one report of its patient, when there is one; and what it leads to with it.
  for (const entry of rest) {
    const subject = subjectOf(entry);
    const [own, other] = subject === undefined || claimed.has(entry) ? [] : reports.filter((_, n) => subjectOf(heads[n]!) === subject);
    if (!own || other) continue;
    for (const one of [entry, ...leadsTo.get(entry)!]) if (!claimed.has(one)) own.add(one);
  }
  claim();
  return { claimed, reports };
}

const subjectOf = ({ resource }: BatchEntry) => (resource?.['subject'] as { reference?: string } | undefined)?.reference;

/** How others may call it: its fullUrl, or its type and id. */
function localNames(entry: BatchEntry): string[] {
  const id = entry.resource?.['id'];
  return [...(entry.fullUrl === undefined ? [] : [entry.fullUrl]), ...(typeof id === 'string' ? [`${typeOf(entry)}/${id}`] : [])];
}

/** Everything that it names: references, and addresses of files. */
function namesIn({ resource }: BatchEntry): string[] {
  const names: string[] = [];
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      if (typeof inner === 'string') {
        if (key === 'reference' || key === 'url') names.push(inner);
      } else look(inner);
  };
  look(resource);
  return names;
}
