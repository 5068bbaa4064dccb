import { Refusal } from '#kernel';
import { components, placeOf, raw, type Segment, words } from './lexer.ts';
import type { CarriedDocument } from './message.ts';
import type { Hl7Context } from './read-types.ts';
import { unescape } from './escapes.ts';

/** Does the line carry a document (OBX-2 ED)? */
export const isEncapsulated = (obx: Segment): boolean => raw(obx, 2) === 'ED';

/** Is the document it carries in XML: a CDA (CI-SIS « Transmission d'un document CDA en HL7 v2 »)? */
export const isXml = (c: Hl7Context, obx: Segment): boolean =>
  isEncapsulated(obx) && /^(?:xml|x-hl7-cda-level-one|hl7-cda\+xml)$/i.test(words(c, obx, 5, 3) ?? '');

/**
 * ED: `application^type^subtype^encoding^data` (HL7 v2.5 §2.A.24). French senders say TEXT and XML, or pdf alone.
 * @throws Refusal `report.unreadable` when the data is not in the encoding that it says
 */
export function readEncapsulated(c: Hl7Context, obx: Segment): CarriedDocument {
  const parts = components(c, raw(obx, 5) ?? '');
  const [, type = '', subtype = '', encoding = ''] = parts.slice(0, 4).map((part) => part.toLowerCase());
  const data = parts[4] ?? '';
  const [code, title] = [words(c, obx, 3), words(c, obx, 3, 2)];
  return {
    mediaType: mediaTypeOf(type, subtype),
    base64: base64Of(c, obx, encoding, data),
    ...(code !== undefined && { code }),
    ...(title !== undefined && { title }),
  };
}

function mediaTypeOf(type: string, subtype: string): string {
  if (subtype === '') return type === 'pdf' ? 'application/pdf' : type.includes('/') ? type : 'text/plain';
  if (subtype === 'pdf') return 'application/pdf';
  return /^[a-z]+$/.test(type) && /^[a-z0-9.+-]+$/.test(subtype) ? `${type}/${subtype}` : 'application/octet-stream';
}

function base64Of(c: Hl7Context, obx: Segment, encoding: string, data: string): string {
  if (encoding === 'a' || encoding === '') return Buffer.from(unescape(data, c.d)).toString('base64');
  if (encoding === 'hex' && /^(?:[0-9a-fA-F]{2})*$/.test(data)) return Buffer.from(data, 'hex').toString('base64');
  if (encoding === 'base64') {
    const packed = /[\s\\]/.test(data) ? unescape(data, c.d).replaceAll(/\s+/g, '') : data;
    if (packed.length % 4 !== 1 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return packed;
  }
  throw new Refusal('report.unreadable', 'the document is not in the encoding that the line says (Base64, A or Hex)', {
    at: placeOf(obx, 5),
  });
}

/** A text carried as a document: the body of a mail. Its last bytes may be cut without harm to the document that it goes with. */
export function textOf(c: Hl7Context, obx: Segment): string {
  const parts = components(c, raw(obx, 5) ?? '');
  if (parts[3]?.toLowerCase() !== 'base64') return unescape(parts[4] ?? '', c.d);
  return Buffer.from(parts[4] ?? '', 'base64').toString('utf8');
}
