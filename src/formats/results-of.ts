import type { Battery, Entry, Isolate, Item, LabReport, Result, Section, Specimen } from './lab-report.ts';

/** Where a result stands in its report. */
export interface ResultPlace {
  result: Result;
  section: Section;
  /** The chapter at the top of the path (LOINC discipline). */
  chapter: Section;
  entry: Entry;
  battery?: Battery;
  isolate?: Isolate;
  specimen?: Specimen;
}

/** Every result of a report with its place, in printed order. */
export function* resultsOf(report: Pick<LabReport, 'sections'>): Generator<ResultPlace> {
  for (const chapter of report.sections) yield* inSection(chapter, chapter);
}

function* inSection(section: Section, chapter: Section): Generator<ResultPlace> {
  for (const entry of section.entries) {
    const specimen = entry.specimens?.[0];
    yield* inItems(entry.items, { section, chapter, entry, ...(specimen && { specimen }) });
  }
  for (const inner of section.sections) yield* inSection(inner, chapter);
}

function* inItems(items: readonly Item[], place: Omit<ResultPlace, 'result'>): Generator<ResultPlace> {
  for (const item of items) {
    if (item.kind === 'result') yield { ...place, result: item, ...(item.specimen && { specimen: item.specimen }) };
    else if (item.kind === 'battery') {
      yield* inItems(item.items, { ...place, battery: item, ...(item.specimen && { specimen: item.specimen }) });
    } else if (item.kind === 'isolate')
      yield* inItems(item.items, { ...place, isolate: item, ...(item.specimen && { specimen: item.specimen }) });
  }
}
