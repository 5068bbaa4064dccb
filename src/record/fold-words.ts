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
