import type { StoredReport } from '#record/contract';
import { documentId, plainId } from '../wire/ids.ts';
import { concept, uriOf } from './observation.ts';
import { compact, type Reference, type Resource } from '../wire/resource.ts';

const LOINC = 'http://loinc.org';
const REPORT_CODE = {
  coding: [{ system: LOINC, code: '11502-2', display: 'Laboratory report' }],
  text: "Compte rendu d'examens biologiques",
};
const LAB = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] };

/** `root` or `root^extension` of the record as an Identifier. */
export function identifierOf(text: string): Record<string, unknown> {
  const cut = text.indexOf('^');
  if (cut < 0) return { system: 'urn:ietf:rfc:3986', value: uriOf(text) };
  return { system: uriOf(text.slice(0, cut)), value: text.slice(cut + 1) };
}

export interface ReportParts {
  id: string;
  patientId: string;
  subject: Reference;
  versionId: string;
  isCorrection: boolean;
  /** A version before it was to be read. */
  wasIssued: boolean;
  results: Reference[];
  specimens: Reference[];
  /** The file can be shown: nothing of the report is hidden from this reader. */
  hasFile: boolean;
}

export function diagnosticReport(report: StoredReport, parts: ReportParts): Resource {
  const { laboratory, validator, chapters, hasPdf, documentId: document } = report;
  const { id, patientId, subject, versionId, results, specimens, hasFile } = parts;
  // What it concludes is drawn from all its results, and falls with them.
  const holds = hasFile && report.status !== 'cancelled';
  const chapterCodes = [...new Set(report.results.map(({ chapter }) => chapter))].filter((code) => code !== undefined);
  return compact({
    resourceType: 'DiagnosticReport',
    id,
    meta: { versionId, lastUpdated: report.receivedAt },
    identifier: [identifierOf(report.setId)],
    status: statusOf(report, parts),
    category: [LAB, ...chapterCodes.map((code) => ({ coding: [{ system: LOINC, code }] }))],
    code: REPORT_CODE,
    subject,
    effectiveDateTime: report.sampledAt,
    issued: report.issuedAt,
    performer: [structureReference(laboratory)],
    resultsInterpreter: validator === undefined ? [] : [{ display: validator }],
    specimen: specimens,
    result: results,
    conclusion: holds ? report.conclusion?.text : undefined,
    conclusionCode: holds ? report.conclusion?.codes?.map(concept) : undefined,
    presentedForm:
      hasPdf && hasFile
        ? [
            {
              contentType: 'application/pdf',
              language: 'fr-FR',
              url: `Binary/${documentId(patientId, document)}.pdf`,
              title: chapters.join(', ') || undefined,
            },
          ]
        : [],
  });
}

/** What is not done is cancelled; what gave values, or took the place of a report that gave some, takes them back. */
function statusOf({ status, state, results }: StoredReport, { isCorrection, wasIssued }: ReportParts): string {
  if (state !== undefined && status !== 'cancelled') return state;
  if (status === 'final') return isCorrection ? 'corrected' : status;
  if (status === 'cancelled' && (wasIssued || results.some((result) => result.status === 'cancelled'))) return 'entered-in-error';
  return status;
}

/** A series of which every version was replaced by a report of another series, or taken away. */
export function withdrawnReport(last: Resource, versionId: string, lastUpdated: string): Resource {
  const { id, identifier, category, code, subject, effectiveDateTime, performer } = last;
  return {
    resourceType: 'DiagnosticReport',
    id,
    meta: { versionId, lastUpdated },
    identifier,
    status: 'entered-in-error',
    category,
    code,
    subject,
    effectiveDateTime,
    performer,
  };
}

export function structureReference({ finess, name }: StoredReport['laboratory']): Reference {
  return { reference: `Organization/${plainId(finess)}`, display: name };
}
