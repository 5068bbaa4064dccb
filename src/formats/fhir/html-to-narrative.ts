import {
  CONTENT,
  CONTENT_END,
  END,
  escapeText,
  firstChild,
  makeVocabulary,
  nextSibling,
  NODE,
  NONE,
  keyOf,
  Refusal,
  scanXml,
  START,
  textBetween,
  type XmlTape,
} from '#kernel';

/** The elements of XHTML that the narrative of FHIR may hold (R4 §2.6.1) and that the narrative of the model has too. */
const { vocabulary, ids: H } = makeVocabulary(
  'http://www.w3.org/1999/xhtml',
  [
    [
      'div',
      'p',
      'table',
      'thead',
      'tbody',
      'tfoot',
      'tr',
      'th',
      'td',
      'caption',
      'ul',
      'ol',
      'li',
      'b',
      'strong',
      'i',
      'em',
      'u',
      'sub',
      'sup',
      'br',
      'h1',
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
    ],
  ] as const,
  [],
);

const BOLD = ['<content styleCode="Bold">', '</content>'] as const;
const ITALICS = ['<content styleCode="Italics">', '</content>'] as const;
const PARAGRAPH = ['<paragraph>', '</paragraph>'] as const;
const same = (name: string) => [`<${name}>`, `</${name}>`] as const;

const TAGS: ReadonlyMap<number, readonly [string, string]> = new Map<number, readonly [string, string]>([
  [H.p, PARAGRAPH],
  [H.table, same('table')],
  [H.thead, same('thead')],
  [H.tbody, same('tbody')],
  [H.tfoot, same('tfoot')],
  [H.tr, same('tr')],
  [H.th, same('th')],
  [H.td, same('td')],
  [H.caption, same('caption')],
  [H.ul, same('list')],
  [H.ol, ['<list listType="ordered">', '</list>']],
  [H.li, same('item')],
  [H.b, BOLD],
  [H.strong, BOLD],
  [H.i, ITALICS],
  [H.em, ITALICS],
  [H.u, ['<content styleCode="Underline">', '</content>']],
  [H.sub, same('sub')],
  [H.sup, same('sup')],
  ...[H.h1, H.h2, H.h3, H.h4, H.h5, H.h6].map(
    (name) => [name, ['<paragraph><content styleCode="Bold">', '</content></paragraph>']] as const,
  ),
]);

/**
 * The XHTML of a section of a FHIR document as the narrative of the model: same words, tables, lists and emphasis; every other element
 * keeps its words only.
 * @throws Refusal `report.unreadable` or `report.hostile` when it is not well-formed
 */
export function htmlToNarrative(div: string): string {
  try {
    const tape = scanXml(div, vocabulary, { isFragment: true });
    return inside(tape, 0);
  } catch (error) {
    // HTML entities (&nbsp;) are allowed by FHIR and unknown to XML: the words are worth more than the layout.
    if (error instanceof Refusal && error.code === 'report.unreadable')
      return escapeText(
        div
          .replace(/<[^>]*>/g, ' ')
          .replace(/&nbsp;/g, ' ')
          .trim(),
      );
    throw error;
  }
}

function inside(tape: XmlTape, n: number): string {
  const at = n * NODE;
  let text = '';
  let from = tape.nodes[at + CONTENT]!;
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    text += words(tape, from, tape.nodes[c * NODE + START]!) + element(tape, c);
    from = tape.nodes[c * NODE + END]!;
  }
  return text + words(tape, from, tape.nodes[at + CONTENT_END]!);
}

const words = (tape: XmlTape, start: number, end: number) => (start < end ? escapeText(textBetween(tape.source, start, end)) : '');

function element(tape: XmlTape, n: number): string {
  const key = keyOf(tape, n);
  if (key === H.br) return '<br/>';
  const [open, close] = TAGS.get(key) ?? ['', ''];
  return open + inside(tape, n) + close;
}
