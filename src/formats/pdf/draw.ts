import type { Structure } from 'pdfkit';
import type { Media } from '../clinical-document.ts';
import type { Block, Cell } from './blocks.ts';
import { INK, LEFT, type Look, makeRoom, put, rule, type Sheet, type Weight, widthOf, wrap } from './sheet.ts';

const BODY = 9;
const LEADING = 1.35;
const SIZES = { 1: 15, 2: 11.5, 3: 10 } as const;

/** A paragraph: lines of words, which may run over pages. */
export function drawText(sheet: Sheet, words: string, look: Look & { type: string; indent?: number; parent?: Structure }): void {
  const { doc } = sheet;
  const { size, type, indent = 0, parent = sheet.root } = look;
  const element = doc.struct(type);
  parent.add(element);
  for (const text of wrap(sheet, words, sheet.room - indent, look)) {
    makeRoom(sheet, size * LEADING);
    const { y } = sheet;
    element.add(doc.struct('Span', {}, () => put(sheet, text, LEFT + indent, y, look)));
    sheet.y += size * LEADING;
  }
  element.end();
}

export function drawBlock(sheet: Sheet, block: Block, media: ReadonlyMap<string, Media>): void {
  switch (block.kind) {
    case 'heading':
      sheet.y += block.level === 1 ? 0 : 8;
      // A heading alone at the foot of a page heads nothing.
      makeRoom(sheet, SIZES[block.level] * LEADING + 3 * BODY * LEADING);
      drawText(sheet, block.text, { size: SIZES[block.level], weight: 'bold', type: `H${block.level}` });
      sheet.y += 2;
      break;
    case 'paragraph':
      drawText(sheet, block.text, { size: BODY, weight: block.isBold ? 'bold' : 'regular', type: 'P' });
      sheet.y += 3;
      break;
    case 'item':
      drawText(sheet, `${block.label} ${block.text}`, { size: BODY, weight: 'regular', type: 'P', indent: 10 });
      break;
    case 'table':
      drawTable(sheet, block, media);
      break;
    case 'media':
      drawMedia(sheet, media.get(block.ref));
  }
}

const PADDING = 3;

/** A grid: the width of its columns, and the size of its words. */
interface Grid {
  widths: number[];
  size: number;
}

function drawTable(sheet: Sheet, { caption, head, body }: Extract<Block, { kind: 'table' }>, media: ReadonlyMap<string, Media>): void {
  if (caption !== undefined) drawText(sheet, caption, { size: BODY, weight: 'bold', type: 'P' });
  const grid = gridOf(sheet, [...head, ...body]);
  const table = sheet.doc.struct('Table');
  sheet.root.add(table);
  const headHeight = head.reduce((sum, row) => sum + measure(sheet, row, grid).height, 0);
  for (const row of head) drawRow(sheet, table, row, grid, 'TH');
  for (const [i, row] of body.entries()) {
    // A title alone at the foot of a page heads nothing.
    const next = row.length === 1 ? body[i + 1] : undefined;
    const height = measure(sheet, row, grid).height + (next ? measure(sheet, next, grid).height : 0);
    if (makeRoom(sheet, Math.min(height, sheet.pageRoom)) && headHeight < sheet.pageRoom / 2) repeatHead(sheet, head, grid);
    drawRow(sheet, table, row, grid, 'TD');
    for (const ref of row.flatMap((cell) => cell.media)) drawMedia(sheet, media.get(ref));
  }
  table.end();
  sheet.y += 5;
}

/** Sizes tried, so that a table of many columns need not cut its words. */
const TABLE_SIZES = [BODY, 8, 7, 6.5] as const;

/** Columns share the page by what they hold: none narrower than its longest word as far as there is room, none starved by a wide one. */
function gridOf(sheet: Sheet, rows: readonly (readonly Cell[])[]): Grid {
  const columns = Math.max(...rows.map((row) => row.reduce((sum, { span }) => sum + span, 0)));
  let grid: Grid | undefined;
  for (const size of TABLE_SIZES) {
    const { wanted, least } = columnNeeds(sheet, rows, columns, size);
    grid = { size, widths: share(wanted, least, sheet.room) };
    if (least.reduce((sum, width) => sum + width, 0) <= sheet.room) break;
  }
  return grid!;
}

function columnNeeds(
  sheet: Sheet,
  rows: readonly (readonly Cell[])[],
  columns: number,
  size: number,
): { wanted: number[]; least: number[] } {
  const wanted = Array.from({ length: columns }, () => 12);
  const least = Array.from({ length: columns }, () => 12);
  for (const row of rows) {
    let column = 0;
    for (const { text, span, isBold } of row) {
      if (span === 1 && column < columns) {
        const look: Look = { weight: isBold ? 'bold' : 'regular', size };
        const longest = widest(sheet, text.split('\n'), 400, look);
        const word = widest(sheet, text.split(/\s+/), 60, look);
        wanted[column] = Math.max(wanted[column]!, longest + 2 * PADDING);
        least[column] = Math.max(least[column]!, Math.min(word + 2 * PADDING, sheet.room / 3));
      }
      column += span;
    }
  }
  return { wanted, least };
}

function widest(sheet: Sheet, parts: readonly string[], most: number, look: Look): number {
  let width = 0;
  for (const part of parts) width = Math.max(width, widthOf(sheet, part.slice(0, most), look));
  return width;
}

function share(wanted: readonly number[], least: readonly number[], room: number): number[] {
  const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
  const floor = sum(least);
  if (floor >= room) return least.map((width) => (width * room) / floor);
  if (sum(wanted) <= room) return wanted.map((width) => (width * room) / sum(wanted));
  const over = wanted.map((width, i) => Math.sqrt(Math.max(0, width - least[i]!)));
  return least.map((width, i) => width + ((room - floor) * over[i]!) / (sum(over) || 1));
}

interface Measured {
  cells: { x: number; width: number; lines: string[]; weight: Weight; mark?: Cell['mark'] }[];
  height: number;
}

function measure(sheet: Sheet, row: readonly Cell[], { widths, size }: Grid): Measured {
  let column = 0;
  let x = LEFT;
  const cells = row.map(({ text, span, isBold, mark }) => {
    const width = widths.slice(column, column + span).reduce((sum, each) => sum + each, 0);
    const weight: Weight = isBold ? 'bold' : 'regular';
    const lines = wrap(sheet, text, Math.max(width - 2 * PADDING, 8), { weight, size });
    const cell = { x, width, lines, weight, ...(mark && { mark }) };
    column += span;
    x += width;
    return cell;
  });
  return { cells, height: Math.max(1, ...cells.map(({ lines }) => lines.length)) * size * LEADING + 2 * PADDING };
}

const PAPER = '#ffffff';

/** The lines of one cell, framed or white on black when it must be seen in grey too. */
function putLines(sheet: Sheet, { x, width, lines, weight, mark }: Measured['cells'][number], top: number, size: number): void {
  const height = lines.length * size * LEADING + PADDING;
  if (mark === 'inverse') sheet.doc.rect(x + 1, top + 1, width - 2, height).fill(INK);
  if (mark === 'frame')
    sheet.doc
      .lineWidth(1.2)
      .strokeColor(INK)
      .rect(x + 1, top + 1, width - 2, height)
      .stroke();
  const ink = mark === 'inverse' ? PAPER : INK;
  for (const [i, words] of lines.entries()) put(sheet, words, x + PADDING, top + PADDING + i * size * LEADING, { weight, size }, ink);
}

function drawRow(sheet: Sheet, table: Structure, row: readonly Cell[], grid: Grid, type: 'TH' | 'TD'): void {
  const { doc } = sheet;
  const { cells, height } = measure(sheet, row, grid);
  const element = doc.struct('TR');
  table.add(element);
  // A row taller than a page cannot keep its grid: its cells follow one another.
  if (height > sheet.pageRoom) {
    for (const { lines, weight } of cells) {
      const cell = doc.struct(type);
      element.add(cell);
      drawText(sheet, lines.join('\n'), { size: BODY, weight, type: 'P', parent: cell });
      cell.end();
    }
    element.end();
    return;
  }
  makeRoom(sheet, height);
  const top = sheet.y;
  for (const cell of cells) element.add(doc.struct(type, {}, () => putLines(sheet, cell, top, grid.size)));
  element.end();
  sheet.y = top + height;
  rule(sheet, sheet.y);
}

/** Column titles again on the next page: seen, not said twice. */
function repeatHead(sheet: Sheet, head: readonly (readonly Cell[])[], grid: Grid): void {
  const { doc } = sheet;
  for (const row of head) {
    const { cells, height } = measure(sheet, row, grid);
    doc.markContent('Artifact', { type: 'Pagination' });
    for (const cell of cells) putLines(sheet, cell, sheet.y, grid.size);
    doc.endMarkedContent();
    sheet.y += height;
    rule(sheet, sheet.y);
  }
}

const PICTURE = 240;

/** PNG and JPEG are drawn; what no page can show is told. */
function drawMedia(sheet: Sheet, media: Media | undefined): void {
  const told = (words: string) => drawText(sheet, words, { size: BODY, weight: 'regular', type: 'P' });
  if (!media) return told('[image absente du document]');
  if (!/^image\/(?:png|jpe?g)$/.test(media.mediaType)) return told(`[fichier joint au document informatique : ${media.mediaType}]`);
  makeRoom(sheet, PICTURE);
  const { doc, y } = sheet;
  try {
    const picture = Buffer.from(media.base64, 'base64');
    sheet.root.add(
      doc.struct('Figure', { alt: 'Image du document' }, () => {
        doc.image(picture, LEFT, y, { fit: [sheet.room, PICTURE] });
      }),
    );
    sheet.y += PICTURE + 4;
  } catch {
    told('[image du document, illisible]');
  }
}
