/** Words without accents, ligatures undone: what is typed in haste finds what is written with care. */
export function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/œ/g, 'oe')
    .replaceAll(/Œ/g, 'OE')
    .replaceAll(/æ/g, 'ae')
    .replaceAll(/Æ/g, 'AE');
}

/** The lines that are written otherwise without accents, so written: what is the same in both need not be searched twice. */
export function linesWithoutAccents(text: string): string {
  if (!NOT_ASCII.test(text)) return '';
  return withoutAccents(
    text
      .split('\n')
      .filter((line) => NOT_ASCII.test(line))
      .join('\n'),
  );
}

const NOT_ASCII = /[^\0-\x7f]/;
