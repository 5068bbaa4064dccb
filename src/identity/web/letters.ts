/** A stretch of text, and whether it differs from the other text. */
export interface Piece {
  text: string;
  differs: boolean;
}

/**
 * Which letters of `text` have no counterpart in `other`, by their longest common subsequence: what the eye must find at once between
 * MARCHAND and MARCHANT. Case and accents do not count; a text compared with nothing has no differing letter; two texts with less than half in
 * common differ as a whole, rather than by a scatter of letters.
 */
export function differingPieces(text: string, other: string | undefined): Piece[] {
  const letters = [...text];
  const kept = other === undefined || other === '' ? letters.map(() => true) : keptLetters(letters, [...other]);
  const pieces: Piece[] = [];
  for (const [i, letter] of letters.entries()) {
    const differs = !kept[i];
    const last = pieces.at(-1);
    if (last && last.differs === differs) last.text += letter;
    else pieces.push({ text: letter, differs });
  }
  return pieces;
}

function keptLetters(letters: readonly string[], others: readonly string[]): boolean[] {
  const kept = commonLetters(letters.map(plain), others.map(plain));
  const common = kept.filter(Boolean).length;
  return common * 2 < Math.max(letters.length, others.length) ? letters.map(() => false) : kept;
}

const plain = (letter: string) => letter.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase().replace(/[-’']/, ' ');

function commonLetters(a: readonly string[], b: readonly string[]): boolean[] {
  const longest = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
    }
  }
  const kept = a.map(() => false);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept[i] = true;
      i++;
      j++;
    } else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++;
    else j++;
  }
  return kept;
}
