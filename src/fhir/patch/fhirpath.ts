import { Refusal } from '#kernel';
import type { Operation } from './operation.ts';

/**
 * FHIRPath Patch: a Parameters resource of operations. Of FHIRPath, what names one place: elements, `[n]`, `extension('url')`, and
 * `where(a.b = 'x' and …)`. Source: FHIR R4, FHIRPath Patch.
 */

type Part = Readonly<Record<string, unknown>> & { name?: unknown; part?: unknown };
type Holder = Record<string, unknown>;

export function readFhirPathPatch(given: unknown): Operation[] {
  const { resourceType, parameter } = (given ?? {}) as { resourceType?: unknown; parameter?: unknown };
  if (resourceType !== 'Parameters' || !Array.isArray(parameter))
    throw new Refusal('request.invalid', 'a patch is a JSON Patch, or the Parameters of a FHIRPath Patch', { at: 'resourceType' });
  return (parameter as Part[]).map((one, n) => operationOf(one, `Parameters.parameter[${n}]`));
}

function operationOf(given: Part | null, at: string): Operation {
  const wrong = (message: string): never => {
    throw new Refusal('request.invalid', message, { at });
  };
  const parts = new Map(
    (Array.isArray(given?.part) ? (given.part as (Part | null)[]) : []).flatMap((part) =>
      typeof part?.name === 'string' ? [[part.name, part]] : [],
    ),
  );
  const text = (name: string) => {
    const value = valueOf(parts.get(name));
    return typeof value === 'string' ? value : wrong(`the operation has no ${name}`);
  };
  const number = (name: string) => {
    const value = Number(valueOf(parts.get(name)));
    return Number.isInteger(value) && value >= 0 ? value : wrong(`${name} is not a position`);
  };
  const value = () => {
    const found = valueOf(parts.get('value'));
    return found === undefined ? wrong('the operation has no value') : found;
  };
  const type = text('type');
  const steps = readPath(text('path'), wrong);
  const first = steps[0]?.name ?? (type === 'add' ? text('name') : wrong('the path is the whole resource'));
  const touched = [first];
  switch (type) {
    case 'add': {
      const name = text('name');
      return { touched, apply: (resource) => addTo(oneAt(resource, steps, wrong), name, value(), first === name) };
    }
    case 'replace':
      return {
        touched,
        apply(resource) {
          const { holder, key } = placeOf(resource, steps, wrong);
          (holder as Holder)[key] = value();
        },
      };
    case 'delete':
      return { touched, apply: (resource) => remove(resource, steps, wrong) };
    case 'insert':
      return { touched, apply: (resource) => listAt(resource, steps, wrong).splice(number('index'), 0, value()) };
    case 'move':
      return {
        touched,
        apply(resource) {
          const list = listAt(resource, steps, wrong);
          list.splice(number('destination'), 0, ...list.splice(number('source'), 1));
        },
      };
    default:
      return wrong('an operation of FHIRPath Patch is add, insert, delete, replace or move');
  }
}

/** `value[x]`, or the parts of a value that has no type of its own. */
function valueOf(part: Part | undefined): unknown {
  if (!part) return undefined;
  const [key] = Object.keys(part).filter((name) => name.startsWith('value'));
  if (key !== undefined) return part[key];
  if (!Array.isArray(part.part)) return undefined;
  const made: Holder = {};
  for (const inner of part.part as Part[]) if (typeof inner.name === 'string') addTo(made, inner.name, valueOf(inner), false);
  return made;
}

/** Elements that repeat in what is patched here: a value added to one joins those that are there. */
const REPEATING: ReadonlySet<string> = new Set(['securityLabel', 'coding', 'extension', 'identifier', 'category', 'author', 'relatesTo']);

function addTo(holder: Holder, name: string, value: unknown, isRoot: boolean): void {
  const there = Object.hasOwn(holder, name) ? holder[name] : undefined;
  if (Array.isArray(there)) there.push(value);
  else if (REPEATING.has(name) && (isRoot || name === 'coding' || name === 'extension')) holder[name] = [value];
  else if (name !== '__proto__') holder[name] = value;
}

interface Step {
  name: string;
  /** Which of several. */
  index?: number;
  where?: readonly { path: readonly string[]; value: string }[];
}

const STEP = /^\.?([A-Za-z]\w{0,63})(?:\('([^']{1,300})'\)|\.where\(([^()]{1,500})\))?(?:\[(\d{1,5})\]|\.first\(\))?/;

function readPath(path: string, wrong: (message: string) => never): Step[] {
  if (path.length > 1_000) wrong('the path is too long');
  let rest = path.replace(/^[A-Z]\w{0,63}(?=$|[.])/, '');
  const steps: Step[] = [];
  while (rest !== '') {
    const [all, name = '', url, where, index] = STEP.exec(rest) ?? [];
    if (all === undefined || steps.length > 10) wrong('of FHIRPath, a patch takes elements, [n], extension(url) and where(… = …)');
    rest = rest.slice(all!.length);
    steps.push({
      name,
      ...(url !== undefined && { where: [{ path: ['url'], value: url }] }),
      ...(where !== undefined && { where: conditions(where, wrong) }),
      ...(index !== undefined && { index: Number(index) }),
      ...(all!.endsWith('.first()') && { index: 0 }),
    });
  }
  return steps;
}

function conditions(text: string, wrong: (message: string) => never): NonNullable<Step['where']> {
  return text.split(/\s+and\s+/).map((one) => {
    const [, path, value] = /^([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*=\s*'([^']*)'$/.exec(one.trim()) ?? [];
    return path === undefined || value === undefined ? wrong('a condition is: element = ’text’') : { path: path.split('.'), value };
  });
}

/** A place in the copy: what holds it, and under which name or position. */
interface Place {
  holder: Holder | unknown[];
  key: string & number;
}

function placesOf(resource: Holder, steps: readonly Step[]): Place[] {
  let places: Place[] = [];
  let holders: unknown[] = [resource];
  for (const { name, index, where } of steps) {
    places = holders.flatMap((holder) => within(holder, name)).filter((place) => !where || where.every((one) => meets(place, one)));
    if (index !== undefined) places = places.slice(index, index + 1);
    holders = places.map(({ holder, key }) => (holder as Holder)[key]);
  }
  return places;
}

/** `value` finds `valueBoolean`. */
function within(holder: unknown, name: string): Place[] {
  if (typeof holder !== 'object' || holder === null) return [];
  const key = Object.keys(holder).find((own) => own === name || (name === 'value' && /^value[A-Z]/.test(own)));
  if (key === undefined) return [];
  const there = (holder as Holder)[key];
  if (!Array.isArray(there)) return [{ holder: holder as Holder, key: key as Place['key'] }];
  return there.map((_, n) => ({ holder: there, key: n as Place['key'] }));
}

function meets({ holder, key }: Place, { path, value }: { path: readonly string[]; value: string }): boolean {
  const steps = path.map((name) => ({ name }));
  const inner = (holder as Holder)[key];
  return (
    typeof inner === 'object' &&
    inner !== null &&
    placesOf(inner as Holder, steps).some((place) => (place.holder as Holder)[place.key] === value)
  );
}

function placeOf(resource: Holder, steps: readonly Step[], wrong: (message: string) => never): Place {
  const [place, another] = placesOf(resource, steps);
  return place && !another ? place : wrong('the path names no element, or several');
}

function oneAt(resource: Holder, steps: readonly Step[], wrong: (message: string) => never): Holder {
  if (steps.length === 0) return resource;
  const { holder, key } = placeOf(resource, steps, wrong);
  const found = (holder as Holder)[key] as unknown;
  return typeof found === 'object' && found !== null ? (found as Holder) : wrong('nothing is added to a simple value');
}

/** The list that an element is, made when it was empty: FHIR writes no empty list. */
function listAt(resource: Holder, steps: readonly Step[], wrong: (message: string) => never): unknown[] {
  const holder = oneAt(resource, steps.slice(0, -1), wrong);
  const { name } = steps.at(-1)!;
  const there = Object.hasOwn(holder, name) ? holder[name] : (holder[name] = []);
  return Array.isArray(there) ? there : wrong('the path names no list');
}

/** Nothing there is nothing to do, as the specification has it. */
function remove(resource: Holder, steps: readonly Step[], wrong: (message: string) => never): void {
  const places = placesOf(resource, steps);
  if (places.length > 1) wrong('the path names several elements');
  for (const { holder, key } of places) {
    if (Array.isArray(holder)) holder.splice(key, 1);
    else delete holder[key];
  }
}
