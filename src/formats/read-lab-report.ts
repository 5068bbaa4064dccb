import { Refusal } from '#kernel';
import { readCda } from './cda/read.ts';
import { looksLikeHprim, readHprimReport } from './hprim/read.ts';
import { readFhir } from './fhir/read.ts';
import { readHl7Report } from './hl7v2/read-report.ts';
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
  if (contentType === undefined ? looksLikeHl7(bytes) : isHl7(contentType, bytes)) return readHl7Report(bytes);
  if (contentType === undefined ? looksLikeXml(bytes) : XML_TYPES.test(contentType.trim())) return readCda(bytes, contentType);
  if (contentType === undefined || HPRIM_TYPES.test(contentType.trim())) {
    if (looksLikeHprim(bytes)) return readHprimReport(bytes);
  }
  throw new Refusal('deposit.unsupported-format', 'this is not a format of laboratory report that Cigogne reads', { at: 'Content-Type' });
}

/** HPRIM has no registered type: it comes as text, or under names that software gave it. */
const HPRIM_TYPES = /^(?:text\/plain|(?:text|application)\/(?:x-)?hprim|application\/octet-stream)\s*(?:;|$)/i;

/** The first character that is no blank is `{`. */
function looksLikeJson(bytes: Uint8Array): boolean {
  return /^(?:ï»¿)?\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
}

/** Content types of HL7 v2 in its vertical bar form; `text/plain` is one when what it holds is a message. */
const HL7_TYPES = /^(?:application\/hl7-v2|(?:application|x-application)\/hl7-v2\+er7|text\/hl7v2)\s*(?:;|$)/i;

const isHl7 = (contentType: string, bytes: Uint8Array): boolean =>
  HL7_TYPES.test(contentType.trim()) || (/^text\/plain\s*(?:;|$)/i.test(contentType.trim()) && looksLikeHl7(bytes));

/** `MSH` and a separator come first, after a start of block (MLLP) or a byte order mark. */
function looksLikeHl7(bytes: Uint8Array): boolean {
  return /^\v?(?:ï»¿)?MSH[!-/:-@[-`{-~]/.test(Buffer.from(bytes.subarray(0, 12)).toString('latin1'));
}

/** The first character that is no blank is `<`, in an encoding of one or two bytes. */
function looksLikeXml(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 64).filter((byte) => byte !== 0);
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^(?:ï»¿|ÿþ|þÿ)/, '');
  return text.trimStart().startsWith('<');
}
