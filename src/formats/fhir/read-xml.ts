import {
  attribute,
  decodeXml,
  END,
  firstChild,
  localName,
  makeVocabulary,
  namespaceOf,
  nextSibling,
  NODE,
  NONE,
  Refusal,
  scanXml,
  START,
  type XmlTape,
} from '#kernel';
import { COMMON, ELEMENTS, RESOURCES } from './xml-elements.ts';

/** FHIR in XML as the JSON that says the same (FHIR R4 §2.6.1): what comes in XML is read as if it had come in JSON. */

const FHIR = 'http://hl7.org/fhir';
const { vocabulary, ids } = makeVocabulary(FHIR, [['id', 'url', 'value']]);

/** Whether bytes are mark-up: a resource in JSON begins with a brace, in UTF-8 without mark. */
export const isXml = (bytes: Uint8Array): boolean =>
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));

/** A decimal with the digits it was written with. */
const decimal = (text: string): unknown => (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON(text);

/** @throws Refusal `request.invalid`, `deposit.unsupported-format`; `report.unreadable`, `report.hostile` for what is no XML, or no safe one */
export function fhirXmlToJson(bytes: Uint8Array, contentType?: string): Buffer {
  const tape = scanXml(decodeXml(bytes, contentType), vocabulary);
  return Buffer.from(JSON.stringify(resourceAt(tape, 0)));
}

type Fields = Record<string, unknown>;

interface Element {
  repeats: boolean;
  type: string;
}

const read = new Map<string, ReadonlyMap<string, Element>>();

function elementsOf(type: string): ReadonlyMap<string, Element> {
  let elements = read.get(type);
  if (!elements) {
    elements = new Map(
      `${COMMON} ${ELEMENTS[type]!}`
        .trim()
        .split(' ')
        .map((said) => {
          const [, name = '', star = '', of = ''] = /^(\w+)(\*?):?(.*)$/.exec(said) ?? [];
          return [name, { repeats: star === '*', type: of }];
        }),
    );
    read.set(type, elements);
  }
  return elements;
}

function resourceAt(tape: XmlTape, n: number): Fields {
  const type = localName(tape, n);
  if (namespaceOf(tape, n) !== FHIR) throw invalid(type, 'this is not FHIR: its namespace is http://hl7.org/fhir');
  if (!RESOURCES.has(type))
    throw new Refusal('deposit.unsupported-format', `${type.slice(0, 40)} is taken as JSON here: Content-Type application/fhir+json`, {
      at: 'Content-Type',
    });
  return { resourceType: type, ...fieldsOf(tape, n, type) };
}

function fieldsOf(tape: XmlTape, n: number, type: string): Fields {
  const fields: Fields = {};
  const [id, url] = [attribute(tape, n, ids.id), attribute(tape, n, ids.url)];
  if (id !== undefined) fields['id'] = id;
  if (url !== undefined) fields['url'] = url;
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    const name = localName(tape, c);
    const element = elementsOf(type).get(name);
    if (!element) throw invalid(`${type}.${name}`, `${type} has no element ${name.slice(0, 40)} that is read here in XML`);
    if (!element.repeats && fields[name] !== undefined) throw invalid(`${type}.${name}`, `${type} has one ${name}`);
    put(fields, name, element, tape, c);
  }
  return fields;
}

function put(fields: Fields, name: string, { repeats, type }: Element, tape: XmlTape, n: number): void {
  const [value, more] = valueAt(tape, n, type, name);
  if (!repeats) {
    if (value !== undefined) fields[name] = value;
    if (more) fields[`_${name}`] = more;
    return;
  }
  const all = (fields[name] ??= []) as unknown[];
  all.push(value ?? null);
  if (!more && fields[`_${name}`] === undefined) return;
  const beside = (fields[`_${name}`] ??= []) as unknown[];
  while (beside.length < all.length - 1) beside.push(null);
  beside.push(more ?? null);
}

/** The value, and for a simple one what is said besides it (its id, its extensions). */
function valueAt(tape: XmlTape, n: number, type: string, name: string): [unknown, (Fields | undefined)?] {
  if (type === 'x') return [tape.source.slice(tape.nodes[n * NODE + START], tape.nodes[n * NODE + END])];
  if (type === 'R') {
    const held = firstChild(tape, n);
    if (held === NONE || nextSibling(tape, held) !== NONE) throw invalid(name, `${name} holds one resource`);
    return [resourceAt(tape, held)];
  }
  if (type.length > 1) return [fieldsOf(tape, n, type)];
  const more = fieldsOf(tape, n, 'Element');
  const text = attribute(tape, n, ids.value);
  return [text === undefined ? undefined : simple(text, type, name), Object.keys(more).length > 0 ? more : undefined];
}

function simple(text: string, type: string, name: string): unknown {
  if (type === 'b') {
    if (text !== 'true' && text !== 'false') throw invalid(name, `${name} is true or false`);
    return text === 'true';
  }
  if (type !== 'n') return text;
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw invalid(name, `${name} is a number`);
  return decimal(text);
}

const invalid = (at: string, message: string) => new Refusal('request.invalid', message, { at: at.slice(0, 80) });
