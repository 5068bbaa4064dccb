import { Refusal } from '#kernel';
import { readExpression } from './expression.ts';
import type { Expression, Filter } from './filter.ts';
import { readElements, readSummary, type Shape } from './shorten.ts';
import { valueSet } from './value-sets.ts';
import { isType, type Param, paramOf, paramsOf } from './params.ts';
import { isReached, namesPatient } from './reach.ts';

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

export interface Query extends Shape {
  type: string;
  filters: Filter[];
  has: Has[];
  /** Of `_filter`. */
  expressions: Expression[];
  /** Of `_list`: the documents of these submission sets. */
  lists: string[][];
  /** Of `_content`: words that the text of a document holds. */
  words: string[];
  includes: Include[];
  sort: { param: Param; descending: boolean }[];
  count: number;
  cursor?: string;
  total: 'none' | 'accurate';
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
const MOST_SORT_KEYS = 10;

const MODIFIERS: Readonly<Record<Param['type'], readonly string[]>> = {
  token: ['missing', 'not', 'text', 'of-type', 'in', 'not-in', 'above', 'below'],
  date: ['missing'],
  string: ['missing', 'exact', 'contains'],
  reference: ['missing', 'identifier', 'not'],
  quantity: ['missing'],
  uri: ['missing', 'above', 'below'],
  composite: [],
};

/** What is searched on a type besides its elements: the words of a document, and the set that it was sent in. */
export const SPECIAL: Readonly<Record<string, readonly string[]>> = { DocumentReference: ['_content', '_list'] };

/** Parameters that say how to answer, not what to look for. */
const RESULT_PARAMS = new Set([
  '_sort',
  '_count',
  '_include',
  '_revinclude',
  '_total',
  '_summary',
  '_elements',
  '_contained',
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
    lists: [],
    words: [],
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
    else if (value === '') query.ignored.push(`the parameter ${name.slice(0, 80)} says nothing`);
    else if (isInclude(name))
      query.ignored.push(`the parameter ${name.slice(0, 40)}=${value.slice(0, 80)} is not followed: no such reference is served`);
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
    const expression = readExpression(query.type, value);
    if (expression) query.expressions.push(expression);
    return expression !== undefined;
  }
  if (isType(query.type) && SPECIAL[query.type]?.includes(name) && value !== '') {
    if (name === '_content') query.words.push(value);
    // Lists that a server makes up (`$current-problems`) are none of these.
    else if (!value.includes('$')) query.lists.push(splitValues(value).map((id) => id.replace(/^.*List\//, '')));
    else return false;
    return true;
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
  if (dot >= 0) return readChain({ from: type, param, target: modifier }, { name: name.slice(dot + 1), value, depth });
  if (modifier === undefined) return { param, values };
  if (param.type === 'reference' && param.targets?.includes(modifier))
    return { param, values: values.map((id) => (id.includes('/') ? id : `${modifier}/${id}`)) };
  if (!MODIFIERS[param.type].includes(modifier))
    throw new Refusal('request.invalid', `the modifier :${modifier.slice(0, 20)} is not for ${param.name}`, { at: name.slice(0, 80) });
  checkModifier(param, modifier, values);
  return { param, modifier, values };
}

/** Parameters whose values are identifiers. */
const NUMBERS: ReadonlySet<string> = new Set(['identifier', 'accession', 'altid']);

/** @throws Refusal `request.invalid` for a value set or a hierarchy of codes that is not held here, and for what no value is */
function checkModifier({ name, type }: Param, modifier: string, values: readonly string[]): void {
  if (type !== 'token') return;
  if (modifier === 'of-type' && !NUMBERS.has(name))
    throw new Refusal('request.invalid', `${name} is no number of some type`, { at: `${name}:of-type` });
  const cut = modifier === 'of-type' && values.find((value) => value.split('|').length !== 3);
  if (cut) throw new Refusal('request.invalid', 'a number of some type is system|code|value', { at: `${name}:of-type` });
  if (modifier === 'above' || (modifier === 'below' && name !== 'contenttype'))
    throw new Refusal('request.invalid', `no hierarchy of the codes of ${name} is held here: name the codes, or a value set (:in)`, {
      at: `${name}:${modifier}`,
    });
  const unknown = modifier === 'in' || modifier === 'not-in' ? values.find((url) => !valueSet(url)) : undefined;
  if (unknown !== undefined)
    throw new Refusal('request.invalid', `the value set ${unknown.slice(0, 120)} is not held here`, { at: `${name}:${modifier}` });
}

function readChain(
  { from, param, target }: { from: string; param: Param; target: string | undefined },
  rest: { name: string; value: string; depth: number },
): Filter | undefined {
  if (param.type !== 'reference' || rest.depth >= DEEPEST_CHAIN) return undefined;
  const types = target === undefined ? param.targets! : param.targets!.filter((type) => type === target);
  for (const type of types) {
    if (!isReached(from, type) && !namesPatient(type, rest.name)) continue;
    const filter = readFilter(type, rest.name, rest.value, rest.depth + 1);
    if (filter) return { param, values: [], chain: { type, filter } };
  }
  return undefined;
}

/** `Observation:specimen:code`, or `Observation:specimen:_has:DiagnosticReport:result:status`. */
function readHas(target: string, parts: readonly string[], value: string): Has | undefined {
  const [type = '', by = '', ...rest] = parts;
  const param = paramOf(type, by);
  if (!param || param.type !== 'reference' || !param.targets!.includes(target) || rest.length === 0 || !isReached(target, type))
    return undefined;
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
      if (!/^\d{1,15}$/.test(value)) throw new Refusal('request.invalid', '_count is a whole number', { at: '_count' });
      query.count = Math.min(count, MOST_COUNT);
      if (count === 0) query.summary = 'count';
      return true;
    }
    case '_sort':
      query.sort = readSort(query.type, splitValues(value));
      return true;
    case '_include':
    case '_revinclude': {
      const how = { iterate: modifier === 'iterate' || modifier === 'recurse', reverse: code === '_revinclude' };
      const include = readInclude(query.type, value, how);
      if (include) query.includes.push(include);
      return include !== undefined;
    }
    case '_contained':
      // What is contained is never an answer by itself here.
      return value === 'false';
    case '_total':
      if (!['none', 'estimate', 'accurate'].includes(value))
        throw new Refusal('request.invalid', '_total is none, estimate or accurate', { at: '_total' });
      query.total = value === 'none' ? 'none' : 'accurate';
      return true;
    case '_summary':
      Object.assign(query, readSummary(value));
      return true;
    case '_elements':
      query.elements = readElements(query.type, splitValues(value));
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

function readSort(type: string, keys: readonly string[]): Query['sort'] {
  if (keys.length > MOST_SORT_KEYS)
    throw new Refusal('request.invalid', `a search is sorted by ${MOST_SORT_KEYS} keys at most`, { at: '_sort' });
  return keys.map((key) => readSortKey(type, key));
}

const isInclude = (name: string) => /^_(?:rev)?include(?::|$)/.test(name);

/** @returns undefined for what is no reference of what is served here */
function readInclude(from: string, value: string, how: Pick<Include, 'iterate' | 'reverse'>): Include | undefined {
  if (value === '*') return { type: '*', ...how };
  const [type = '', param = '', target] = value.split(':');
  const known = param === '*' || paramOf(type, param)?.type === 'reference';
  if (!isType(type) || !known || !isReached(from, type)) return undefined;
  if (!how.reverse && param !== '*' && !paramOf(type, param)!.targets!.some((one) => isReached(from, one))) return undefined;
  return { type, ...(param !== '*' && { param }), ...(target !== undefined && { target }), ...how };
}

/** Conditions that every answer meets: those said one by one, and those that a sentence joins by "and". What finds candidates looks at these. */
export function surely({ filters, expressions }: Query): Filter[] {
  const joined = (expression: Expression): Filter[] =>
    'filter' in expression ? [expression.filter] : 'all' in expression ? expression.all.flatMap(joined) : [];
  return [...filters, ...expressions.flatMap(joined)];
}

/** Whether a sentence says anything of a parameter of the type itself. */
export function mentions(expression: Expression, name: string): boolean {
  if ('filter' in expression) return expression.filter.param.name === name;
  if ('not' in expression) return mentions(expression.not, name);
  return ('all' in expression ? expression.all : expression.any).some((one) => mentions(one, name));
}

/** @throws Refusal `request.invalid` for what was not understood, when the client asked for strictness */
export function strictly(query: Query, strict: boolean): Query {
  if (strict && query.ignored.length > 0) throw new Refusal('request.invalid', query.ignored.join('; '), { at: 'query' });
  return query;
}

/** Alternatives of one search at most, where each is looked for by itself. */
const MOST_ALTERNATIVES = 12;

/** Every way to say one value of each. @throws Refusal `request.invalid` for too many */
export function combined(lists: readonly (readonly string[])[]): string[][] {
  const count = lists.reduce((ways, { length }) => ways * length, 1);
  if (count > MOST_ALTERNATIVES)
    throw new Refusal('request.invalid', `a search that says more than ${MOST_ALTERNATIVES} alternatives`, { at: 'query' });
  return lists.reduce<string[][]>((ways, values) => ways.flatMap((way) => values.map((value) => [...way, value])), [[]]);
}

/** The reference parameters of a type: where its resources lead. */
export const referencesOf = (type: string): Param[] => paramsOf(type).filter((param) => param.type === 'reference');
