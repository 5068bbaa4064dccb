/** Separators of a message: MSH-1 and MSH-2. */
export interface Delimiters {
  field: string;
  component: string;
  repetition: string;
  escape: string;
  subcomponent: string;
}

/**
 * Text of a field with its escapes read (HL7 v2.5 §2.7): separators, `\.br\` and its like as line ends, `\Xhh..\` as bytes of Windows-1252
 * (a superset of ISO-8859-1), highlighting dropped. What is no escape that we know, and an escape character alone, is kept as it came.
 */
export function unescape(text: string, d: Delimiters): string {
  let from = text.indexOf(d.escape);
  if (from < 0) return text;
  let read = '';
  let done = 0;
  while (from >= 0) {
    const to = text.indexOf(d.escape, from + 1);
    if (to < 0) break;
    const meant = to - from > LONGEST_ESCAPE ? undefined : meaningOf(text.slice(from + 1, to), d);
    if (meant === undefined) {
      // An escape character alone: the next one may begin a true escape.
      read += text.slice(done, to);
      done = to;
      from = to;
    } else {
      read += text.slice(done, from) + meant;
      done = to + 1;
      from = text.indexOf(d.escape, done);
    }
  }
  return read + text.slice(done);
}

/** Characters between two escape characters, `\X` and 2,000 bytes being the longest met. */
const LONGEST_ESCAPE = 4_096;

function meaningOf(code: string, d: Delimiters): string | undefined {
  switch (code) {
    case 'F':
      return d.field;
    case 'S':
      return d.component;
    case 'T':
      return d.subcomponent;
    case 'R':
      return d.repetition;
    case 'E':
      return d.escape;
    case 'H':
    case 'N':
      return '';
    default:
      if (/^\.(?:br|sp|ce)[+\d]*$/.test(code)) return '\n';
      if (/^\.(?:in|ti|sk|fi|nf)[+-]?\d*$/.test(code)) return code.startsWith('.sk') ? ' ' : '';
      return code.startsWith('X') && /^X(?:[0-9A-Fa-f]{2})+$/.test(code) ? fromHex(code.slice(1)) : undefined;
  }
}

const windows1252 = new TextDecoder('windows-1252');

/** A carriage return, with or without its line feed, is a line end of the text. */
const fromHex = (hex: string) => windows1252.decode(Buffer.from(hex, 'hex')).replaceAll(/\r\n?/g, '\n');

/**
 * Text made safe for a field, with the separators that we write: what `unescape` reads back. Line ends become `\.br\`, and the two
 * characters that frame a message in MLLP their hexadecimal form; a message that we write says UTF-8, so nothing else needs an escape.
 */
export function escape(text: string): string {
  // Two quotes alone would say that there is none.
  if (!NEEDS_ESCAPE.test(text)) return text === '""' ? '\\X2222\\' : text;
  return text.replaceAll(/\r\n?|[|^~\\&\n\v\f]/g, (found) => ESCAPES[found] ?? '\\.br\\').replaceAll(FILE_SEPARATOR, '\\X1C\\');
}

const NEEDS_ESCAPE = /[|^~\\&\p{Cc}]/u;
const FILE_SEPARATOR = '\u001c';

const ESCAPES: Readonly<Record<string, string>> = {
  '|': '\\F\\',
  '^': '\\S\\',
  '~': '\\R\\',
  '\\': '\\E\\',
  '&': '\\T\\',
  '\v': '\\X0B\\',
  '\f': '\\X0C\\',
};
