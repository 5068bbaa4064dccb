import type { Bundle, Resource } from './resource.ts';

/** JSON texts of resources already written once: those of a series kept are written at the first answer that holds them. */
const texts = new WeakMap<object, string>();

function textOf(resource: object): string {
  let text = texts.get(resource);
  if (text === undefined) texts.set(resource, (text = JSON.stringify(resource)));
  return text;
}

/** A Bundle or a resource as JSON. Resources are never changed once they are made. */
export function jsonText(body: Bundle | Resource | Record<string, unknown>): string {
  const { entry, ...rest } = body as { entry?: unknown };
  if (body['resourceType'] !== 'Bundle' || !Array.isArray(entry)) return JSON.stringify(body);
  return `${JSON.stringify(rest).slice(0, -1)},"entry":[${(entry as Record<string, unknown>[]).map(entryText).join(',')}]}`;
}

function entryText({ fullUrl, resource, ...rest }: Record<string, unknown>): string {
  if (typeof resource !== 'object' || resource === null || (resource as Resource).resourceType === 'Bundle')
    return JSON.stringify({ fullUrl, resource, ...rest });
  const own = JSON.stringify(rest);
  const url = fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)},`;
  return `{${url}"resource":${textOf(resource)}${own === '{}' ? '' : `,${own.slice(1, -1)}`}}`;
}
