import type { StoredResult } from '#record/contract';

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** What the results of a report are called: each label with its battery, without accents nor capitals. */
export const namesOf = (results: readonly StoredResult[]): string[] =>
  results.map(({ label, battery = '' }) => plain(`${label} ${battery}`));

/** Is what somebody expects, in their words, among what a report names? Each word of more than one letter has to be found. */
export function bearsWords(words: string, names: readonly string[]): boolean {
  const asked = plain(words)
    .split(/[\s,;]+/)
    .filter((word) => word.length > 1);
  return asked.length > 0 && asked.every((word) => names.some((name) => name.includes(word)));
}
