import { formatOfBytes } from './any/sniff.ts';
import { readClinicalDocument as readCdaDocument } from './cda/document/read.ts';
import type { ClinicalDocument } from './clinical-document.ts';
import { readHl7Document } from './hl7v2/read-report.ts';

/**
 * Reads any clinical document in CDA, alone or carried by a message of HL7 v2.
 *
 * @throws Refusal `report.*`
 */
export function readClinicalDocument(bytes: Uint8Array, contentType?: string): ClinicalDocument {
  return formatOfBytes(bytes, contentType) === 'hl7' ? readHl7Document(bytes) : readCdaDocument(bytes, contentType);
}
