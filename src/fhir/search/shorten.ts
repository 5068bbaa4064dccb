import { Refusal } from '#kernel';
import type { Resource } from '../wire/resource.ts';

const SUMMARIES = ['true', 'text', 'data', 'count', 'false'] as const;
type Summary = (typeof SUMMARIES)[number];

/** How much of a resource is answered: some of its elements, or its summary; all of it when neither is said. */
export interface Shape {
  elements?: string[];
  summary?: Exclude<Summary, 'false'>;
}

/** `_summary` (R4 §3.1.1.5.8). */
export function readSummary(value: string): Pick<Shape, 'summary'> {
  const summary = SUMMARIES.find((known) => known === value);
  if (summary === undefined) throw new Refusal('request.invalid', 'no such _summary', { at: '_summary' });
  return summary === 'false' ? {} : { summary };
}

/** `_elements` (R4 §3.1.1.5.9), with the type before each name or without. */
export const readElements = (type: string, names: readonly string[]): string[] => names.map((name) => name.replace(`${type}.`, ''));

/** What a reading of one resource asks to be answered of it. @throws Refusal `request.invalid` for a summary that one resource has not */
export function shapeOf(type: string, pairs: readonly [string, string][]): Shape {
  const said = (asked: string) => pairs.filter(([name, value]) => name === asked && value !== '').map(([, value]) => value);
  const elements = said('_elements').flatMap((names) => names.split(','));
  const shape = {
    ...(elements.length > 0 && { elements: readElements(type, elements) }),
    ...readSummary(said('_summary').at(-1) ?? 'false'),
  };
  if (shape.summary === 'count') throw new Refusal('request.invalid', 'a count is of a search', { at: '_summary' });
  return shape;
}

/** Elements that are always there: without them a resource cannot be told from another, nor its meaning be trusted. */
const KEPT = ['resourceType', 'id', 'meta', 'status', 'subject', 'code'];
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

/** `value` of `valueQuantity`: an element of several types is asked for by the name that they have in common. */
const choiceOf = (key: string): string =>
  /^(?:value|effective|onset|performed|deceased|occurrence|medication)(?=[A-Z])/.exec(key)?.[0] ?? key;

/** What is left out is said: `SUBSETTED` in `meta.tag`, so that nobody writes it back as whole. */
export function shorten<R extends Resource>(resource: R, { elements, summary }: Shape): R {
  if (!elements && (summary === undefined || summary === 'data')) return resource;
  const wanted = elements ?? (summary === 'text' ? ['text'] : SUMMARY);
  const isKept = (key: string) => KEPT.includes(key) || wanted.includes(key) || (elements !== undefined && wanted.includes(choiceOf(key)));
  const kept = Object.fromEntries(Object.entries(resource).filter(([key]) => isKept(key))) as R;
  return { ...kept, meta: { ...resource.meta!, tag: [SUBSETTED] } };
}

/** Summary elements (Σ) of the resources served here. */
const SUMMARY =
  'identifier category effectiveDateTime issued performer valueQuantity valueCodeableConcept valueString result specimen name active gender birthDate type date custodian content masterIdentifier context'.split(
    ' ',
  );
