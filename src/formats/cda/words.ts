import { textBetween } from '#kernel';

/** A break that the author asked for, until the layout's own blanks are gone; a character that no report prints. */
const BREAK = '\u2028';

/** `<br/>`, and the end of a paragraph, of a cell or of a list item, set words apart. */
const BREAKING = /<(?:[\w.-]+:)?br\b[^>]*>|<\/(?:[\w.-]+:)?(?:paragraph|td|th|tr|item|caption)\s*>/g;

/** The words of a stretch of well-formed narrative: one line a paragraph, cell or item. */
export function plainText(markup: string): string {
  return flatten(withBreaks(markup));
}

function withBreaks(markup: string): string {
  const broken = markup.replace(BREAKING, `$&${BREAK}`);
  return textBetween(broken, 0, broken.length);
}

/** Blanks of the source layout become one space; the breaks that the author asked for become line ends. */
export function flatten(text: string): string {
  const trimmed = text.trim();
  const flat = /[\t\r\n]| {2}/.test(trimmed) ? trimmed.replace(/[ \t\r\n]+/g, ' ') : trimmed;
  if (!flat.includes(BREAK)) return flat;
  return flat
    .split(BREAK)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** Where a row of a table begins and ends, and where one of its cells ends; characters that no report prints. */
const [ROW, ROW_END, CELL_END] = ['\uE000', '\uE001', '\uE002'];
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/<(?:[\w.-]+:)?tr\b[^>]*>/g, ROW],
  [/<\/(?:[\w.-]+:)?tr\s*>/g, ROW_END],
  [/<\/(?:[\w.-]+:)?t[dh]\s*>|<(?:[\w.-]+:)?t[dh]\b[^>]*\/>/g, CELL_END],
];
const A_ROW = new RegExp(`${ROW}([^${ROW}${ROW_END}]*)${ROW_END}`, 'g');
const STRAY = new RegExp(`[${ROW}${ROW_END}${CELL_END}]`, 'g');

/** The words of well-formed narrative for someone who reads: as `plainText`, with a row of a table on one line, `Glucose | 7,2 | mmol/L`. */
export function readableText(markup: string): string {
  const marked = MARKS.reduce((text, [pattern, mark]) => text.replace(pattern, `$&${mark}`), markup.replace(STRAY, ' '));
  const rows = withBreaks(marked).replace(A_ROW, (_, row: string) => `${BREAK}${cellsOf(row)}${BREAK}`);
  return flatten(rows.replace(STRAY, BREAK));
}

function cellsOf(row: string): string {
  const cells = row.split(CELL_END).map((cell) => cell.replaceAll(BREAK, ' ').replace(/\s+/g, ' ').trim());
  const last = cells.findLastIndex((cell) => cell !== '');
  return cells.slice(0, last + 1).join(' | ');
}
