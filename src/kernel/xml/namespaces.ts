import { unescapeXml } from './entities.ts';
import { refuseAt } from './refuse.ts';
import { HOME, type Scan } from './scan-state.ts';
import { ATTRIBUTE } from './tape.ts';
import { XML, XML_URI, XMLNS, XMLNS_URI } from './vocabulary.ts';

const MAX_NAMESPACES = 64;
/** Prefixes bound at once: each use of a prefix looks through them. */
const MAX_BINDINGS = 64;

/** Takes the `xmlns` and `xmlns:p` attributes of an element into the bindings (Namespaces in XML 1.0 §3 and §5). */
export function bindNamespaces(s: Scan, firstAttribute: number, start: number): void {
  for (let a = firstAttribute; a < s.attributeCount; a++) {
    const at = a * ATTRIBUTE;
    const prefix = s.attributes[at]! >>> 16;
    const local = s.attributes[at]! & 0xffff;
    if (prefix !== XMLNS && !(prefix === 0 && local === XMLNS)) continue;
    const raw = s.source.slice(s.attributes[at + 1], s.attributes[at + 2]);
    const uri = s.attributes[at + 3] === 0 ? raw : unescapeXml(raw.replace(/\r\n|[\t\n\r]/g, ' '));
    // Two names that differ by an outer blank are one for some readers and two for others: nobody means that.
    if (uri !== uri.trim()) refuseAt(s.source, start, 'a namespace name with blanks around it');
    const number = namespaceNumber(s, uri, start);
    if (prefix === 0) {
      if (uri === XML_URI || uri === XMLNS_URI) refuseAt(s.source, start, 'a reserved namespace as the default one');
      s.defaultUri = number;
      continue;
    }
    const isXml = local === XML;
    if (uri === '' || local === XMLNS || uri === XMLNS_URI || isXml !== (uri === XML_URI)) {
      refuseAt(s.source, start, 'a namespace binding that is not allowed');
    }
    if (s.boundPrefixes.length >= MAX_BINDINGS) refuseAt(s.source, start, 'too many namespaces', 'report.hostile');
    s.boundPrefixes.push(local);
    s.boundUris.push(number);
  }
}

function namespaceNumber(s: Scan, uri: string, start: number): number {
  const known = s.uris.indexOf(uri);
  if (known >= 0) return known;
  if (s.uris.length >= MAX_NAMESPACES) refuseAt(s.source, start, 'too many namespaces', 'report.hostile');
  return s.uris.push(uri) - 1;
}

export function uriOf(s: Scan, prefix: number, start: number): number {
  for (let b = s.boundPrefixes.length - 1; b >= 0; b--) if (s.boundPrefixes[b] === prefix) return s.boundUris[b]!;
  if (s.isFragment) return HOME;
  return refuseAt(s.source, start, 'a prefix that no namespace is bound to');
}

export function resolveAttributePrefixes(s: Scan, firstAttribute: number, start: number): void {
  for (let a = firstAttribute; a < s.attributeCount; a++) {
    const key = s.attributes[a * ATTRIBUTE]!;
    if (key >>> 16 !== 0) s.attributes[a * ATTRIBUTE] = (key & 0xffff) | ((uriOf(s, key >>> 16, start) + 1) << 16);
  }
}

export function refuseDuplicates(s: Scan, firstAttribute: number, start: number): void {
  const { attributes, attributeCount } = s;
  for (let a = firstAttribute + 1; a < attributeCount; a++) {
    const key = attributes[a * ATTRIBUTE];
    for (let b = firstAttribute; b < a; b++) if (attributes[b * ATTRIBUTE] === key) refuseAt(s.source, start, 'the same attribute twice');
  }
}
