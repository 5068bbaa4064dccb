import { isDeepStrictEqual } from 'node:util';
import type { LabReport } from './lab-report.ts';
import { resultsOf } from './results-of.ts';

/**
 * What a report loses in another format: the places that the same report, written so and read again, does not give back as they were.
 * True by construction: it is the comparison, not a list kept beside the code.
 * @returns paths without positions (`sections[].entries[].items[].previous`), each once
 */
export function lossesBetween(before: LabReport, after: LabReport): string[] {
  const losses = new Set<string>();
  const { format: _format, warnings: _warnings, ...given } = before;
  compare(given, after, '', losses);
  // Sections laid out otherwise say nothing of what became of the results in them: those are compared one by one.
  if ([...losses].some((path) => LAYOUT.test(path))) compare(resultsIn(before), resultsIn(after), 'results', losses);
  return [...losses].toSorted();
}

const LAYOUT = /^sections(?:\[\]\.(?:entries|sections)(?:\[\]\.items)*)*$/;
const resultsIn = (report: LabReport) => [...resultsOf(report)].map(({ result }) => result);

function compare(before: unknown, after: unknown, path: string, losses: Set<string>): void {
  if (before === undefined || isDeepStrictEqual(before, after)) return;
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((one, k) => compare(one, after[k], `${path}[]`, losses));
  } else if (isObject(before) && isObject(after)) {
    for (const [key, inner] of Object.entries(before)) compare(inner, after[key], path === '' ? key : `${path}.${key}`, losses);
  } else losses.add(path);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
