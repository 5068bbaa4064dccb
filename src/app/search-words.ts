const INS = /^[12378][\s\d]*[\dAB][\s\d]*$/i;
const DATE = /\b(\d{1,2}[/.\-\s]\d{1,2}[/.\-\s]\d{4}|\d{4}-\d{2}-\d{2}|\d{8})\b/;

/** What the typed words are enough for: a whole matricule, or a name with a birth date. Less is searched only on demand. */
export function searchKind(words: string): 'ins' | 'name-and-date' | 'incomplete' {
  const text = words.trim();
  if (INS.test(text) && text.replace(/\s/g, '').length >= 13) return 'ins';
  const name = text.replace(DATE, '').trim();
  return DATE.test(text) && /\p{L}{2,}/u.test(name) ? 'name-and-date' : 'incomplete';
}
