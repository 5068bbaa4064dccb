import { PDFDocument, type Structure } from 'pdfkit';
import { readHl7Time } from '#kernel';
import { fonts } from './fonts.ts';
import type { Printout } from './printout.ts';

/** A4 in points, upright. */
const SHORT = 595.28;
const LONG = 841.89;
export const LEFT = 48;
/** Below the identity. */
const TOP = 86;

export const INK = '#1a1a1a';
const GREY = '#555555';
const RULE = '#9a9a9a';

export type Weight = 'regular' | 'bold';

/**
 * No letters joined or replaced by others: what was printed must stay what it was (`->` would become an arrow, `2x1` another sign).
 * Figures of one width, since columns of numbers are compared; not in words with a hyphen, which this face would then set apart.
 */
const PLAIN = { calt: false, liga: false, dlig: false } as const;
const TABULAR = { ...PLAIN, tnum: true } as const;
const isTabular = (words: string) => /\d/.test(words) && !/\p{L}-|-\p{L}/u.test(words);

export interface Look {
  weight: Weight;
  size: number;
}

/** The pages being drawn: where the pen is, and the structure that says what is what. */
export interface Sheet {
  readonly doc: PDFDocument;
  readonly root: Structure;
  /** Right end of the lines, and what stands between it and their start. */
  readonly right: number;
  readonly room: number;
  readonly height: number;
  /** Above the foot; and the room of a page between its head and its foot. */
  readonly bottom: number;
  readonly pageRoom: number;
  y: number;
}

/** One line of words at (x, y), as they are. */
export function put({ doc }: Sheet, words: string, x: number, y: number, { weight, size }: Look, colour = INK): void {
  doc
    .font(weight)
    .fontSize(size)
    .fillColor(colour)
    .text(words, x, y, {
      lineBreak: false,
      features: isTabular(words) ? TABULAR : PLAIN,
    });
}

/**
 * Width of a word at one point of size, by weight and word: reports say the same words many times, and the faces never change. Forgotten all at once
 * when there are too many.
 */
const widths = new Map<string, number>();
const MOST_WIDTHS = 20_000;

/** Width in points of words on one line; measured word by word. */
export function widthOf(sheet: Sheet, words: string, { weight, size }: Look): number {
  let width = 0;
  const features = isTabular(words) ? TABULAR : PLAIN;
  for (const word of words.split(/(?<= )/)) {
    const key = `${weight}${features === TABULAR ? ' # ' : ' '}${word}`;
    let known = widths.get(key);
    if (known === undefined) {
      sheet.doc.font(weight).fontSize(1);
      known = sheet.doc.widthOfString(word, { features });
      if (widths.size >= MOST_WIDTHS) widths.clear();
      widths.set(key, known);
    }
    width += known * size;
  }
  return width;
}

/** @param zone IANA zone of a creation time that says no offset */
export function openSheet(printout: Printout, zone: string): { sheet: Sheet; bytes: Promise<Uint8Array> } {
  const created = new Date(readHl7Time(printout.createdAt, zone)?.epochMs ?? 0);
  const doc = new PDFDocument({
    size: 'A4',
    layout: printout.isLandscape ? 'landscape' : 'portrait',
    margin: 0,
    bufferPages: true,
    font: null,
    lang: 'fr-FR',
    tagged: true,
    displayTitle: true,
    subset: 'PDF/A-1a',
    pdfVersion: '1.4',
    info: { Title: printout.title, Author: printout.author, Subject: printout.title, CreationDate: created, ModDate: created },
  });
  const chunks: Uint8Array[] = [];
  const bytes = new Promise<Uint8Array>((resolve) => {
    doc.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
  });
  const { regular, bold } = fonts();
  doc.registerFont('regular', regular).registerFont('bold', bold);
  const root = doc.struct('Document');
  doc.addStructure(root);
  const [width, height] = printout.isLandscape ? [LONG, SHORT] : [SHORT, LONG];
  const [right, bottom] = [width - 48, height - 52];
  const places = { right, room: right - LEFT, height, bottom, pageRoom: bottom - TOP };
  return { sheet: { doc, root, ...places, y: TOP }, bytes };
}

/** Makes sure that `height` fits under the pen. @returns whether a new page was begun */
export function makeRoom(sheet: Sheet, height: number): boolean {
  if (sheet.y + height <= sheet.bottom || sheet.y === TOP) return false;
  sheet.doc.addPage();
  sheet.y = TOP;
  return true;
}

/** Identity at the top and page number at the foot of every page: decoration for who hears the document read, said once in its text. */
export function closeSheet(sheet: Sheet, { identity, title, foot }: Printout): void {
  const { doc, root, room, right, height } = sheet;
  root.end();
  const { start, count } = doc.bufferedPageRange();
  const name: Look = { weight: 'bold', size: 11 };
  const traits: Look = { weight: 'regular', size: 8.5 };
  const small: Look = { weight: 'regular', size: 8 };
  for (let n = 0; n < count; n++) {
    doc.switchToPage(start + n);
    doc.markContent('Artifact', { type: 'Pagination' });
    put(sheet, clip(sheet, identity[0], room, name), LEFT, 28, name);
    put(sheet, clip(sheet, identity[1], room, traits), LEFT, 44, traits);
    put(sheet, clip(sheet, title, room, small), LEFT, 57, small, GREY);
    line(sheet, 70);
    const page = `Page ${n + 1} / ${count}`;
    put(sheet, clip(sheet, foot, room - 80, small), LEFT, height - 36, small, GREY);
    put(sheet, page, right - widthOf(sheet, page, small), height - 36, small, GREY);
    doc.endMarkedContent();
  }
  doc.end();
}

function line({ doc, right }: Sheet, y: number): void {
  doc.strokeColor(RULE).lineWidth(0.5).moveTo(LEFT, y).lineTo(right, y).stroke();
}

/** A hair line of the page's own, which says nothing. */
export function rule(sheet: Sheet, y: number): void {
  sheet.doc.markContent('Artifact', { type: 'Layout' });
  line(sheet, y);
  sheet.doc.endMarkedContent();
}

function clip(sheet: Sheet, words: string, width: number, look: Look): string {
  const text = printable(words);
  if (widthOf(sheet, text, look) <= width) return text;
  let end = Math.min(text.length, 300);
  while (end > 0 && widthOf(sheet, `${text.slice(0, end)}…`, look) > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** Characters that print something: a control character in a font is a fault of the file. */
export const printable = (words: string): string => words.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu, (c) => (c === '\t' ? ' ' : ''));

/** Words cut in lines no wider than `width`; a word wider than that is cut. Line ends stay. */
export function wrap(sheet: Sheet, words: string, width: number, look: Look): string[] {
  return words.split('\n').flatMap((whole) => wrapLine(sheet, printable(whole), width, look));
}

function wrapLine(sheet: Sheet, whole: string, width: number, look: Look): string[] {
  if (widthOf(sheet, whole, look) <= width) return [whole];
  const space = widthOf(sheet, ' ', look);
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const word of whole.split(' ').flatMap((each) => cut(sheet, each, width, look))) {
    const size = widthOf(sheet, word, look);
    if (current !== '' && used + space + size > width) {
      lines.push(current);
      current = '';
      used = 0;
    }
    used += (current === '' ? 0 : space) + size;
    current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

function cut(sheet: Sheet, word: string, width: number, look: Look): string[] {
  if (widthOf(sheet, word, look) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const letter of word) {
    const size = widthOf(sheet, letter, look);
    if (part !== '' && used + size > width) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += letter;
    used += size;
  }
  return [...parts, part];
}
