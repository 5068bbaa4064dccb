import { Refusal } from '#kernel';
import type { Expression, Filter } from './filter.ts';
import { type Param, paramOf } from './params.ts';

const MOST_CONDITIONS = 100;
const DEEPEST = 20;
const DEEPEST_CHAIN = 4;

const wrong = (what: string) => new Refusal('request.invalid', what, { at: '_filter' });

interface Word {
  text: string;
  isQuoted: boolean;
}

const WORD = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  const end = text.trimEnd().length;
  while (WORD.lastIndex < end) {
    const from = WORD.lastIndex;
    const found = WORD.exec(text);
    if (!found) throw wrong(`not a filter from the character ${from + 1} on`);
    const [, bracket, quoted, bare] = found;
    words.push({ text: bracket ?? quoted?.replace(/\\(.)/g, '$1') ?? bare!, isQuoted: quoted !== undefined });
  }
  return words;
}

/**
 * Reads the parameter `_filter` (FHIR R4 §3.1.3): `name op value`, `and`, `or` (`and` binds closer), `not (…)`, brackets. Operators: eq, ne, co, sw, ew on words;
 * eq, ne, gt, ge, lt, le, sa, eb, ap, po on dates and (but po) on quantities; eq, ne on codes; eq, re, ne on references; pr on anything.
 * Filters of chains (`related[…]`) and operators on value sets (ss, sb, in) are refused.
 * @returns undefined when a parameter of it is not searched on this type
 * @throws Refusal `request.invalid` for what is no such sentence
 */
export function readExpression(type: string, text: string): Expression | undefined {
  const words = wordsOf(text);
  let at = 0;
  let conditions = 0;
  let isKnown = true;
  const next = (): Word => words[at++] ?? fail('it ends too early');
  const is = (text: string) => words[at]?.isQuoted === false && words[at]!.text.toLowerCase() === text;
  const fail = (what: string): never => {
    throw wrong(`${what}, at the word ${Math.min(at, words.length)}`);
  };

  function either(depth: number): Expression {
    const parts = [both(depth)];
    for (; is('or'); parts.push(both(depth))) at += 1;
    return parts.length === 1 ? parts[0]! : { any: parts };
  }
  function both(depth: number): Expression {
    const parts = [one(depth)];
    for (; is('and'); parts.push(one(depth))) at += 1;
    return parts.length === 1 ? parts[0]! : { all: parts };
  }
  function one(depth: number): Expression {
    if (depth > DEEPEST) fail('brackets are too deep');
    const isNot = is('not') && words[at + 1]?.text === '(';
    if (isNot) at += 1;
    if (!is('(')) return condition();
    at += 1;
    const inner = either(depth + 1);
    if (!is(')')) fail('a bracket is not closed');
    at += 1;
    return isNot ? { not: inner } : inner;
  }
  function condition(): Expression {
    if ((conditions += 1) > MOST_CONDITIONS) fail(`more than ${MOST_CONDITIONS} conditions`);
    const path = next().text;
    const op = next().text.toLowerCase();
    const value = next();
    if (/[[\]]/.test(path)) fail('a filter inside a path is not done here');
    const read = readPath(type, path, (param) => conditionOf(param, op, value.text), 0);
    isKnown &&= read !== undefined;
    return read ?? { all: [] };
  }

  const expression = either(0);
  if (at < words.length) fail('something stands after its end');
  return isKnown ? expression : undefined;
}

/** `family`, or what a reference leads to: `specimen.type`. */
function readPath(type: string, path: string, make: (param: Param) => Expression, depth: number): Expression | undefined {
  const whole = paramOf(type, path);
  if (whole) return make(whole);
  const dot = path.indexOf('.');
  const param = dot < 0 ? undefined : paramOf(type, path.slice(0, dot));
  if (param?.type !== 'reference' || depth >= DEEPEST_CHAIN) return undefined;
  for (const target of param.targets!) {
    const inner = readPath(target, path.slice(dot + 1), make, depth + 1);
    if (inner) return through(param, target, inner);
  }
  return undefined;
}

/** A condition on what a reference leads to; a denial stays outside of it: what leads to nothing is not what was asked. */
function through(param: Param, type: string, inner: Expression): Expression {
  if ('filter' in inner) return { filter: { param, values: [], chain: { type, filter: inner.filter } } };
  if ('not' in inner) return { not: through(param, type, inner.not) };
  const parts = 'all' in inner ? inner.all : inner.any;
  const led = parts.map((part) => through(param, type, part));
  return 'all' in inner ? { all: led } : { any: led };
}

const ORDERED = new Set(['eq', 'gt', 'ge', 'lt', 'le', 'sa', 'eb', 'ap']);
const WORDS: Readonly<Record<string, string | undefined>> = { eq: 'equals', co: 'contains', sw: 'starts', ew: 'ends' };

function conditionOf(param: Param, op: string, value: string): Expression {
  const said = (filter: Omit<Filter, 'param'>): Expression => ({ filter: { param, ...filter } });
  if (op === 'pr') {
    if (value !== 'true' && value !== 'false') throw wrong('pr is followed by true or false');
    return said({ modifier: 'missing', values: [value === 'true' ? 'false' : 'true'] });
  }
  if (op === 'ne') return { not: conditionOf(param, 'eq', value) };
  switch (param.type) {
    case 'date':
      if (op === 'po') return { not: { any: [said({ values: [`sa${value}`] }), said({ values: [`eb${value}`] })] } };
      if (ORDERED.has(op)) return said({ values: [`${op}${value}`] });
      break;
    case 'quantity':
      if (ORDERED.has(op)) return said({ values: [`${op}${value}`] });
      break;
    case 'string':
      if (WORDS[op]) return said({ modifier: WORDS[op], values: [value.replace(/[\\,$|]/g, String.raw`\$&`)] });
      break;
    case 'reference':
      if (op === 'eq' || op === 're') return said({ values: [value] });
      break;
    case 'token':
    case 'uri':
      if (op === 'eq') return said({ values: [value] });
      break;
    case 'composite':
      break;
  }
  throw wrong(`${op.slice(0, 10)} is not asked of ${param.name}`);
}
