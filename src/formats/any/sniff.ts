import { looksLikeHprim } from '../hprim/read.ts';

/** Formats that bytes may come in. */
export type ReadFormat = 'cda' | 'hl7' | 'hprim' | 'xdm' | 'fhir' | 'pdf';

/**
 * Content types by which each comes. CDA also inside a stylesheet, which has its own; `application/json`, since nothing else of ours is
 * JSON; HPRIM under the names that software gave it, having none registered.
 */
const TYPES: readonly (readonly [RegExp, ReadFormat])[] = [
  [/^application\/(?:fhir\+xml|(?:fhir\+)?json)$/, 'fhir'],
  [/^(?:application\/hl7-v2|(?:application|x-application)\/hl7-v2\+er7|text\/hl7v2)$/, 'hl7'],
  [/^(?:application|text)\/(?:[\w.-]+\+)?xml$/, 'cda'],
  [/^(?:text|application)\/(?:x-)?hprim$/, 'hprim'],
  [/^application\/(?:x-)?zip(?:-compressed)?$/, 'xdm'],
  [/^application\/pdf$/, 'pdf'],
];

/** The type by which a format goes from one of our programs to another. */
export const MEDIA_TYPE: Readonly<Record<ReadFormat, string>> = {
  cda: 'application/xml',
  hl7: 'application/hl7-v2',
  hprim: 'text/hprim',
  xdm: 'application/zip',
  fhir: 'application/fhir+json',
  pdf: 'application/pdf',
};

/** Types that say nothing of what is inside: the bytes tell, among formats that are text. */
const ANY_TEXT = /^(?:text\/plain|application\/octet-stream)$/;

/** The format of bytes, by their content type, or by themselves when there is none or it says nothing. */
export function formatOfBytes(bytes: Uint8Array, contentType?: string): ReadFormat | undefined {
  const type = contentType?.split(';')[0]!.trim().toLowerCase();
  if (type === undefined || ANY_TEXT.test(type)) return byTheirStart(bytes);
  return TYPES.find(([pattern]) => pattern.test(type))?.[1];
}

/** The root of a Bundle, after a declaration and comments. */
const FHIR_XML = /^[^<]*(?:<[?!][^>]*>[^<]*)*<(?:[\w.-]+:)?Bundle[\s>/]/;

function byTheirStart(bytes: Uint8Array): ReadFormat | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (start.startsWith('PK\u0003\u0004') || start.startsWith('PK\u0005\u0006')) return 'xdm';
  if (start.startsWith('%PDF-')) return 'pdf';
  // A start of block (MLLP) or a byte order mark may come first; a batch begins with its header.
  if (/^\v?(?:ï»¿)?(?:MSH|FHS|BHS)[!-/:-@[-`{-~]/.test(start)) return 'hl7';
  // UTF-16 has a zero beside each letter of a mark-up.
  const text = start.replaceAll('\0', '').replace(/^(?:ï»¿|ÿþ|þÿ)/, '');
  if (text.trimStart().startsWith('<')) return FHIR_XML.test(Buffer.from(bytes.subarray(0, 4_096)).toString('latin1')) ? 'fhir' : 'cda';
  if (text.trimStart().startsWith('{')) return 'fhir';
  return looksLikeHprim(bytes) ? 'hprim' : undefined;
}
