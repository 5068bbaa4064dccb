import type { Completeness } from './contract.ts';
import type { StoredDocument } from './store.ts';
import type { Standing } from './versions.ts';
import type { ReaderReports } from './visible-reports.ts';

/** What is told of one patient beside the reports themselves. */
export interface Told {
  patientId: string;
  notConnected: readonly string[];
  /** ISO 8601. */
  asOf: string;
  lastVisit?: Date | undefined;
}

/**
 * The answer about a patient, as the UTF-8 of PatientReports. Heads and results are already JSON text in the database and go through as they
 * are: parsing five thousand results to write them again is what makes viewers slow, and so is one text of megabytes made of them before it is
 * encoded.
 */
export function patientReportsBytes(reports: ReaderReports, told: Told): Buffer {
  const pieces = piecesOf(reports, told);
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0));
  let at = 0;
  for (const piece of pieces) at += bytes.write(piece, at);
  return bytes;
}

/** The same as JSON text, for who reads it here. */
export const patientReportsJson = (reports: ReaderReports, told: Told): string => piecesOf(reports, told).join('');

function piecesOf({ reports: all, standing }: ReaderReports, { patientId, notConnected, asOf, lastVisit }: Told): string[] {
  const documents = all.filter(({ documentId }) => standing.get(documentId)!.copyOf === undefined);
  const reports = documents.flatMap((document, n) => [n === 0 ? '' : ',', ...reportPieces(document, standing.get(document.documentId)!)]);
  const completeness = JSON.stringify(completenessOf(documents, notConnected, asOf));
  const visit = lastVisit ? `,"lastVisit":"${lastVisit.toISOString()}"` : '';
  return [`{"patientId":${JSON.stringify(patientId)},"reports":[`, ...reports, `],"completeness":${completeness}${visit}}`];
}

const reportPieces = ({ head, results }: StoredDocument, standing: Standing) => [
  head.slice(0, -1),
  `,${JSON.stringify(standing).slice(1, -1)},"results":`,
  results,
  '}',
];

function completenessOf(documents: readonly StoredDocument[], notConnected: readonly string[], asOf: string): Completeness {
  const byStructure = Map.groupBy(documents, ({ structure }) => structure);
  const laboratories = [...byStructure].map(([finess, own]) => ({
    finess,
    name: (JSON.parse(own[0]!.head) as { laboratory: { name: string } }).laboratory.name,
    reports: own.length,
  }));
  return { laboratories: laboratories.toSorted((a, b) => b.reports - a.reports), notConnected: [...notConnected], mayBeMasked: true, asOf };
}
