import { Refusal } from '#kernel';
import type { JsonObject } from '../wire/json.ts';
import { readFhirPathPatch } from './fhirpath.ts';
import { readJsonPatch } from './json-patch.ts';

/**
 * A change of a resource as FHIR R4 §3.1.0.8 lets a client say it: FHIRPath Patch (a Parameters resource) or JSON Patch (RFC 6902).
 * Pure: what it makes of a resource is another one; whether that may be is decided elsewhere.
 */
export interface Patch {
  /** Elements at the root of the resource that it writes. */
  touched: ReadonlySet<string>;
  /** @throws Refusal `request.invalid` when it does not fit the resource */
  apply(resource: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** The patch in an entry of a Bundle: a FHIRPath patch is a Parameters; a JSON patch comes in a Binary (FHIR R4 §3.1.0.11.1). */
export function patchBytes(resource: JsonObject | undefined): Buffer {
  const { resourceType, data } = resource ?? {};
  return resourceType === 'Binary' && typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.from(JSON.stringify(resource ?? {}));
}

/** Is the status of a document all that it changes, and to this one? @throws Refusal `request.invalid` when it does not fit a document in force */
export const onlyMakes = ({ touched, apply }: Patch, status: string): boolean =>
  touched.size === 1 && touched.has('status') && apply({ resourceType: 'DocumentReference', status: 'current' })['status'] === status;

const MOST_OPERATIONS = 50;

/** @throws Refusal `request.invalid`, with the operation in `at` */
export function readPatch(body: Buffer): Patch {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal('request.invalid', 'the body is not JSON in UTF-8', { at: 'body' });
  }
  const operations = Array.isArray(parsed) ? readJsonPatch(parsed) : readFhirPathPatch(parsed);
  if (operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw new Refusal('request.invalid', `a patch has one to ${MOST_OPERATIONS} operations`, { at: 'body' });
  return {
    touched: new Set(operations.flatMap(({ touched }) => touched)),
    apply(resource) {
      const changed = structuredClone(resource) as Record<string, unknown>;
      for (const { apply } of operations) apply(changed);
      return changed;
    },
  };
}
