import type { StoredResult } from '#record/contract';

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** A line of a preliminary report that says that its value is still to come. */
const isToCome = ({ status, text }: StoredResult) => status === 'provisional' && text.trim() === '';

/** What the results of a report are called: each label with its battery, without accents nor capitals; not what is only announced. */
export const namesOf = (results: readonly StoredResult[]): string[] =>
  results.filter((result) => !isToCome(result)).map(({ label, battery = '' }) => plain(`${label} ${battery}`));

/** Is what somebody expects, in their words, among what a report names? Each word of more than one letter has to be found. */
export function bearsWords(words: string, names: readonly string[]): boolean {
  const asked = plain(words)
    .split(/[\s,;]+/)
    .filter((word) => word.length > 1);
  return asked.length > 0 && asked.every((word) => names.some((name) => name.includes(word)));
}
