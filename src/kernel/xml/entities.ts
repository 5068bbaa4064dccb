import { isXmlChar } from './chars.ts';
import { refuseAt } from './refuse.ts';

/** The five entities of XML 1.0 §4.6; a document declares no other, since a document type is refused. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Longest reference that means something: `&#x0010FFFF;`, with room for a few more leading zeros. */
const LONGEST_REFERENCE = 24;

/** @returns the position after the `;` of the reference that starts at `position` */
export function skipReference(source: string, position: number): number {
  let end = position + 1;
  const last = Math.min(source.length, position + LONGEST_REFERENCE);
  while (end < last && source.charCodeAt(end) !== 59) end += 1;
  if (end === last) refuseAt(source, position, 'the character & starts no complete reference');
  if (resolveReference(source.slice(position + 1, end)) === undefined) {
    refuseAt(source, position, 'a reference to an entity that XML does not define, or to a character that it forbids');
  }
  return end + 1;
}

function resolveReference(name: string): string | undefined {
  if (!name.startsWith('#')) return PREDEFINED.get(name);
  const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!digits) return undefined;
  const code = digits[1] === undefined ? Number.parseInt(digits[2]!, 10) : Number.parseInt(digits[1], 16);
  return isXmlChar(code) ? String.fromCodePoint(code) : undefined;
}

/** Text with its references replaced; what the scanner has accepted always resolves. */
export function unescapeXml(text: string): string {
  return text.includes('&') ? text.replace(/&([^;]*);/g, (whole, name: string) => resolveReference(name) ?? whole) : text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text made safe for the inside of an attribute in double quotes: blanks other than the space survive the reading. */
export function escapeAttribute(text: string): string {
  return /[&<>"\r\n\t]/.test(text) ? text.replace(/[&<>"\r\n\t]/g, (c) => ESCAPES[c]!) : text;
}

/** Text made safe for the inside of an element. */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (c) => ESCAPES[c]!) : text;
}
