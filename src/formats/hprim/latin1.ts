/** Characters outside ISO-8859-1 that reports print, as those who type without them write. */
const NEARLY: Readonly<Record<string, string>> = {
  '≤': '<=',
  '≥': '>=',
  Œ: 'OE',
  œ: 'oe',
  '’': "'",
  '–': '-',
  '—': '-',
  '€': 'EUR',
  μ: 'µ',
  '\u2028': ' ',
};

/** Text with only characters of ISO-8859-1, which every reader of HPRIM takes; what it has no letter for becomes `?`. */
export const inLatin1 = (text: string): string => text.replace(/[\u0100-\u{10ffff}]/gu, (c) => NEARLY[c] ?? '?');
