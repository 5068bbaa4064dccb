import type { Bundle, Resource } from './resource.ts';

/** Resources written once as JSON in UTF-8: those of a series kept are written at the first answer that holds them. */
const written = new WeakMap<object, Buffer>();

/** Made for one answer: their bytes would be kept for nobody, and cost the cleaning of memory. */
const MADE_EACH_TIME: ReadonlySet<string> = new Set(['Patient', 'DocumentReference', 'List']);

function bytesOf(resource: Resource): Buffer {
  if (MADE_EACH_TIME.has(resource.resourceType)) return Buffer.from(JSON.stringify(resource));
  let bytes = written.get(resource);
  if (bytes === undefined) written.set(resource, (bytes = Buffer.from(JSON.stringify(resource))));
  return bytes;
}

/**
 * A Bundle or a resource as JSON in UTF-8. Resources are never changed once they are made, so the bytes of each are made once; an answer of three
 * hundred is then little more than a copy.
 */
export function jsonBytes(body: Bundle | Resource | Record<string, unknown>): Buffer {
  const { entry, ...rest } = body as { entry?: unknown };
  if (body['resourceType'] !== 'Bundle' || !Array.isArray(entry)) return Buffer.from(JSON.stringify(body));
  const pieces: (string | Buffer)[] = [];
  let before = `${JSON.stringify(rest).slice(0, -1)},"entry":[`;
  for (const one of entry as Record<string, unknown>[]) before = `${addEntry(pieces, before, one)},`;
  pieces.push(entry.length === 0 ? `${before}]}` : `${before.slice(0, -1)}]}`);
  return joined(pieces);
}

/** @param before what is written already and not among the pieces yet: fewer pieces are quicker to join. @returns what is to be written after the entry */
function addEntry(pieces: (string | Buffer)[], before: string, { fullUrl, resource, ...rest }: Record<string, unknown>): string {
  if (typeof resource !== 'object' || resource === null || (resource as Resource).resourceType === 'Bundle')
    return `${before}${JSON.stringify({ fullUrl, resource, ...rest })}`;
  pieces.push(
    `${before}{${fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)},`}"resource":`,
    bytesOf(resource as Resource),
  );
  const own = JSON.stringify(rest);
  return own === '{}' ? '}' : `,${own.slice(1)}`;
}

function joined(pieces: readonly (string | Buffer)[]): Buffer {
  let length = 0;
  for (const piece of pieces) length += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length;
  const all = Buffer.allocUnsafe(length);
  let at = 0;
  for (const piece of pieces) at += typeof piece === 'string' ? all.write(piece, at) : piece.copy(all, at);
  return all;
}
