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

/** What was made of each series of versions, the last used last. */
const kept = new Map<string, Shelf>();
let characters = 0;

/**
 * The reports of a patient as resources. Making them is most of what a request costs, and practice software asks several things of one patient
 * in a row: what was made of a series is kept, under the very texts that it was made of. Another version, another reading of the results or
 * another reader who sees less of it are other texts: nothing kept can be out of date, nor be shown to whom it was not made for.
 * @param zone IANA zone of results dated by the day; the same for the whole region
 */
export function shelveSeries(shelf: Shelf, patientId: string, reports: readonly ReadReport[], zone: string): void {
  for (const versions of Map.groupBy(reports, ({ structure, setId }) => `${structure} ${setId}`).values())
    shelf.adopt(seriesOf(patientId, versions, zone));
}

function seriesOf(patientId: string, versions: readonly ReadReport[], zone: string): Shelf {
  const key = [
    patientId,
    zone,
    ...versions.flatMap(({ head, results, place, isPartial }) => [head, results, JSON.stringify(place), isPartial]),
  ].join('\n');
  const known = kept.get(key);
  if (known) {
    kept.delete(key);
    kept.set(key, known);
    return known;
  }
  const made = new Shelf();
  shelveReports(made, patientId, versions.map(parsed), zone);
  kept.set(key, made);
  characters += key.length;
  for (const [oldest] of kept) {
    if (characters <= MOST_CHARACTERS) break;
    kept.delete(oldest);
    characters -= oldest.length;
  }
  return made;
}

const parsed = ({ head, results, place, isPartial }: ReadReport): SeenReport => ({
  ...(JSON.parse(head) as StoredReport),
  ...place,
  results: JSON.parse(results) as StoredReport['results'],
  isPartial,
});
