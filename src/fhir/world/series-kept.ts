import { hash } from 'node:crypto';
import type { StoredReport } from '#record/contract';
import { type SeenReport, Shelf, shelveReports } from './world.ts';

/** A version of a report as the record reads it, its texts not parsed yet. */
export interface ReadReport {
  structure: string;
  setId: string;
  /** JSON text of the head and of the results that this reader may see. */
  head: string;
  results: string;
  /** How it stands among the others. */
  place: Readonly<object>;
  isPartial: boolean;
  /** Newer rules read its results again since it came. */
  isReread: boolean;
  /** When a report of another series came and replaced it; follows from its place. */
  replacedAt?: string;
}

/** Characters of the texts kept, in all: about a hundred patients of ten reports. */
const MOST_CHARACTERS = 24_000_000;

interface Kept {
  patientId: string;
  /** Of what it was made, text by text. */
  texts: readonly string[];
  shelf: Shelf;
}

/** What was made of each series of versions, the last used last; under one key, as different readers see it. */
const kept = new Map<string, Kept>();
let characters = 0;

/** All the series of a patient together, as they were last asked for: of the very same objects, as the record gives them when nothing changed. */
interface Whole {
  reports: readonly ReadReport[];
  zone: string;
  keys: readonly string[];
  shelf: Shelf;
}

const wholes = new Map<string, Whole>();

/**
 * The reports of a patient as resources. Making them is most of what a request costs, and practice software asks several things of one patient
 * in a row: what was made of a series is kept with the very texts that it was made of, and given again for the same texts only. Another version,
 * another reading of the results or another reader who sees less of it are other texts: nothing kept can be out of date, nor be shown to whom it
 * was not made for.
 * @param zone IANA zone of results dated by the day; the same for the whole region
 * @returns a shelf that others share: put nothing on it
 */
export function shelfOfReports(patientId: string, reports: readonly ReadReport[], zone: string): Shelf {
  const whole = wholes.get(patientId);
  if (whole?.zone === zone && isSame(whole.reports, reports)) {
    // The last used is the last forgotten.
    for (const key of whole.keys) {
      const one = kept.get(key)!;
      kept.delete(key);
      kept.set(key, one);
    }
    return whole.shelf;
  }
  const shelf = new Shelf();
  const keys: string[] = [];
  for (const [series, versions] of Map.groupBy(reports, ({ structure, setId }) => `${structure} ${setId}`)) {
    const made = seriesOf(`${patientId} ${series}`, { patientId, versions, zone });
    keys.push(made.key);
    shelf.adopt(made.shelf);
  }
  if (keys.every((key) => kept.has(key))) wholes.set(patientId, { reports, zone, keys, shelf });
  return shelf;
}

const isSame = (some: readonly ReadReport[], others: readonly ReadReport[]): boolean =>
  some.length === others.length &&
  some.every(({ head, results, place, isPartial, isReread }, n) => {
    const other = others[n]!;
    const isSameView = isPartial === other.isPartial && isReread === other.isReread;
    return place === other.place && isSameView && head === other.head && results === other.results;
  });

interface Series {
  patientId: string;
  versions: readonly ReadReport[];
  zone: string;
}

function seriesOf(name: string, { patientId, versions, zone }: Series): { key: string; shelf: Shelf } {
  const texts = versions.flatMap(({ head, results, place, isPartial, isReread }) => [
    head,
    results,
    `${isPartial} ${isReread} ${JSON.stringify(place)}`,
  ]);
  texts.push(zone);
  // Texts are compared, not hashed: equal ones are mostly found so at once, and none is taken for another.
  const key = `${name} ${texts.map(({ length }) => length).join()}`;
  const known = kept.get(key);
  const isKnown = known !== undefined && known.texts.every((text, n) => text === texts[n]);
  const shelf = isKnown ? known.shelf : new Shelf();
  if (!isKnown) shelveReports(shelf, patientId, versions.map(parsed), zone);
  if (isKnown) kept.delete(key);
  else if (known) forget(key, known);
  if (!isKnown) characters += weightOf(texts);
  kept.set(key, { patientId, texts, shelf });
  for (const [oldest, one] of kept) {
    if (characters <= MOST_CHARACTERS) break;
    forget(oldest, one);
  }
  return { key, shelf };
}

function forget(key: string, { patientId, texts }: Kept): void {
  kept.delete(key);
  wholes.delete(patientId);
  characters -= weightOf(texts);
}

const weightOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

const parsed = ({ head, results, place, isPartial, isReread, replacedAt }: ReadReport): SeenReport => ({
  ...(JSON.parse(head) as StoredReport),
  ...(place as Pick<StoredReport, 'current' | 'conflict'>),
  results: JSON.parse(results) as StoredReport['results'],
  isPartial,
  // What says other than the laboratory's version said whole is another one to a cache.
  ...((isPartial || isReread) && { reading: hash('sha256', results).slice(0, 10) }),
  ...(replacedAt !== undefined && { replacedAt }),
});
