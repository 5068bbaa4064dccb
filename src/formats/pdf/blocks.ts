import {
  attribute,
  child,
  children,
  firstChild,
  keyOf,
  nextSibling,
  NODE,
  NONE,
  CONTENT,
  CONTENT_END,
  END,
  START,
  scanXml,
  type XmlTape,
} from '#kernel';
import { CDA_VOCABULARY, V } from '../cda/vocabulary.ts';
import { plainText } from '../cda/words.ts';

/** What a page prints, without its place on it. */
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string; isBold: boolean }
  | { kind: 'item'; label: string; text: string }
  | { kind: 'table'; caption?: string; head: Cell[][]; body: Cell[][] }
  /** A picture or a file, by the xsd:ID under which the document holds it. */
  | { kind: 'media'; ref: string };

export interface Cell {
  text: string;
  /** Columns that it takes. */
  span: number;
  isBold: boolean;
  /** Pictures shown in it. */
  media: string[];
  /** Far from its interval: framed; critical: white on black. Seen on paper without colour. */
  mark?: 'frame' | 'inverse';
}

/**
 * The narrative of a section as blocks to print: paragraphs, lists, tables. All its words are kept, in its order; of the styles,
 * a paragraph or a cell wholly in bold.
 *
 * @param narrative the inside of `section/text`
 * @throws Refusal `report.unreadable` or `report.hostile` when it is no well-formed fragment
 */
export function blocksOf(narrative: string): Block[] {
  const tape = scanXml(`<text>${narrative}</text>`, CDA_VOCABULARY, { isFragment: true });
  const blocks: Block[] = [];
  takeFlow(tape, 0, blocks);
  return blocks;
}

/** Elements that stand on their own; everything else is a run of words. */
const BLOCKS = new Set<number>([V.paragraph, V.table, V.list, V.renderMultiMedia]);

/** Words between blocks are paragraphs too: narratives often are bare text. */
function takeFlow(tape: XmlTape, n: number, blocks: Block[]): void {
  let run = '';
  let from = tape.nodes[n * NODE + CONTENT]!;
  const flush = () => {
    addParagraph(blocks, plainText(run), false);
    run = '';
  };
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    run += tape.source.slice(from, tape.nodes[c * NODE + START]);
    if (holdsBlock(tape, c)) {
      flush();
      takeBlock(tape, c, blocks);
    } else run += tape.source.slice(tape.nodes[c * NODE + START], tape.nodes[c * NODE + END]);
    from = tape.nodes[c * NODE + END]!;
  }
  run += tape.source.slice(from, tape.nodes[n * NODE + CONTENT_END]);
  flush();
}

function holdsBlock(tape: XmlTape, n: number): boolean {
  if (BLOCKS.has(keyOf(tape, n))) return true;
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) if (holdsBlock(tape, c)) return true;
  return false;
}

function takeBlock(tape: XmlTape, n: number, blocks: Block[]): void {
  switch (keyOf(tape, n)) {
    case V.table:
      takeTable(tape, n, blocks);
      break;
    case V.list:
      takeList(tape, n, blocks);
      break;
    case V.renderMultiMedia:
      for (const ref of mediaRefs(tape, n)) blocks.push({ kind: 'media', ref });
      break;
    case V.paragraph:
      if (hasInnerBlock(tape, n)) takeFlow(tape, n, blocks);
      else addParagraph(blocks, textIn(tape, n), isBold(tape, n));
      break;
    default:
      takeFlow(tape, n, blocks);
  }
}

function hasInnerBlock(tape: XmlTape, n: number): boolean {
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) if (holdsBlock(tape, c)) return true;
  return false;
}

function addParagraph(blocks: Block[], text: string, bold: boolean): void {
  if (text !== '') blocks.push({ kind: 'paragraph', text, isBold: bold });
}

const textIn = (tape: XmlTape, n: number) =>
  plainText(tape.source.slice(tape.nodes[n * NODE + CONTENT], tape.nodes[n * NODE + CONTENT_END]));

const mediaRefs = (tape: XmlTape, n: number) => (attribute(tape, n, V.referencedObject) ?? '').split(/\s+/).filter(Boolean);

const styled = (tape: XmlTape, n: number) => (attribute(tape, n, V.styleCode) ?? '').split(/\s+/).includes('Bold');

/** Bold itself, or holding nothing but one element in bold. */
function isBold(tape: XmlTape, n: number): boolean {
  if (styled(tape, n)) return true;
  const only = firstChild(tape, n);
  return (
    only !== NONE &&
    nextSibling(tape, only) === NONE &&
    keyOf(tape, only) === V.content &&
    styled(tape, only) &&
    textIn(tape, only) === textIn(tape, n)
  );
}

function takeList(tape: XmlTape, n: number, blocks: Block[]): void {
  const isOrdered = attribute(tape, n, V.listType) === 'ordered';
  const caption = child(tape, n, V.caption);
  if (caption !== NONE) addParagraph(blocks, textIn(tape, caption), true);
  for (const [i, item] of children(tape, n, V.item).entries()) {
    const label = isOrdered ? `${i + 1}.` : '–';
    if (!hasInnerBlock(tape, item)) {
      blocks.push({ kind: 'item', label, text: textIn(tape, item) });
      continue;
    }
    const inner: Block[] = [];
    takeFlow(tape, item, inner);
    const [first, ...rest] = inner;
    if (first?.kind === 'paragraph') blocks.push({ kind: 'item', label, text: first.text }, ...rest);
    else blocks.push(...inner);
  }
}

/** Tables inside cells are read as words: a page has one grid. */
function takeTable(tape: XmlTape, n: number, blocks: Block[]): void {
  const caption = child(tape, n, V.caption);
  const words = caption === NONE ? '' : textIn(tape, caption);
  const rowsOf = (group: number) => readRows(tape, children(tape, group, V.tr));
  const body = [
    ...readRows(tape, children(tape, n, V.tr)),
    ...children(tape, n, V.tbody).flatMap(rowsOf),
    ...children(tape, n, V.tfoot).flatMap(rowsOf),
  ];
  const head = children(tape, n, V.thead).flatMap(rowsOf);
  if (head.length + body.length === 0) return;
  blocks.push({ kind: 'table', ...(words !== '' && { caption: words }), head, body });
}

/** A cell that spans rows leaves empty ones under it, so that columns stay columns. */
function readRows(tape: XmlTape, rows: readonly number[]): Cell[][] {
  const held: { column: number; span: number; left: number }[] = [];
  return rows.map((row) => {
    const cells: Cell[] = [];
    let column = 0;
    const fill = () => {
      for (const cell of held.filter((each) => each.left > 0 && each.column === column)) {
        cells.push({ text: '', span: cell.span, isBold: false, media: [] });
        column += cell.span;
        cell.left -= 1;
      }
    };
    fill();
    for (let c = firstChild(tape, row); c !== NONE; c = nextSibling(tape, c)) {
      const key = keyOf(tape, c);
      if (key !== V.td && key !== V.th) continue;
      const cell = readCell(tape, c, key === V.th);
      const left = spanOf(tape, c, V.rowspan) - 1;
      if (left > 0) held.push({ column, span: cell.span, left });
      cells.push(cell);
      column += cell.span;
      fill();
    }
    return cells;
  });
}

function readCell(tape: XmlTape, n: number, isHead: boolean): Cell {
  return { text: textIn(tape, n), span: spanOf(tape, n, V.colspan), isBold: isHead || isBold(tape, n), media: mediaIn(tape, n) };
}

function mediaIn(tape: XmlTape, n: number): string[] {
  const refs: string[] = [];
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    refs.push(...(keyOf(tape, c) === V.renderMultiMedia ? mediaRefs(tape, c) : mediaIn(tape, c)));
  }
  return refs;
}

/** A table as wide as its page has at most some twenty columns; a larger number is a mistake or worse. */
const MOST_COLUMNS = 24;

function spanOf(tape: XmlTape, n: number, name: number): number {
  const value = attribute(tape, n, name);
  return value !== undefined && /^[1-9]\d{0,2}$/.test(value) ? Math.min(Number(value), MOST_COLUMNS) : 1;
}
