import { type Coded, type Treatment, uriOfSystem } from '#formats';
import { readHl7Time } from '#kernel';
import { compact } from '../wire/resource.ts';

/** One coded entry of a document as a resource, but for whose it is, which document says it and since when. */
export interface Said {
  resourceType: string;
  said: Record<string, unknown>;
}

/** A product by its code and its name. */
export const productConcept = ({ product, name, words }: Treatment): Record<string, unknown> =>
  named(product, { name, words }) ?? { text: 'produit non dit' };

/** A concept by its name where the entry has one, else in the words of its code; the narrative stands in when it says nothing else. Undefined for what is not said. */
export function named(
  code: Coded | undefined,
  { name, words }: { name?: string | undefined; words?: string | undefined },
): Record<string, unknown> | undefined {
  const made = concept(code);
  const text = [name, made?.['text'] as string | undefined, words].find((one) => one !== undefined && isSaid(one));
  return text === undefined ? made : { ...made, text };
}

/** Dashes and blanks of templates are no words. */
export const isSaid = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** A code of a document as a CodeableConcept; undefined when it says nothing. */
export function concept(code: Coded | undefined): Record<string, unknown> | undefined {
  if (!code) return undefined;
  const codings = [code, ...(code.translations ?? [])].filter((one) => one.code !== undefined);
  const made = compact({
    coding: codings.map((one) => compact({ system: one.system && uriOfSystem(one.system), code: one.code, display: one.display })),
    text: code.originalText ?? code.display,
  });
  return Object.keys(made).length === 0 ? undefined : made;
}

/** A time of a document as far as it says it: a year, a month, a day, or an instant. Undefined for what is no time. */
export function fhirTime(time: string | undefined, zone: string): string | undefined {
  const read = time === undefined ? undefined : readHl7Time(time, zone);
  const [, year, month, day] = /^\s*(\d{4})(\d{2})?(\d{2})?/.exec(time ?? '') ?? [];
  if (!read) return undefined;
  if (read.precision === 'year') return year;
  if (read.precision === 'month') return `${year}-${month}`;
  return read.precision === 'day' ? `${year}-${month}-${day}` : new Date(read.epochMs).toISOString();
}
