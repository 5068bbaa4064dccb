import { isDeepStrictEqual } from 'node:util';
import type { LabReport } from '../lab-report.ts';
import { readFhir } from './read.ts';
import { type FhirWriteOptions, writeFhir } from './write.ts';

/**
 * What a report loses when it is written as FHIR: the places that the same report, read again, does not give back as they were. True by
 * construction: it is the comparison, not a list kept beside the code.
 * @returns paths without positions (`sections[].entries[].items[].previous`), each once
 */
export function fhirLosses(report: LabReport, options: FhirWriteOptions = {}): string[] {
  const again = readFhir(Buffer.from(writeFhir(report, options)));
  const losses = new Set<string>();
  const { format: _format, warnings: _warnings, ...before } = report;
  const { format: _again, warnings: _told, ...after } = again;
  compare(before, after, '', losses);
  return [...losses].toSorted();
}

function compare(before: unknown, after: unknown, path: string, losses: Set<string>): void {
  if (before === undefined || isDeepStrictEqual(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((one, k) => compare(one, after[k], `${path}[]`, losses));
  } else if (isObject(before) && isObject(after)) {
    for (const [key, inner] of Object.entries(before)) compare(inner, after[key], path === '' ? key : `${path}.${key}`, losses);
  } else losses.add(path);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
