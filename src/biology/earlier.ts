/**
 * Corrected values: what an earlier version of the same report said, beside what the current one says. A value that a later
 * version no longer holds was withdrawn: it is shown struck, because somebody may have read it.
 */
import { compareVersions, type StoredReport, type StoredResult } from '#record/contract';
import type { EarlierVersion } from './reading.ts';

/** A current report with, for each of its results, what the versions before it said; and what they alone said. */
export interface CurrentReport {
  report: StoredReport;
  /** By `n` of the current result. Only what differs, from the nearest earlier version that differs. */
  earlier: Map<number, EarlierVersion>;
  withdrawn: { report: StoredReport; result: StoredResult }[];
}

/**
 * Splits the reports into those to read and what they replaced. A version whose successor this reader may not see is not shown
 * at all: its values no longer hold, and telling more would tell that something is hidden.
 */
export function currentReports(reports: readonly StoredReport[]): CurrentReport[] {
  const predecessors = predecessorsOf(reports);
  return reports.filter(isCurrent).map((report) => compare(report, predecessors.get(report.documentId) ?? []));
}

const newestFirst = (a: StoredReport, b: StoredReport) => compareVersions(b, a) || b.issuedAt.localeCompare(a.issuedAt);
const isCurrent = (report: StoredReport) => report.current;

/** Earlier versions by the id of the current document they lead to, nearest first. */
function predecessorsOf(reports: readonly StoredReport[]): Map<string, StoredReport[]> {
  const byId = new Map(reports.map((report) => [report.documentId, report]));
  const found = new Map<string, StoredReport[]>();
  for (const report of reports) {
    if (isCurrent(report)) continue;
    const last = lastSuccessor(report, byId);
    if (last) found.set(last, [...(found.get(last) ?? []), report]);
  }
  for (const list of found.values()) list.sort(newestFirst);
  return found;
}

function lastSuccessor(report: StoredReport, byId: Map<string, StoredReport>): string | undefined {
  let next: StoredReport | undefined = report;
  for (let steps = 0; next && !isCurrent(next) && steps < 1000; steps++) {
    next = next.supersededBy === undefined ? undefined : byId.get(next.supersededBy);
  }
  return next && isCurrent(next) ? next.documentId : undefined;
}

function compare(report: StoredReport, predecessors: StoredReport[]): CurrentReport {
  const earlier = new Map<number, EarlierVersion>();
  const withdrawn: CurrentReport['withdrawn'] = [];
  const gone = new Set<string>();
  for (const before of predecessors) {
    for (const { old, now } of pair(before.results, report.results)) {
      if (!now) {
        const key = `${signature(old)} ${old.at ?? ''}`;
        if (old.status !== 'not-done' && old.status !== 'cancelled' && !gone.has(key)) withdrawn.push({ report: before, result: old });
        gone.add(key);
      } else if (!earlier.has(now.n) && isCorrection(before, old, now)) {
        earlier.set(now.n, earlierVersion(before, old));
      }
    }
  }
  return { report, earlier, withdrawn };
}

function earlierVersion(report: StoredReport, { text, unit, n, at }: StoredResult): EarlierVersion {
  return { text, n, documentId: report.documentId, issuedAt: report.issuedAt, ...(unit && { unit }), ...(at && { at }) };
}

/** A provisional value that becomes final is replaced silently: only a value given as final can be corrected. */
function isCorrection(before: StoredReport, old: StoredResult, now: StoredResult): boolean {
  if (before.status === 'preliminary' || old.status !== 'final') return false;
  return old.text !== now.text || old.unit !== now.unit || now.status === 'cancelled' || now.status === 'not-done' || old.at !== now.at;
}

const signature = (result: StoredResult) => `${result.normalised.row} ${result.specimen ?? ''} ${result.isolate ?? ''}`;

/** Pairs the results of two versions: same row and same sampling time first, then same row in order (a corrected time). */
function pair(olds: StoredResult[], news: StoredResult[]): { old: StoredResult; now: StoredResult | undefined }[] {
  const free = Map.groupBy(news, signature);
  const pairs = new Map<StoredResult, StoredResult>();
  for (const sameTime of [true, false]) {
    for (const old of olds) {
      if (pairs.has(old)) continue;
      const candidates = free.get(signature(old)) ?? [];
      const index = candidates.findIndex((candidate) => !sameTime || candidate.at === old.at);
      if (index >= 0) pairs.set(old, candidates.splice(index, 1)[0]!);
    }
  }
  return olds.map((old) => ({ old, now: pairs.get(old) }));
}

/** All versions of the report that a document belongs to, newest first: those that lead to the same current one. */
export function versionsOf(reports: readonly StoredReport[], documentId: string): StoredReport[] {
  const byId = new Map(reports.map((report) => [report.documentId, report]));
  const opened = byId.get(documentId);
  if (!opened) return [];
  const endOf = (report: StoredReport) => lastSuccessor(report, byId) ?? report.documentId;
  const end = endOf(opened);
  return reports.filter((report) => endOf(report) === end).toSorted(newestFirst);
}
