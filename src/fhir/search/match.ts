import { uriOfSystem } from '#formats';
import { Refusal } from '#kernel';
import { bringTo } from '#terminology';
import { type DateSpan, dateSpan, isWithin, readPrefixed } from './date.ts';
import type { Resource } from '../wire/resource.ts';
import type { Expression, Filter } from './filter.ts';
import { type Has, type Query, splitValues, unescape } from './query.ts';
import { ANY_DATE } from './param.ts';
import { type Param, paramOf, targetsOf, valuesAt, valuesOf } from './params.ts';
import { valueSet } from './value-sets.ts';
import type { World } from '../world/world.ts';

/** What a condition is judged in: the resources around, and the zone of dates without an hour. */
export interface Ground {
  world: World;
  zone: string;
}

type Judge = (resource: Resource) => boolean;

/** All that a search asks of a resource. */
export function judgeOfQuery({ filters, has, expressions, lists, words }: Query, ground: Ground): Judge {
  const judges = [
    ...filters.map((filter) => judgeOf(filter, ground)),
    ...has.map((one) => hasJudge(one, ground)),
    ...expressions.map((expression) => expressionJudge(expression, ground)),
    ...lists.map((ids) => listJudge(ids, ground)),
    ...(words.length > 0 ? [({ id }: Resource) => ground.world.saying?.has(id) === true] : []),
  ];
  return (resource) => judges.every((judge) => judge(resource));
}

function expressionJudge(expression: Expression, ground: Ground): Judge {
  if ('filter' in expression) return judgeOf(expression.filter, ground);
  if ('not' in expression) {
    const inner = expressionJudge(expression.not, ground);
    return (resource) => !inner(resource);
  }
  const parts = ('all' in expression ? expression.all : expression.any).map((part) => expressionJudge(part, ground));
  return 'all' in expression ? (resource) => parts.every((judge) => judge(resource)) : (resource) => parts.some((judge) => judge(resource));
}

/** Turns a condition into a judge, its values read once. @throws Refusal `request.invalid` for a value that is none of its type */
export function judgeOf(filter: Filter, ground: Ground): Judge {
  const { param, modifier, values, chain } = filter;
  if (chain) return chainJudge(param, chain, ground);
  if (modifier === 'missing') {
    if (values.length !== 1 || !/^(?:true|false)$/.test(values[0]!))
      throw new Refusal('request.invalid', ':missing is true or false', { at: `${param.name}:missing` });
    const wanted = values[0] === 'true';
    return (resource) => (valuesOf(resource, param).length === 0) === wanted;
  }
  const judges = values.map((value) => valueJudge(param, modifier, value, ground));
  const any: Judge = (resource) => judges.some((judge) => judge(resource));
  return modifier === 'not' || modifier === 'not-in' ? (resource) => !any(resource) : any;
}

function chainJudge(param: Param, { type, filter }: NonNullable<Filter['chain']>, ground: Ground): Judge {
  const inner = judgeOf(filter, ground);
  return (resource) =>
    targetsOf(resource, param).some((target) => {
      const [targetType = '', id = ''] = target.split('/');
      const found = targetType === type ? ground.world.find(type, id) : undefined;
      return found !== undefined && inner(found);
    });
}

/** What one of these lists holds. */
function listJudge(ids: readonly string[], { world }: Ground): Judge {
  const item = paramOf('List', 'item')!;
  const held = new Set(ids.flatMap((id) => world.find('List', id) ?? []).flatMap((list) => targetsOf(list, item)));
  return ({ resourceType, id }) => held.has(`${resourceType}/${id}`);
}

/** Resources that something else refers to, under a condition. */
function hasJudge({ type, by, filter, has }: Has, ground: Ground): Judge {
  const inner = filter ? judgeOf(filter, ground) : hasJudge(has!, ground);
  const pointed = new Set(
    ground.world
      .all(type)
      .filter(inner)
      .flatMap((resource) => targetsOf(resource, by)),
  );
  return ({ resourceType, id }) => pointed.has(`${resourceType}/${id}`);
}

function valueJudge(param: Param, modifier: string | undefined, value: string, ground: Ground): Judge {
  switch (param.type) {
    case 'token':
      return overValues(param, tokenJudgeOf(value, modifier));
    case 'string':
      return overValues(
        param,
        stringMatcher(
          value,
          modifier,
          param.paths.some((path) => path.endsWith('.display')),
        ),
      );
    case 'uri':
      return overValues(param, uriMatcher(value, modifier));
    case 'date':
      return dateJudge(param, value, ground.zone);
    case 'quantity':
      return overValues(param, quantityMatcher(param, value));
    case 'reference':
      return referenceJudge(param, modifier, value);
    case 'composite':
      return compositeJudge(param, value, ground);
  }
}

function tokenJudgeOf(value: string, modifier: string | undefined): (found: unknown) => boolean {
  if (modifier === 'text') return textMatcher(value);
  if (modifier === 'in' || modifier === 'not-in') return valueSetMatcher(value);
  // Of kinds of content: `image` is above `image/png`.
  if (modifier === 'below') return (found) => tokensOf(found).some(({ code }) => isBelow(code, value));
  return tokenMatcher(value, modifier);
}

/** The codes of LOINC that the value set holds. */
function valueSetMatcher(url: string): (found: unknown) => boolean {
  const held = valueSet(url)?.names;
  return (found) => tokensOf(found).some(({ system = '', code }) => canonical(system) === LOINC && held?.has(code) === true);
}

const LOINC = 'http://loinc.org';
/** The same address, or one under it (R4 §3.1.1.4.3: a path). */
const isBelow = (address: string, root: string) => address === root || address.startsWith(root.endsWith('/') ? root : `${root}/`);

function uriMatcher(value: string, modifier: string | undefined): (found: unknown) => boolean {
  if (modifier === 'below') return (found) => isBelow(String(found), value);
  if (modifier === 'above') return (found) => isBelow(value, String(found));
  return (found) => found === value;
}

const overValues =
  (param: Param, matches: (value: unknown) => boolean): Judge =>
  (resource) =>
    valuesOf(resource, param).some(matches);

interface Token {
  system?: string | undefined;
  code: string;
  /** An element of type `code`: its system is that of its binding, and is not said. */
  isBare?: true;
}

/** The one address of a system, of those that guides and nomenclatures give it. */
export const canonical = (system: string) => {
  if (system === 'http://hl7.org/fhir/v2/0074') return 'http://terminology.hl7.org/CodeSystem/v2-0074';
  return system.startsWith('urn:oid:') ? uriOfSystem(system.slice('urn:oid:'.length)) : system;
};

/** The codes of a value: of a code, a Coding, a CodeableConcept, an Identifier, a boolean. */
function tokensOf(value: unknown): Token[] {
  if (typeof value !== 'object' || value === null) return [{ code: String(value), isBare: true }];
  const { coding, code, value: number, system } = value as { coding?: Token[]; code?: string; value?: string; system?: string };
  if (coding) return coding;
  const own = code ?? number;
  return own === undefined ? [] : [{ system, code: own }];
}

export const codesOf = (value: unknown): string[] => tokensOf(value).map(({ code }) => code);

/** The code of a token asked for; empty for any code of a system. */
export function codeAsked(value: string): string {
  const parts = splitTokens(value);
  return parts.length === 1 ? parts[0]! : parts.slice(1).join('|');
}

/** `code`, `system|code`, `|code` (no system), `system|` (any code of it). */
function tokenMatcher(value: string, modifier: string | undefined): (found: unknown) => boolean {
  const parts = splitTokens(value);
  if (modifier === 'of-type') {
    const [system = '', type = '', number = ''] = parts;
    return (found) => {
      const identifier = found as { type?: { coding?: Token[] }; value?: string };
      return (
        identifier.value === number &&
        (identifier.type?.coding ?? []).some((one) => one.code === type && (system === '' || one.system === system))
      );
    };
  }
  if (parts.length === 1) return (found) => tokensOf(found).some(({ code }) => code === parts[0]);
  const [system, code] = [canonical(parts[0]!), parts.slice(1).join('|')];
  return (found) => tokensOf(found).some((token) => isOfSystem(token, system) && (code === '' || token.code === code));
}

/** A code of R4 itself (a status, a gender) is bound to a list of R4 itself (§3.1.1.4.10). */
function isOfSystem({ system: own, isBare }: Token, asked: string): boolean {
  if (isBare) return asked === '' || asked.startsWith('http://hl7.org/fhir/');
  return asked === '' ? own === undefined : own !== undefined && canonical(own) === asked;
}

function splitTokens(value: string): string[] {
  const parts = [''];
  for (let i = 0; i < value.length; i++) {
    const letter = value[i]!;
    if (letter === '\\' && i + 1 < value.length) parts[parts.length - 1] += value[++i]!;
    else if (letter === '|') parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The words of a concept, or of its codings, begin with these. */
function textMatcher(value: string): (found: unknown) => boolean {
  const wanted = plain(unescape(value));
  return (found) => {
    const { text, display, coding = [] } = found as { text?: string; display?: string; coding?: { display?: string }[] };
    return [text, display, ...coding.map((one) => one.display)].some((words) => words !== undefined && plain(words).includes(wanted));
  };
}

/** Case and accents do not count; `:exact` is to the letter; `equals`, `starts` and `ends` are those of `_filter`. `isByWord`: of a name that may be written whole, the start of any of its words. */
function stringMatcher(value: string, modifier: string | undefined, isByWord: boolean): (found: unknown) => boolean {
  const wanted = unescape(value);
  if (modifier === 'exact') return (found) => found === wanted;
  const simple = plain(wanted);
  if (modifier === 'contains') return (found) => plain(String(found)).includes(simple);
  if (modifier === 'equals') return (found) => plain(String(found)) === simple;
  if (modifier === 'starts') return (found) => plain(String(found)).startsWith(simple);
  if (modifier === 'ends') return (found) => plain(String(found)).endsWith(simple);
  return isByWord ? (found) => ` ${plain(String(found))}`.includes(` ${simple}`) : (found) => plain(String(found)).startsWith(simple);
}

function dateJudge(param: Param, value: string, zone: string): Judge {
  const { prefix, rest } = readPrefixed(value);
  const wanted = dateSpan(rest, zone);
  if (!wanted) throw new Refusal('request.invalid', 'not a date of FHIR', { at: param.name });
  return overValues(param, (found) => {
    const span = spanOf(found, zone);
    return span !== undefined && isWithin(span, prefix, wanted);
  });
}

const ALWAYS: DateSpan = { low: -Infinity, high: Infinity };

function spanOf(found: unknown, zone: string): DateSpan | undefined {
  // What says no date of its own may have changed at any.
  if (found === ANY_DATE) return ALWAYS;
  if (typeof found === 'string') return dateSpan(found, zone);
  const { start, end } = found as { start?: string; end?: string };
  const from = start === undefined ? undefined : dateSpan(start, zone);
  const to = end === undefined ? undefined : dateSpan(end, zone);
  return from || to ? { low: from?.low ?? -Infinity, high: to?.high ?? Infinity } : undefined;
}

interface Quantity {
  value?: number;
  comparator?: string;
  unit?: string;
  system?: string;
  code?: string;
}

/**
 * `5.4`, `gt5.4|http://unitsofmeasure.org|mmol/L`, `5.4||mmol/L`: a quantity in another unit of the same kind is converted; what is not of the
 * same kind does not match. A value below what is measured (`<0.5`) stands for all that it can be.
 */
function quantityMatcher({ name }: Param, value: string): (found: unknown) => boolean {
  const [number = '', system = '', unit = ''] = splitTokens(value);
  const { prefix, rest } = readPrefixed(number);
  if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(rest)) throw new Refusal('request.invalid', 'not a number', { at: name });
  const wanted = spanOfDecimal(rest);
  return (found) => {
    // A unit of another system than it was said in is not that unit, even under the same letters.
    if (system !== '' && canonical((found as Quantity).system ?? '') !== canonical(system)) return false;
    const span = spanOfQuantity(found as Quantity, unit);
    return span !== undefined && isWithin(span, prefix, wanted);
  };
}

/** A decimal stands for all that rounds to it: 5.4 is from 5.35 to 5.45 (R4 §3.1.1.4.7). */
function spanOfDecimal(text: string): DateSpan {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const decimals = (mantissa.split('.')[1] ?? '').length;
  const half = 0.5 * 10 ** (Number(exponent) - decimals);
  return { low: Number(text) - half, high: Number(text) + half, exact: Number(text) };
}

function spanOfQuantity(quantity: Quantity, wantedUnit: string): DateSpan | undefined {
  const raw = numberOf(quantity.value);
  if (raw === undefined) return undefined;
  const value = wantedUnit === '' ? raw : convert(raw, quantity.code ?? quantity.unit, wantedUnit);
  if (value === undefined) return undefined;
  switch (quantity.comparator) {
    case '<':
    case '<=':
      return { low: -Infinity, high: value };
    case '>':
    case '>=':
      return { low: value, high: Infinity };
    default:
      return { low: value, high: value };
  }
}

/** A number, also one that keeps the digits it was printed with. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const text = (value as { rawJSON?: string } | undefined)?.rawJSON;
  return text === undefined ? undefined : Number(text);
}

function convert(value: number, from: string | undefined, to: string): number | undefined {
  if (from === to) return value;
  const bringing = bringTo({ unit: to }, from);
  if (bringing.kind === 'same') return value;
  return bringing.kind === 'converted' ? value * bringing.scale + bringing.offset : undefined;
}

function referenceJudge(param: Param, modifier: string | undefined, value: string): Judge {
  if (modifier === 'identifier')
    return overValues(param, (found) => tokenMatcher(value, undefined)((found as { identifier?: unknown }).identifier ?? {}));
  // An address of another server is of another resource, whatever it ends with.
  const local = /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(value)?.[1];
  const wanted = local === undefined ? param.targets!.map((type) => `${type}/${value}`) : [local];
  return (resource) => targetsOf(resource, param).some((target) => wanted.includes(target));
}

function compositeJudge({ parts, within, name }: Param, value: string, ground: Ground): Judge {
  const values = splitValues(value, '$');
  if (values.length !== 2) throw new Refusal('request.invalid', 'a composite has two values, separated by $', { at: name });
  const isMet = (resource: Resource) =>
    compositeParts(resource.resourceType, parts!).every((param, k) => judgesFor(param, values[k]!, ground)(resource));
  if (within === undefined) return isMet;
  return (resource) => valuesAt(resource, within).some((one) => isMet({ ...resource, [within]: [one] }));
}

const compositeParts = (type: string, parts: readonly [string, string]): Param[] => parts.map((part) => paramOf(type, part)!);
const judgesFor = (param: Param, value: string, ground: Ground) => valueJudge(param, undefined, value, ground);
