import type { FastifyRequest } from 'fastify';

/** In what form an answer is wanted. Source: FHIR R4 §3.1.0.1.10 (`_format`, then Accept); RFC 9110 §12.5.1. */

const JSON_RANGES: ReadonlySet<string> = new Set([
  '*/*',
  'application/*',
  'application/fhir+json',
  'application/json',
  'application/json+fhir',
  'text/json',
]);
const XML_RANGES: ReadonlySet<string> = new Set(['application/fhir+xml', 'application/xml', 'application/xml+fhir', 'text/xml']);

/** A version of FHIR that is not spoken here (R4 §3.1.0.1.12). */
const isOtherVersion = (parameter: string): boolean => /^fhirversion=(?!"?4\.0(?:\.\d+)?"?$)/i.test(parameter);

/** Is the body said to be of another version of FHIR? */
export const isOfOtherVersion = (contentType: string | undefined): boolean => (contentType ?? '').split(/\s*;\s*/).some(isOtherVersion);

/** The media ranges of an Accept header, best first; what is refused (`q=0`), or of another version of FHIR, is not among them. */
export function acceptedRanges(header: string | undefined): string[] {
  const ranges = (header ?? '').split(',').flatMap((part) => {
    const [range = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return range === '' || weight === 0 || parameters.some(isOtherVersion) ? [] : [{ range, weight }];
  });
  return ranges.toSorted((a, b) => b.weight - a.weight).map(({ range }) => range);
}

/** `_format`, for who cannot say it by a header. The `+` of a media type that was left as it is reads as a space in an address. */
export const formatParameter = (request: FastifyRequest): string | undefined =>
  new URLSearchParams(request.raw.url?.split('?')[1] ?? '').get('_format')?.replace(/ (?=json|xml)/, '+') || undefined;

/** @returns undefined when it is neither */
export function formatAsked(request: FastifyRequest): 'json' | 'xml' | undefined {
  const format = formatParameter(request);
  if (format) return /json/.test(format) ? 'json' : /xml/.test(format) ? 'xml' : undefined;
  const header = request.headers.accept;
  if (header === undefined || header === '') return 'json';
  const ranges = acceptedRanges(header);
  // A browser shows JSON better than XML, whatever it says of itself.
  if (ranges.includes('text/html')) return 'json';
  for (const range of ranges) {
    if (JSON_RANGES.has(range)) return 'json';
    if (XML_RANGES.has(range)) return 'xml';
  }
  return undefined;
}

/** XML has two names, and a document may be stored under one and described under the other. */
const SAME: Readonly<Record<string, string>> = { 'text/xml': 'application/xml', 'application/xml': 'text/xml' };

/** The names of a type of files, its own first. */
export const namesOfType = (contentType: string): string[] => [contentType, SAME[contentType]].filter((name) => name !== undefined);

/** How a file of this type is named in the answer; undefined when the client takes none. */
export function nameAccepted(ranges: readonly string[], contentType: string): string | undefined {
  const names = namesOfType(contentType);
  if (ranges.length === 0 || ranges.includes('*/*')) return names.find((name) => ranges.includes(name)) ?? contentType;
  return names.find((name) => ranges.includes(name) || ranges.includes(`${name.split('/')[0]}/*`));
}
