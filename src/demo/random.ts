/**
 * Chance that can be repeated: the same seed and the same path always give the same numbers, on every machine, whatever was
 * drawn before. `chance(seed, 'person', 42)` needs nobody else, so person 42 can be made alone.
 */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer, both ends included. */
  int(low: number, high: number): number;
  /** Standard normal. */
  normal(): number;
  /** True with this probability. */
  yes(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** FNV-1a over the text of the path, finished by the mixer of MurmurHash3. */
function hash(text: string, basis: number): number {
  let h = basis >>> 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param path from the general to the particular: `'values', person, event` */
export function chance(seed: number, ...path: readonly (string | number)[]): Chance {
  const text = `${seed}/${path.join('/')}`;
  // sfc32 (PractRand, Chris Doty-Humphrey): four words of state, tens of millions of numbers a second.
  let a = hash(text, 0x811c9dc5);
  let b = hash(text, 0x2f6e2b1d);
  let c = hash(text, 0x9e3779b9);
  let d = 1;
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    yes: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
  };
}
