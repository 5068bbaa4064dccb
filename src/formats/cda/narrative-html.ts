import {
  attribute,
  CONTENT,
  CONTENT_END,
  END,
  escapeText,
  firstChild,
  keyOf,
  nextSibling,
  NODE,
  NONE,
  scanXml,
  START,
  textBetween,
  type XmlTape,
} from '#kernel';
import { CDA_VOCABULARY, V } from './vocabulary.ts';
import { readableText } from './words.ts';

/**
 * HTML elements by narrative element. What is not here keeps its words and loses its markup, so that no element, attribute or
 * address from outside ever reaches a page.
 */
const TAGS: ReadonlyMap<number, string> = new Map([
  [V.table, 'table'],
  [V.thead, 'thead'],
  [V.tbody, 'tbody'],
  [V.tfoot, 'tfoot'],
  [V.tr, 'tr'],
  [V.th, 'th'],
  [V.td, 'td'],
  [V.caption, 'caption'],
  [V.list, 'ul'],
  [V.item, 'li'],
  [V.paragraph, 'p'],
  [V.content, 'span'],
  [V.sub, 'sub'],
  [V.sup, 'sup'],
]);

/** Style codes of CDA R2 §4.3.5.11 that mean something on a screen, as class names. */
const STYLES: ReadonlyMap<string, string> = new Map([
  ['Bold', 'cda-bold'],
  ['Italics', 'cda-italics'],
  ['Underline', 'cda-underline'],
  ['Emphasis', 'cda-emphasis'],
  ['Lrule', 'cda-rule-left'],
  ['Rrule', 'cda-rule-right'],
  ['Toprule', 'cda-rule-top'],
  ['Botrule', 'cda-rule-bottom'],
]);

/** An xsd:ID that may stand in an attribute of ours: the same characters that `code.ref` of a result is looked up by. */
const SAFE_ID = /^[A-Za-z_][\w.-]{0,79}$/;

/**
 * The narrative of a section as safe HTML.
 *
 * Elements that carry an xsd:ID get `data-ref` with it, so that a screen can show the line of a result; a picture is an empty
 * `<span class="cda-media" data-media="ID">`. Classes: `cda-bold`, `cda-italics`, `cda-underline`, `cda-emphasis`,
 * `cda-rule-left|right|top|bottom`, `cda-media`. No other attribute but colspan and rowspan, as numbers.
 *
 * @param narrative the inside of `section/text`, as `Section.narrative` holds it
 * @throws Refusal `report.unreadable` or `report.hostile` when it is no well-formed fragment
 */
export function narrativeToHtml(narrative: string): string {
  const tape = scanXml(`<text>${narrative}</text>`, CDA_VOCABULARY, { isFragment: true });
  return inside(tape, 0);
}

/** The narrative of a section as plain text: one line a paragraph, row of a table or list item. */
export const narrativeToText = readableText;

function inside(tape: XmlTape, n: number): string {
  const at = n * NODE;
  let html = '';
  let from = tape.nodes[at + CONTENT]!;
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    html += text(tape, from, tape.nodes[c * NODE + START]!) + element(tape, c);
    from = tape.nodes[c * NODE + END]!;
  }
  return html + text(tape, from, tape.nodes[at + CONTENT_END]!);
}

function text(tape: XmlTape, start: number, end: number): string {
  return start < end ? escapeText(textBetween(tape.source, start, end)) : '';
}

function element(tape: XmlTape, n: number): string {
  const key = keyOf(tape, n);
  if (key === V.br) return '<br>';
  if (key === V.renderMultiMedia) return media(tape, n);
  const tag = key === V.list && attribute(tape, n, V.listType) === 'ordered' ? 'ol' : TAGS.get(key);
  if (tag === undefined) return inside(tape, n);
  return `<${tag}${spans(tape, n, key)}${classes(tape, n)}${mark(tape, n)}>${inside(tape, n)}</${tag}>`;
}

function media(tape: XmlTape, n: number): string {
  const ids = (attribute(tape, n, V.referencedObject) ?? '').split(/\s+/).filter((id) => SAFE_ID.test(id));
  return ids.map((id) => `<span class="cda-media" data-media="${id}"></span>`).join('') + inside(tape, n);
}

function spans(tape: XmlTape, n: number, key: number): string {
  if (key !== V.td && key !== V.th) return '';
  return span('colspan', attribute(tape, n, V.colspan)) + span('rowspan', attribute(tape, n, V.rowspan));
}

const span = (name: string, value: string | undefined) =>
  value !== undefined && /^[1-9]\d{0,2}$/.test(value) ? ` ${name}="${value}"` : '';

function classes(tape: XmlTape, n: number): string {
  const codes = attribute(tape, n, V.styleCode);
  if (codes === undefined) return '';
  const known = codes.split(/\s+/).flatMap((code) => STYLES.get(code) ?? []);
  return known.length > 0 ? ` class="${known.join(' ')}"` : '';
}

function mark(tape: XmlTape, n: number): string {
  const id = attribute(tape, n, V.ID);
  return id !== undefined && SAFE_ID.test(id) ? ` data-ref="${id}"` : '';
}
