import type { LabReport } from '#formats';
import { type PrintedResult, printedResults, type StoredResult, structureOf } from '#record';
import { normalise, type ResultToNormalise } from '#terminology';

/** Each result as printed, with what the rules make of it beside. `zone`: IANA zone of times that carry no offset. */
export function normaliseResults(report: LabReport, zone: string): StoredResult[] {
  const laboratoryFiness = structureOf(report).finess;
  return printedResults(report, zone).map((printed) => ({ ...printed, normalised: normalise(toNormalise(printed, laboratoryFiness)) }));
}

function toNormalise({ interpretation, ...printed }: PrintedResult, laboratoryFiness: string): ResultToNormalise {
  return { ...printed, interpretations: interpretation === undefined ? [] : [interpretation], laboratoryFiness };
}
