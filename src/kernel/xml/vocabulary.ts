/**
 * The names that a reader looks for, numbered once. The scanner gives the number of a known name without making a string of
 * it; names outside the vocabulary get numbers that hold for one document.
 */
export interface Vocabulary {
  /** Number 0 is no name. */
  readonly names: readonly string[];
  /** Namespaces with a known number. Number 0 is the vocabulary's own, 1 is no namespace, 2 `xml`, 3 `xmlns`. */
  readonly uris: readonly string[];
  /** Open addressing: number of the name that hashes there, 0 for an empty place. */
  readonly table: Uint16Array;
  readonly hashes: Int32Array;
  /** Where each name starts in `letters`; one more than names, so that the length is a difference. */
  readonly starts: Uint32Array;
  readonly letters: Uint16Array;
}

export const XML_URI = 'http://www.w3.org/XML/1998/namespace';
export const XMLNS_URI = 'http://www.w3.org/2000/xmlns/';

/** Numbers of names that the scanner itself needs, first in every vocabulary. */
export const XMLNS = 1;
export const XML = 2;

/**
 * @param home namespace whose names are meant when a reader asks for a name
 * @param groups names, each once, in groups for the eye; `xmlns` and `xml` are always known
 * @param uris further namespaces that get a fixed number, from 4 on
 */
export function makeVocabulary<const T extends readonly (readonly string[])[]>(
  home: string,
  groups: T,
  uris: readonly string[] = [],
): { vocabulary: Vocabulary; ids: { readonly [K in T[number][number]]: number } } {
  const all = ['', 'xmlns', 'xml', ...groups.flat()];
  const size = 1 << Math.ceil(Math.log2(all.length * 4));
  const table = new Uint16Array(size);
  const hashes = new Int32Array(all.length);
  const starts = new Uint32Array(all.length + 1);
  const letters = new Uint16Array(all.reduce((sum, name) => sum + name.length, 0));
  let at = 0;
  all.forEach((name, id) => {
    starts[id] = at;
    let hash = 0;
    for (let k = 0; k < name.length; k++) {
      // The same hash as the scanner keeps while it walks over a name.
      hash = (Math.imul(hash, 31) + name.charCodeAt(k)) | 0;
      letters[at++] = name.charCodeAt(k);
    }
    hashes[id] = hash;
    let slot = hash & (size - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
    table[slot] = id;
  });
  starts[all.length] = at;
  const ids = Object.fromEntries(all.map((name, id) => [name, id])) as { [K in T[number][number]]: number };
  return { vocabulary: { names: all, uris: [home, '', XML_URI, XMLNS_URI, ...uris], table, hashes, starts, letters }, ids };
}
