import { Refusal } from '#kernel';
import { readExpression } from './expression.ts';
import type { Expression, Filter } from './filter.ts';
import { isType, type Param, paramOf, paramsOf } from './params.ts';

/** `_has:Observation:specimen:code=…`: some resource that refers to this one meets the condition. */
export interface Has {
  type: string;
  by: Param;
  filter: Filter | undefined;
  has: Has | undefined;
}

export interface Include {
  type: string;
  /** Absent: by any reference (`*`). */
  param?: string;
  target?: string;
  iterate: boolean;
  reverse: boolean;
}

export interface Query {
  type: string;
  filters: Filter[];
  has: Has[];
  /** Of `_filter`. */
  expressions: Expression[];
  includes: Include[];
  sort: { param: Param; descending: boolean }[];
  count: number;
  cursor?: string;
  total: 'none' | 'accurate';
  summary?: 'count' | 'true' | 'text' | 'data';
  elements?: string[];
  /** What was not understood, one sentence each: refused in strict handling. */
  ignored: string[];
  /** What was understood, to be written in the links of the answer. */
  used: [string, string][];
}

const DEFAULT_COUNT = 50;
/** A page is at most this long. */
export const MOST_COUNT = 1_000;
const MOST_PARAMETERS = 50;
const MOST_VALUES = 200;
const DEEPEST_CHAIN = 4;

const MODIFIERS: Readonly<Record<Param['type'], readonly string[]>> = {
  token: ['missing', 'not', 'text', 'of-type'],
  date: ['missing'],
  string: ['missing', 'exact', 'contains'],
  reference: ['missing', 'identifier', 'not'],
  quantity: ['missing'],
  uri: ['missing'],
  composite: [],
};

/** People and places are found among all those of a region, by an index for each parameter: a sentence has none. */
const NOT_BY_SENTENCE: ReadonlySet<string> = new Set(['Patient', 'Organization', 'Practitioner', 'PractitionerRole']);

/** Whether `_filter` is searched on a type. */
export const takesSentence = (type: string): boolean => !NOT_BY_SENTENCE.has(type);

/** Parameters that say how to answer, not what to look for. */
const RESULT_PARAMS = new Set([
  '_sort',
  '_count',
  '_include',
  '_revinclude',
  '_total',
  '_summary',
  '_elements',
  '_cursor',
  '_format',
  '_pretty',
]);

/**
 * Reads the parameters of a search. What is not understood is told in `ignored`: the caller refuses it when the client asked for strictness.
 * @throws Refusal `request.invalid` for what is understood and wrong
 */
export function readQuery(type: string, pairs: readonly [string, string][]): Query {
  if (pairs.length > MOST_PARAMETERS) throw new Refusal('request.invalid', `more than ${MOST_PARAMETERS} parameters`, { at: 'query' });
  const query: Query = {
    type,
    filters: [],
    has: [],
    expressions: [],
    includes: [],
    sort: [],
    count: DEFAULT_COUNT,
    total: 'accurate',
    ignored: [],
    used: [],
  };
  for (const [name, value] of pairs) {
    const isRead = RESULT_PARAMS.has(name.split(':')[0]!) ? readResultParam(query, name, value) : readCondition(query, name, value);
    if (isRead) query.used.push([name, value]);
    else query.ignored.push(`the parameter ${name.slice(0, 80)} is not searched on ${type}`);
  }
  return query;
}

function readCondition(query: Query, name: string, value: string): boolean {
  if (name.startsWith('_has:')) {
    const has = readHas(query.type, name.slice('_has:'.length).split(':'), value);
    if (has) query.has.push(has);
    return has !== undefined;
  }
  if (name === '_filter') {
    const expression = takesSentence(query.type) ? readExpression(query.type, value) : undefined;
    if (expression) query.expressions.push(expression);
    return expression !== undefined;
  }
  const filter = readFilter(query.type, name, value, 0);
  if (filter) query.filters.push(filter);
  return filter !== undefined;
}

/** Values separated by commas; a comma of the value is written `\,`. An empty one says nothing. */
export function splitValues(value: string, separator = ','): string[] {
  const parts: string[] = [''];
  for (let i = 0; i < value.length; i++) {
    const letter = value[i]!;
    if (letter === '\\' && i + 1 < value.length) parts[parts.length - 1] += letter + value[++i]!;
    else if (letter === separator) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part !== '');
}

export const unescape = (value: string): string => value.replace(/\\([,$|\\])/g, '$1');

function readFilter(type: string, name: string, value: string, depth: number): Filter | undefined {
  const values = splitValues(value);
  if (values.length === 0) return undefined;
  if (values.length > MOST_VALUES) throw new Refusal('request.invalid', `more than ${MOST_VALUES} values of one parameter`, { at: name });
  const whole = paramOf(type, name);
  if (whole) return { param: whole, values };
  const dot = name.indexOf('.');
  const head = dot < 0 ? name : name.slice(0, dot);
  const [code = '', modifier] = head.split(':');
  const param = paramOf(type, code);
  if (!param) return undefined;
  if (dot >= 0) return readChain(param, modifier, { name: name.slice(dot + 1), value, depth });
  if (modifier === undefined) return { param, values };
  if (param.type === 'reference' && param.targets?.includes(modifier))
    return { param, values: values.map((id) => (id.includes('/') ? id : `${modifier}/${id}`)) };
  if (!MODIFIERS[param.type].includes(modifier))
    throw new Refusal('request.invalid', `the modifier :${modifier.slice(0, 20)} is not for ${param.name}`, { at: name.slice(0, 80) });
  return { param, modifier, values };
}

function readChain(param: Param, target: string | undefined, rest: { name: string; value: string; depth: number }): Filter | undefined {
  if (param.type !== 'reference' || rest.depth >= DEEPEST_CHAIN) return undefined;
  const types = target === undefined ? param.targets! : param.targets!.filter((type) => type === target);
  for (const type of types) {
    const filter = readFilter(type, rest.name, rest.value, rest.depth + 1);
    if (filter) return { param, values: [], chain: { type, filter } };
  }
  return undefined;
}

/** `Observation:specimen:code`, or `Observation:specimen:_has:DiagnosticReport:result:status`. */
function readHas(target: string, parts: readonly string[], value: string): Has | undefined {
  const [type = '', by = '', ...rest] = parts;
  const param = paramOf(type, by);
  if (!param || param.type !== 'reference' || !param.targets!.includes(target) || rest.length === 0) return undefined;
  if (rest[0] === '_has') {
    const has = readHas(type, rest.slice(1), value);
    return has && { type, by: param, filter: undefined, has };
  }
  const filter = readFilter(type, rest.join(':'), value, 0);
  return filter && { type, by: param, filter, has: undefined };
}

function readResultParam(query: Query, name: string, value: string): boolean {
  const [code, modifier] = name.split(':');
  switch (code) {
    case '_count': {
      const count = Number(value);
      if (!/^\d{1,6}$/.test(value)) throw new Refusal('request.invalid', '_count is a whole number', { at: '_count' });
      query.count = Math.min(count, MOST_COUNT);
      if (count === 0) query.summary = 'count';
      return true;
    }
    case '_sort':
      query.sort = splitValues(value).map((key) => readSortKey(query.type, key));
      return true;
    case '_include':
    case '_revinclude':
      query.includes.push(
        readInclude(value, { iterate: modifier === 'iterate' || modifier === 'recurse', reverse: code === '_revinclude' }, name),
      );
      return true;
    case '_total':
      if (!['none', 'estimate', 'accurate'].includes(value))
        throw new Refusal('request.invalid', '_total is none, estimate or accurate', { at: '_total' });
      query.total = value === 'none' ? 'none' : 'accurate';
      return true;
    case '_summary':
      if (!['true', 'text', 'data', 'count', 'false'].includes(value))
        throw new Refusal('request.invalid', 'no such _summary', { at: '_summary' });
      if (value !== 'false') query.summary = value as NonNullable<Query['summary']>;
      return true;
    case '_elements':
      query.elements = splitValues(value).map((element) => element.replace(`${query.type}.`, ''));
      return true;
    case '_cursor':
      query.cursor = value;
      return true;
    default:
      // The format is settled with the Accept header, before.
      return true;
  }
}

function readSortKey(type: string, key: string): Query['sort'][number] {
  const descending = key.startsWith('-');
  const param = paramOf(type, descending ? key.slice(1) : key);
  if (!param || param.type === 'composite')
    throw new Refusal('request.invalid', `${type} is not sorted by ${key.slice(0, 40)}`, { at: '_sort' });
  return { param, descending };
}

function readInclude(value: string, how: Pick<Include, 'iterate' | 'reverse'>, at: string): Include {
  if (value === '*') return { type: '*', ...how };
  const [type = '', param = '', target] = value.split(':');
  const known = param === '*' || paramOf(type, param)?.type === 'reference';
  if (!isType(type) || !known) throw new Refusal('request.invalid', `${value.slice(0, 80)} is no reference that can be followed`, { at });
  return { type, ...(param !== '*' && { param }), ...(target !== undefined && { target }), ...how };
}

/** The reference parameters of a type: where its resources lead. */
export const referencesOf = (type: string): Param[] => paramsOf(type).filter((param) => param.type === 'reference');
