import { formatOfBytes } from './sniff.ts';

/** Where FHIR says what a CDA says at these places. */
const IN_FHIR: Readonly<Record<string, string>> = {
  'ClinicalDocument/id': 'DiagnosticReport.identifier',
  'ClinicalDocument/effectiveTime': 'DiagnosticReport.issued',
  'ClinicalDocument/custodian//id': 'DiagnosticReport.performer',
  'ClinicalDocument/custodian//name': 'DiagnosticReport.performer',
  'ClinicalDocument/relatedDocument': 'Composition.relatesTo',
  'ClinicalDocument/recordTarget': 'DiagnosticReport.subject',
  'ClinicalDocument/recordTarget//id': 'Patient.identifier',
  'ClinicalDocument/recordTarget//patient': 'Patient',
};

/** The place of a refusal as its sender knows it: what looks at documents of every format names the places of a CDA. */
export function placeIn(at: string, bytes: Uint8Array, contentType: string): string {
  const place = IN_FHIR[at];
  return place !== undefined && formatOfBytes(bytes, contentType) === 'fhir' ? place : at;
}
