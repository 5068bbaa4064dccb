/** Characters of XML 1.0 (fifth edition): §2.2 Char, §2.3 NameStartChar and NameChar, without the colon (Namespaces in XML 1.0 §4). */

const NAME_START = 1;
const NAME = 2;

/** Class of each ASCII character: bit 1 may start a name, bit 2 may continue one. */
const ASCII = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
  const inside = letter || (c >= 48 && c <= 57) || c === 45 || c === 46;
  ASCII[c] = (letter ? NAME_START : 0) | (inside ? NAME : 0);
}

/** NameStartChar above ASCII, as pairs low–high. */
const WIDE_START: readonly (readonly [number, number])[] = [
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
  [0x10000, 0xeffff],
];

/** What NameChar adds above ASCII. */
const WIDE_INSIDE: readonly (readonly [number, number])[] = [
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
];

const within = (ranges: readonly (readonly [number, number])[], c: number) => ranges.some(([low, high]) => c >= low && c <= high);

/** @param c a code point; NaN (the end of the text) is nothing */
export function isNameStart(c: number): boolean {
  return c < 128 ? (ASCII[c]! & NAME_START) !== 0 : within(WIDE_START, c);
}

export function isNameChar(c: number): boolean {
  return c < 128 ? (ASCII[c]! & NAME) !== 0 : within(WIDE_START, c) || within(WIDE_INSIDE, c);
}

export function isXmlChar(c: number): boolean {
  return (c >= 0x20 && c <= 0xd7ff) || c === 9 || c === 10 || c === 13 || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

export const isBlank = (c: number) => c === 32 || c === 10 || c === 13 || c === 9;

/** 1 for the characters that text may hold and that mean nothing in it: all but `&`, `<`, `]`, surrogates and what XML forbids. */
export const PLAIN_TEXT = new Uint8Array(65_536);
for (let c = 0; c < 0xd800; c++) PLAIN_TEXT[c] = isXmlChar(c) && c !== 38 && c !== 60 && c !== 93 ? 1 : 0;

/** The same for an attribute value: not the quotes, nor the blanks that are read as a space. */
export const PLAIN_VALUE = PLAIN_TEXT.slice();
for (const c of [9, 10, 13, 34, 39]) PLAIN_VALUE[c] = 0;
PLAIN_VALUE[93] = 1;

/** 1 for the characters of one unit that may continue a name; those of two units are looked at apart. */
export const NAME_UNIT = new Uint8Array(65_536);
for (let c = 0; c < 128; c++) NAME_UNIT[c] = isNameChar(c) ? 1 : 0;
for (const [low, high] of [...WIDE_START, ...WIDE_INSIDE]) NAME_UNIT.fill(1, low, Math.min(high + 1, 65_536));
