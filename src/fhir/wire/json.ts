import { Refusal } from '#kernel';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws Refusal `request.invalid`; its words never repeat the body, which holds a patient's data */
export function parseJson(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('request.invalid', 'the body is not JSON in UTF-8', { at: 'body' });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new Refusal('request.invalid', 'the body is not a resource', { at: 'body' });
  return parsed as JsonObject;
}
