import type { DocumentContext } from './read-context.ts';
import type { AllergyMention, RecordContext, Stay } from './contract.ts';

const byTime = (a: { from: string }, b: { from: string }) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);

/**
 * All documents of a record on one axis, oldest first. One stay told by several papers, or by admissions and a letter, is one stay.
 * @param admitted stays that hospitals announced by their admissions
 */
export function joinContext(documents: readonly DocumentContext[], admitted: readonly Stay[]): Omit<RecordContext, 'unread' | 'asOf'> {
  const changes = documents
    .flatMap((document) => document.changes ?? [])
    .toSorted((a, b) => (a.saidAt < b.saidAt ? -1 : 1))
    .at(-1);
  return {
    ...(changes && { changes }),
    stays: joinStays([...documents.flatMap(({ stays }) => stays), ...admitted]),
    treatments: documents.flatMap(({ treatments }) => treatments).toSorted(byTime),
    events: documents.flatMap(({ events }) => events).toSorted(byTime),
    allergies: latestOfEach(documents.flatMap(({ allergies }) => allergies)),
    documents: documents.map(({ document }) => document).toSorted(byTime),
  };
}

function latestOfEach(allergies: readonly AllergyMention[]): AllergyMention[] {
  const newestFirst = allergies.toSorted((a, b) => (a.saidAt > b.saidAt ? -1 : a.saidAt < b.saidAt ? 1 : 0));
  const ofEach = Map.groupBy(newestFirst, ({ words }) => words.toLocaleLowerCase('fr'));
  return [...ofEach.values()].map(([latest]) => latest!);
}

const DAY_MS = 86_400_000;

/** The same structure at the same time: admissions say the hours, a letter says what it was for and can be opened. */
function joinStays(stays: readonly Stay[]): Stay[] {
  const joined: Stay[] = [];
  for (const stay of stays.toSorted(byTime)) {
    const same = joined.findLast((other) => other.kind === stay.kind && other.finess === stay.finess && overlaps(other, stay));
    if (!same) joined.push(stay);
    else joined[joined.indexOf(same)] = merged(same, stay);
  }
  return joined;
}

function overlaps(a: Stay, b: Stay): boolean {
  const end = Date.parse(a.until ?? a.from);
  return Date.parse(b.from) <= end + DAY_MS;
}

function merged(a: Stay, b: Stay): Stay {
  const told = a.documentId === undefined ? b : a;
  const until = [a.until, b.until]
    .filter((one) => one !== undefined)
    .toSorted()
    .at(-1);
  return { ...told, from: a.from, ...(until !== undefined && { until }) };
}
