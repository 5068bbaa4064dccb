import { textBetween } from '#kernel';

/** A break that the author asked for, until the layout's own blanks are gone; a character that no report prints. */
const BREAK = '\u2028';

/** `<br/>`, and the end of a paragraph, of a cell or of a list item, set words apart. */
const BREAKING = /<(?:[\w.-]+:)?br\b[^>]*>|<\/(?:[\w.-]+:)?(?:paragraph|td|th|tr|item|caption)\s*>/g;

/** The words of a stretch of well-formed narrative: one line a paragraph, cell or item. */
export function plainText(markup: string): string {
  const broken = markup.replace(BREAKING, (tag) => `${tag}${BREAK}`);
  return flatten(textBetween(broken, 0, broken.length));
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
