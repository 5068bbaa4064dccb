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
  place: Readonly<Record<string, unknown>>;
  isPartial: boolean;
}

/** Characters of the texts kept, in all: about a hundred patients of ten reports. */
const MOST_CHARACTERS = 24_000_000;

interface Kept {
  /** Of what it was made, text by text. */
  texts: readonly string[];
  shelf: Shelf;
}

/** What was made of each series of versions, the last used last; under one key, as different readers see it. */
const kept = new Map<string, Kept>();
let characters = 0;

/**
 * The reports of a patient as resources. Making them is most of what a request costs, and practice software asks several things of one patient
 * in a row: what was made of a series is kept with the very texts that it was made of, and given again for the same texts only. Another version,
 * another reading of the results or another reader who sees less of it are other texts: nothing kept can be out of date, nor be shown to whom it
 * was not made for.
 * @param zone IANA zone of results dated by the day; the same for the whole region
 */
export function shelveSeries(shelf: Shelf, patientId: string, reports: readonly ReadReport[], zone: string): void {
  for (const [series, versions] of Map.groupBy(reports, ({ structure, setId }) => `${structure} ${setId}`))
    shelf.adopt(seriesOf(`${patientId} ${series}`, { patientId, versions, zone }));
}

interface Series {
  patientId: string;
  versions: readonly ReadReport[];
  zone: string;
}

function seriesOf(name: string, { patientId, versions, zone }: Series): Shelf {
  const texts = versions.flatMap(({ head, results, place, isPartial }) => [head, results, `${isPartial} ${JSON.stringify(place)}`]);
  texts.push(zone);
  // Texts are compared, not hashed: equal ones are mostly found so at once, and none is taken for another.
  const key = `${name} ${texts.map(({ length }) => length).join()}`;
  const known = kept.get(key);
  const isSame = known !== undefined && known.texts.every((text, n) => text === texts[n]);
  if (known) forget(key, known);
  const shelf = isSame ? known.shelf : new Shelf();
  if (!isSame) shelveReports(shelf, patientId, versions.map(parsed), zone);
  kept.set(key, { texts, shelf });
  characters += weightOf(texts);
  for (const [oldest, one] of kept) {
    if (characters <= MOST_CHARACTERS) break;
    forget(oldest, one);
  }
  return shelf;
}

function forget(key: string, { texts }: Kept): void {
  kept.delete(key);
  characters -= weightOf(texts);
}

const weightOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

const parsed = ({ head, results, place, isPartial }: ReadReport): SeenReport => ({
  ...(JSON.parse(head) as StoredReport),
  ...place,
  results: JSON.parse(results) as StoredReport['results'],
  isPartial,
});
