/** Results by hand, deposited at the real door as one of the invented laboratories would. */
import { demoToday, documentBytes, makePopulation } from '#demo';
import { makeDepositClient } from '../../src/demo/deposit-client.ts';
import type { LabReport, Result } from '../../src/formats/lab-report.ts';

const LOINC = '2.16.840.1.113883.6.1';
const AT = '20261110080000+0100';

export const coded = (loinc: string, label: string) => ({
  code: loinc,
  system: LOINC,
  systemName: 'LOINC',
  display: label,
  originalText: label,
});

/** @param oid of the laboratory's own codes */
export const localIn = (oid: string) => (code: string, label: string) => ({
  originalText: label,
  translations: [{ code, system: oid, display: label }],
});

export const quantity = (value: string, unit: string): Result['value'] => ({ type: 'quantity', value, unit });

export function result(code: Result['code'], value: Result['value'], more: Partial<Result> = {}): Result {
  return { kind: 'result', code, status: 'completed', at: AT, ...(value && { value }), ...more };
}

/**
 * Deposits, from the laboratory of a first report of someone of the demo region, one report for each list of results.
 * @param oid of its documents: sent twice, they are the same reports
 */
export async function depositResults(url: string, patient: number, oid: string, reports: readonly Result[][]): Promise<void> {
  const population = makePopulation({ seed: 1, patients: 60, reports: 600, today: demoToday(Date.now()) });
  const client = makeDepositClient(url, { tries: 6 });
  const document = population.documentsOf(patient).find(({ needsPerson, report }) => !needsPerson && report.sections[0]?.entries[0]);
  if (!document) throw new Error(`the demo region has no report of its person ${patient}`);
  for (const [n, items] of reports.entries()) {
    const bytes = documentBytes({ ...document, report: withResults(document.report, items, `${oid}.${n}`) }, 0);
    const { status, refusal } = await client.deposit(bytes, document.clientId);
    if (status !== 201 && status !== 200) throw new Error(`report ${n} was answered ${status} ${refusal ?? ''}`);
  }
}

/** The report with other results in its first chapter, and no other chapter. */
function withResults(report: LabReport, items: Result[], oid: string): LabReport {
  const [chapter] = report.sections;
  const [entry] = chapter!.entries;
  const sections = [
    { ...chapter!, sections: [], entries: [{ ...entry!, items: [{ kind: 'battery' as const, status: 'completed', items }] }] },
  ];
  return { ...report, id: { root: `${oid}.2` }, setId: { root: `${oid}.3` }, version: 1, replaces: [], sections };
}
