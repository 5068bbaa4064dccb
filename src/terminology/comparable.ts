/** When two results of one patient may be set against each other. One rule for server, screen and print. */
import type { Comparator } from './result.ts';

/** A number as it takes part in a comparison: converted when it was, as printed otherwise. */
export interface Measured {
  row: string;
  value: number;
  comparator?: Comparator | undefined;
  decimals: number;
  /** Unit of `value`: that of the conversion, else the UCUM code, else the printed words. */
  unit?: string | undefined;
  method?: string | undefined;
  /** FINESS of the laboratory. */
  laboratory: string;
  isMethodSensitive: boolean;
  /** ISO 8601 instant of the sampling. */
  at?: string | undefined;
}

export type Incomparable = 'row' | 'unit' | 'method' | 'method-unknown';

/** What decides whether a number may be set against another. */
export type Comparable = Pick<Measured, 'row' | 'unit' | 'method' | 'laboratory' | 'isMethodSensitive'>;

/**
 * Undefined when the two may be joined, else why not. For a method-sensitive analyte two named methods must be the same; where
 * one is not named, only one and the same laboratory may be supposed to have kept its own.
 */
export function whyIncomparable(a: Comparable, b: Comparable): Incomparable | undefined {
  if (a.row !== b.row) return 'row';
  if ((a.unit ?? '') !== (b.unit ?? '')) return 'unit';
  if (!a.isMethodSensitive && !b.isMethodSensitive) return undefined;
  const [methodA, methodB] = [methodKey(a), methodKey(b)];
  if (methodA !== '' && methodB !== '') return methodA === methodB ? undefined : 'method';
  return a.laboratory === b.laboratory ? undefined : 'method-unknown';
}

function methodKey({ method }: Comparable): string {
  return (method ?? '').normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
