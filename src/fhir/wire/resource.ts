/** A FHIR resource as this module makes it. */
export interface Resource {
  resourceType: string;
  id: string;
  meta?: { versionId: string; lastUpdated: string; [key: string]: unknown };
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
