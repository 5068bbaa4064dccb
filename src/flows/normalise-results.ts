import type { LabReport } from '#formats';
import { toNormalise } from '#mapping';
import { printedResults, type StoredResult, structureOf } from '#record';
import { normalise as byCatalogue, type Normalised, type ResultToNormalise } from '#terminology';

/**
 * Each result as printed, with what the rules make of it beside. `zone`: IANA zone of times that carry no offset.
 * @param normalise with the tables of the region; the catalogue alone when nothing of a region is at hand
 */
export function normaliseResults(
  report: LabReport,
  zone: string,
  normalise: (input: ResultToNormalise) => Normalised = byCatalogue,
): StoredResult[] {
  const laboratoryFiness = structureOf(report).finess;
  return printedResults(report, zone).map((printed) => ({ ...printed, normalised: normalise(toNormalise(printed, laboratoryFiness)) }));
}
