import { Refusal } from '#kernel';
import { formatOfBytes, type ReadFormat } from './any/sniff.ts';
import { readCda } from './cda/read.ts';
import { readFhir } from './fhir/read.ts';
import { readHl7Report } from './hl7v2/read-report.ts';
import { readHprimReport } from './hprim/read.ts';
import type { LabReport } from './lab-report.ts';

/** Readers of one laboratory report. An archive or a PDF is not one: what they hold comes by other doors. */
const READERS: { readonly [F in ReadFormat]?: (bytes: Uint8Array, contentType?: string) => LabReport } = {
  cda: readCda,
  fhir: readFhir,
  hl7: readHl7Report,
  hprim: readHprimReport,
};

/**
 * Reads a laboratory report in any format of the region, told by its Content-Type, or by its first bytes when there is none.
 *
 * @throws Refusal `deposit.unsupported-format` for bytes of another kind, `report.*` when the format is known and the report is not good
 */
export function readLabReport(bytes: Uint8Array, contentType?: string): LabReport {
  const format = formatOfBytes(bytes, contentType);
  const read = format && READERS[format];
  if (read) return read(bytes, contentType);
  throw new Refusal('deposit.unsupported-format', 'this is not a format of laboratory report that Cigogne reads', { at: 'Content-Type' });
}
