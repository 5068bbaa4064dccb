import { hash } from 'node:crypto';

/**
 * Identifiers of resources (FHIR R4 §2.24.0.1: letters, digits, `-` and `.`, 64 at most). Those of a patient's data begin with the patient, so
 * that a resource is found without an index over all patients, wherever they are stored.
 */

/** A UUID or 16 bytes of a digest as 25 characters of base 36. */
const LENGTH = 25;

const pack = (hex: string): string => BigInt(`0x${hex}`).toString(36).padStart(LENGTH, '0');

export const packUuid = (uuid: string): string => pack(uuid.replaceAll('-', ''));

/** @returns undefined when the text is no packed UUID */
export function unpackUuid(text: string): string | undefined {
  if (!/^[0-9a-z]{25}$/.test(text)) return undefined;
  let value = 0n;
  for (const letter of text) value = value * 36n + BigInt(Number.parseInt(letter, 36));
  const hex = value.toString(16).padStart(32, '0');
  if (hex.length > 32) return undefined;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The series of versions of one report: the same identifier for all of them, whatever order they came in. */
export function seriesId(patientId: string, structure: string, setId: string): string {
  const digest = hash('sha256', `${structure} ${setId}`).slice(0, 32);
  return `${packUuid(patientId)}.${pack(digest)}`;
}

/** A part of a report, named by what it is and not by its place, so that another version of the report names the same part the same. */
export function partId(series: string, what: string): string {
  const digest = hash('sha256', what).slice(0, 15);
  return `${series}.${BigInt(`0x${digest}`).toString(36).padStart(12, '0')}`;
}

export const documentId = (patientId: string, document: string): string => `${packUuid(patientId)}.${packUuid(document)}`;

/** The patient in the identifier of one of their resources; undefined when it names none. */
export function patientOfId(type: string, id: string): string | undefined {
  if (type === 'Patient') return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
  return id[LENGTH] === '.' ? unpackUuid(id.slice(0, LENGTH)) : undefined;
}

/** A number of a structure or of a person as an identifier of a resource; a digest of it when it has other characters. */
export function plainId(text: string): string {
  return /^[A-Za-z0-9.-]{1,64}$/.test(text) ? text : pack(hash('sha256', text).slice(0, 32));
}
