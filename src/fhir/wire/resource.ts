import { hash } from 'node:crypto';

/** A FHIR resource as this module makes it. */
export interface Resource {
  resourceType: string;
  id: string;
  /** `lastUpdated`: absent of what keeps no date of its own, an identity or a place. */
  meta?: { versionId: string; lastUpdated?: string; [key: string]: unknown };
  [key: string]: unknown;
}

export interface Reference {
  reference: string;
  display?: string;
}

export interface Bundle {
  resourceType: 'Bundle';
  type: string;
  total?: number;
  link?: { relation: string; url: string }[];
  entry?: Record<string, unknown>[];
  [key: string]: unknown;
}

/** Without the keys that hold nothing, as FHIR wants it. */
export function compact<T extends object>(value: T): T {
  const kept: Record<string, unknown> = {};
  for (const key in value) {
    const inner = value[key];
    if (inner !== undefined && !(Array.isArray(inner) && inner.length === 0)) kept[key] = inner;
  }
  return kept as T;
}

/** A decimal with the digits it was printed with. */
export const decimal = (text: string): unknown => (JSON as JSON & { rawJSON(text: string): unknown }).rawJSON(text);

/** @param since in milliseconds. What says no date of its own may have changed at any. */
export const mayHaveChanged = ({ meta }: Resource, since: number | undefined): boolean =>
  since === undefined || meta?.lastUpdated === undefined || Date.parse(meta.lastUpdated) >= since;

/** Types made of what documents say in coded entries. */
export const STATED: ReadonlySet<string> = new Set([
  'MedicationStatement',
  'MedicationRequest',
  'Immunization',
  'AllergyIntolerance',
  'Condition',
  'Procedure',
  'FamilyMemberHistory',
]);

/** With a version that is a digest of what it says: of what has no versions of its own, so that nobody takes an old one for the present one. */
export function versionedByContent(resource: Resource): Resource {
  const { meta, ...said } = resource;
  return {
    ...resource,
    meta: { ...meta, versionId: hash('sha256', JSON.stringify(said)).slice(0, 16) },
  };
}

/** What was written for a client. */
export interface Written {
  status: number;
  resource: Resource;
  location: string;
}
