/** The part of a file that is asked for: its first and last byte, both counting. */
export interface ByteRange {
  first: number;
  last: number;
}

/**
 * The header `Range` of a request for a file (RFC 9110 §14). One range of bytes is given; several, other units and what is no range are not, and the file is
 * answered whole, as the RFC lets a server do.
 * @param size of the file, in bytes
 * @returns undefined for the whole; `unsatisfiable` when the range begins beyond the end
 */
export function readByteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const [first, last] = [Number(from), to === '' ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== '' && Number(to) < first) return undefined;
  return first >= size ? 'unsatisfiable' : { first, last };
}
