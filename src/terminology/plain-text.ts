/** Without case, accents, punctuation and repeated spaces: what differs between two prints of one label. Keeps `% + # / -`. */
export function plainText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}%+#/-]+/gu, ' ')
    .trim();
}
