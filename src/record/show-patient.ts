import type { Completeness } from './contract.ts';
import type { StoredDocument } from './store.ts';
import type { Standing } from './versions.ts';
import type { ReaderReports } from './visible-reports.ts';

/**
 * The answer about a patient, as JSON text of PatientReports. Heads and results are already JSON text in the database and go
 * through as they are: parsing five thousand results to write them again is what makes viewers slow.
 */
export function patientReportsJson(
  patientId: string,
  { reports: all, standing }: ReaderReports,
  notConnected: readonly string[],
  asOf: string,
  lastVisit?: Date,
): string {
  const documents = all.filter(({ documentId }) => standing.get(documentId)!.copyOf === undefined);
  const reports = documents.map((document) => reportJson(document, standing.get(document.documentId)!));
  const completeness = completenessOf(documents, notConnected, asOf);
  const visit = lastVisit ? `,"lastVisit":"${lastVisit.toISOString()}"` : '';
  return `{"patientId":${JSON.stringify(patientId)},"reports":[${reports.join(',')}],"completeness":${JSON.stringify(completeness)}${visit}}`;
}

function reportJson({ head, results }: StoredDocument, standing: Standing): string {
  return `${head.slice(0, -1)},${JSON.stringify(standing).slice(1, -1)},"results":${results}}`;
}

function completenessOf(documents: readonly StoredDocument[], notConnected: readonly string[], asOf: string): Completeness {
  const byStructure = Map.groupBy(documents, ({ structure }) => structure);
  const laboratories = [...byStructure].map(([finess, own]) => ({
    finess,
    name: (JSON.parse(own[0]!.head) as { laboratory: { name: string } }).laboratory.name,
    reports: own.length,
  }));
  return { laboratories: laboratories.toSorted((a, b) => b.reports - a.reports), notConnected: [...notConnected], mayBeMasked: true, asOf };
}
