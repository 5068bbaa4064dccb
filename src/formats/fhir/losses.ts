import type { LabReport } from '../lab-report.ts';
import { lossesBetween } from '../losses.ts';
import { readFhir } from './read.ts';
import { type FhirWriteOptions, writeFhir } from './write.ts';

/**
 * What a report loses when it is written as FHIR: the places that the same report, read again, does not give back as they were. True by
 * construction: it is the comparison, not a list kept beside the code.
 * @returns paths without positions (`sections[].entries[].items[].previous`), each once
 */
export function fhirLosses(report: LabReport, options: FhirWriteOptions = {}): string[] {
  const again = readFhir(Buffer.from(writeFhir(report, options)));
  return lossesBetween(report, again);
}
