import { Refusal } from '#kernel';
import { readCda } from './cda/read.ts';
import { readFhir } from './fhir/read.ts';
import type { LabReport } from './lab-report.ts';

/** Content types by which a CDA document may come; a stylesheet that wraps one has its own. */
const XML_TYPES = /^(?:application|text)\/(?:[\w.-]+\+)?xml\s*(?:;|$)/i;

/** FHIR in JSON; `application/json` too, since nothing else of ours is JSON. */
const FHIR_TYPES = /^application\/(?:fhir\+)?json\s*(?:;|$)/i;

/**
 * Reads a laboratory report in any format of the region, told by its Content-Type, or by its first bytes when there is none.
 *
 * @throws Refusal `deposit.unsupported-format` for bytes of another kind, `report.*` when the format is known and the report is not good
 */
export function readLabReport(bytes: Uint8Array, contentType?: string): LabReport {
  if (contentType === undefined ? looksLikeJson(bytes) : FHIR_TYPES.test(contentType.trim())) return readFhir(bytes);
  if (contentType === undefined ? looksLikeXml(bytes) : XML_TYPES.test(contentType.trim())) return readCda(bytes, contentType);
  throw new Refusal('deposit.unsupported-format', 'this is not a format of laboratory report that Cigogne reads', { at: 'Content-Type' });
}

/** The first character that is no blank is `{`. */
function looksLikeJson(bytes: Uint8Array): boolean {
  return /^(?:ï»¿)?\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
}

/** The first character that is no blank is `<`, in an encoding of one or two bytes. */
function looksLikeXml(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 64).filter((byte) => byte !== 0);
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^(?:ï»¿|ÿþ|þÿ)/, '');
  return text.trimStart().startsWith('<');
}
