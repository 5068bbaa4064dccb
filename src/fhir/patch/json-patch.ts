import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '#kernel';
import type { Operation } from './operation.ts';

/** JSON Patch. Source: RFC 6902; pointers, RFC 6901. */

export function readJsonPatch(given: readonly unknown[]): Operation[] {
  return given.map((one, n) => operationOf(one as Given, `[${n}]`));
}

interface Given {
  op?: unknown;
  path?: unknown;
  from?: unknown;
  value?: unknown;
}

function operationOf(given: Given | null, at: string): Operation {
  const { op, path, from, value } = given ?? {};
  const to = pointer(path, `${at}.path`);
  const wrong = (message: string): never => {
    throw new Refusal('request.invalid', message, { at });
  };
  const touched = [to[0]!];
  switch (op) {
    case 'add':
      return { touched, apply: (resource) => put(resource, to, value, wrong, 'add') };
    case 'replace':
      return { touched, apply: (resource) => put(resource, to, value, wrong, 'replace') };
    case 'remove':
      return { touched, apply: (resource) => void take(resource, to, wrong) };
    case 'test':
      return {
        touched: [],
        apply: (resource) => void (isDeepStrictEqual(valueAt(resource, to, wrong), value) || wrong('what is tested is otherwise')),
      };
    case 'copy':
    case 'move': {
      const source = pointer(from, `${at}.from`);
      return {
        touched: op === 'move' ? [...touched, source[0]!] : touched,
        apply(resource) {
          const moved = op === 'move' ? take(resource, source, wrong) : structuredClone(valueAt(resource, source, wrong));
          put(resource, to, moved, wrong, 'add');
        },
      };
    }
    default:
      return wrong('an operation of JSON Patch is add, remove, replace, move, copy or test');
  }
}

/** `/securityLabel/0/coding` as its steps. The whole document is no place to write to. */
function pointer(given: unknown, at: string): string[] {
  if (typeof given !== 'string' || !/^\/[^/]/.test(given) || given.length > 500)
    throw new Refusal('request.invalid', 'a path of JSON Patch is a JSON Pointer (RFC 6901) into the resource', { at });
  return given
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

type Wrong = (message: string) => never;

/** What holds the last step of a path. Only what the resource itself has is followed: `__proto__` is nobody's. */
function holderOf(resource: Record<string, unknown>, steps: readonly string[], wrong: Wrong): Record<string, unknown> | unknown[] {
  let here: unknown = resource;
  for (const step of steps.slice(0, -1)) {
    if (Array.isArray(here)) here = here[indexIn(here, step, wrong)] as unknown;
    else if (isObject(here) && Object.hasOwn(here, step)) here = here[step];
    else wrong('the path leads nowhere');
  }
  return Array.isArray(here) || isObject(here) ? here : wrong('the path leads nowhere');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function indexIn(list: readonly unknown[], step: string, wrong: Wrong, most = list.length - 1): number {
  const index = /^(?:0|[1-9]\d{0,5})$/.test(step) ? Number(step) : -1;
  return index >= 0 && index <= most ? index : wrong('the path leads outside of a list');
}

function put(resource: Record<string, unknown>, steps: readonly string[], value: unknown, wrong: Wrong, how: 'add' | 'replace'): void {
  const last = steps.at(-1)!;
  if (value === undefined || last === '__proto__') wrong('the operation has no value');
  const holder = holderOf(resource, steps, wrong);
  if (Array.isArray(holder)) {
    if (how === 'replace') holder[indexIn(holder, last, wrong)] = value;
    else holder.splice(last === '-' ? holder.length : indexIn(holder, last, wrong, holder.length), 0, value);
    return;
  }
  if (how === 'replace' && !Object.hasOwn(holder, last)) wrong('what is replaced is not there');
  holder[last] = value;
}

function take(resource: Record<string, unknown>, steps: readonly string[], wrong: Wrong): unknown {
  const taken = valueAt(resource, steps, wrong);
  const holder = holderOf(resource, steps, wrong);
  if (Array.isArray(holder)) holder.splice(Number(steps.at(-1)), 1);
  else delete holder[steps.at(-1)!];
  return taken;
}

function valueAt(resource: Record<string, unknown>, steps: readonly string[], wrong: Wrong): unknown {
  const last = steps.at(-1)!;
  const holder = holderOf(resource, steps, wrong);
  if (Array.isArray(holder)) return holder[indexIn(holder, last, wrong)];
  return Object.hasOwn(holder, last) ? holder[last] : wrong('there is nothing at the path');
}
