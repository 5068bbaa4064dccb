/** JSON of FHIR, with the digits of its numbers: `7.20` stays `7.20` (FHIR R4 §2.24.0.1). */
export type Node = Record<string, unknown>;

const withDigits = JSON as JSON & { rawJSON(text: string): unknown };

/** @throws SyntaxError when it is no JSON */
export const parseKeepingDigits = (text: string): Node =>
  JSON.parse(text, ((_key: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? withDigits.rawJSON(source) : value) as (key: string, value: unknown) => unknown) as Node;

export const nodeOf = (value: unknown): Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};
export const nodesOf = (value: unknown): Node[] => (Array.isArray(value) ? value.map(nodeOf) : []);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
