/**
 * Reads a UCUM term of clinical biology: prefixes, atoms, exponents, annotations, products and quotients.
 *
 * A closed set of atoms, not all of UCUM: what is not here is unknown and stays as printed. Gauss (`G`), tesla (`T`), kelvin and
 * the other units of physics are left out on purpose, since French laboratories write `G/L` and `T/L` for giga and tera.
 * Source: UCUM 2.1, §2 grammar, §3 annotations, tables of units and prefixes.
 */

/** A unit taken apart. Two units convert by plain scaling when their `kind` is the same. */
export interface Unit {
  /** Case-sensitive UCUM code. */
  ucum: string;
  /** Size in base units: `mantissa × 10^exponent`. Kept apart so that a change of prefix stays an exact shift. */
  mantissa: number;
  exponent: number;
  /** What is measured over what, never cancelled: `mg/g` is `M/M`, `mmol/mol` is `N/N`, `%` is `percent`. */
  kind: string;
}

type Base = readonly [symbol: string, power: number];
type Atom = readonly [mantissa: number, exponent: number, bases: readonly Base[]];

/** Base symbols: M mass, N amount, L length, T time, U catalytic activity, P pressure; an arbitrary unit is its own base. */
const METRIC: Readonly<Record<string, Atom>> = {
  g: [1, 0, [['M', 1]]],
  mol: [1, 0, [['N', 1]]],
  m: [1, 0, [['L', 1]]],
  L: [1, -3, [['L', 3]]],
  l: [1, -3, [['L', 3]]],
  s: [1, 0, [['T', 1]]],
  U: [1, 0, [['U', 1]]],
  // 1 U = 1 µmol/min, so 1 kat = 1 mol/s = 60 × 10^6 U
  kat: [6, 7, [['U', 1]]],
  '[IU]': [1, 0, [['IU', 1]]],
  '[iU]': [1, 0, [['IU', 1]]],
  osm: [1, 0, [['osm', 1]]],
  eq: [1, 0, [['eq', 1]]],
  Pa: [1, 0, [['P', 1]]],
  'm[Hg]': [133_322, 0, [['P', 1]]],
  bar: [1, 5, [['P', 1]]],
  V: [1, 0, [['V', 1]]],
};

const PLAIN: Readonly<Record<string, Atom>> = {
  '%': [1, 0, [['percent', 1]]],
  '[ppth]': [1, -1, [['percent', 1]]],
  min: [60, 0, [['T', 1]]],
  h: [3600, 0, [['T', 1]]],
  d: [86_400, 0, [['T', 1]]],
  wk: [604_800, 0, [['T', 1]]],
  mo: [2_629_800, 0, [['T', 1]]],
  a: [31_557_600, 0, [['T', 1]]],
  Cel: [1, 0, [['Cel', 1]]],
  '[pH]': [1, 0, [['pH', 1]]],
  "[arb'U]": [1, 0, [['arb', 1]]],
  '[CFU]': [1, 0, [['CFU', 1]]],
  '[PFU]': [1, 0, [['PFU', 1]]],
  "[GPL'U]": [1, 0, [['GPL', 1]]],
  "[MPL'U]": [1, 0, [['MPL', 1]]],
  "[APL'U]": [1, 0, [['APL', 1]]],
  '[HPF]': [1, 0, [['HPF', 1]]],
  '[LPF]': [1, 0, [['LPF', 1]]],
};

/** Only the prefixes that laboratories use: a rarer one is more likely a misreading than a unit. */
const PREFIXES: Readonly<Record<string, number>> = { k: 3, d: -1, c: -2, m: -3, u: -6, n: -9, p: -12, f: -15, M: 6 };

/** Annotations that only repeat what the analyte already says. Any other annotation makes another unit. */
const NEUTRAL = /^\{(?:ratio|cells?|count|elts?|nb|creat(?:inine)?|stool|feces|RBCs?|protein)\}$/i;

/** Written on either side of the slash (`ng{FEU}/mL`, `ng/mL{FEU}`) and always about what is measured. */
const NUMERATOR_ONLY = new Set(['{FEU}', '{DDU}']);

const TOKEN = /\.|\/|\(|\)|\{[^{}]*\}|10[*^][+-]?\d+|\d+(?![\d*^])|(?:[A-Za-z%]|\[[^[\]]*\])+[+-]?\d*/y;
const SIMPLE = /^((?:[A-Za-z%]|\[[^[\]]*\])+?)([+-]?\d+)?$/;

/** Whole factors met in laboratory units: hours, per 100 cells, thousands. Any other is a misprint, such as `109` for 10⁹. */
const FACTORS = new Set([1, 12, 24, 48, 72, 100, 1000]);

interface Parts {
  mantissa: number;
  exponent: number;
  over: string[];
  under: string[];
}

/** The unit, or undefined when the text is not a term of the atoms above. Never throws. */
export function parseUcum(text: string): Unit | undefined {
  if (text.length > 40) return undefined;
  const tokens = tokenize(text);
  if (!tokens) return undefined;
  const parts: Parts = { mantissa: 1, exponent: 0, over: [], under: [] };
  const end = readTerm(tokens, 0, 1, parts);
  if (end !== tokens.length) return undefined;
  const side = (symbols: string[]) => symbols.toSorted().join('·');
  return {
    ucum: text.replaceAll('10^', '10*'),
    mantissa: parts.mantissa,
    exponent: parts.exponent,
    kind: parts.under.length > 0 ? `${side(parts.over) || '1'}/${side(parts.under)}` : side(parts.over) || '1',
  };
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    tokens.push(found[0]);
  }
  return tokens.length > 0 ? tokens : undefined;
}

/** Reads `component ((. or /) component)*` and gives where it stopped, or -1. */
function readTerm(tokens: readonly string[], start: number, sign: 1 | -1, parts: Parts): number {
  let at = start;
  let direction = sign;
  if (tokens[at] === '/') {
    direction = -sign as 1 | -1;
    at += 1;
  }
  for (;;) {
    at = readComponent(tokens, at, direction, parts);
    if (at < 0) return -1;
    const operator = tokens[at];
    if (operator !== '.' && operator !== '/') return at;
    direction = operator === '/' ? (-sign as 1 | -1) : sign;
    at += 1;
  }
}

function readComponent(tokens: readonly string[], at: number, sign: 1 | -1, parts: Parts): number {
  const token = tokens[at];
  if (token === undefined) return -1;
  if (token === '(') {
    const end = readTerm(tokens, at + 1, sign, parts);
    return end > 0 && tokens[end] === ')' ? end + 1 : -1;
  }
  if (token.startsWith('{')) return annotate(token, sign, parts) + at;
  if (!multiply(token, sign, parts)) return -1;
  const next = tokens[at + 1];
  return next?.startsWith('{') ? annotate(next, sign, parts) + at + 1 : at + 1;
}

function annotate(annotation: string, sign: 1 | -1, parts: Parts): 1 {
  if (NEUTRAL.test(annotation)) return 1;
  const isOfNumerator = sign > 0 || NUMERATOR_ONLY.has(annotation);
  (isOfNumerator ? parts.over : parts.under).push(annotation);
  return 1;
}

function multiply(token: string, sign: 1 | -1, parts: Parts): boolean {
  if (/^10[*^]/.test(token)) {
    parts.exponent += sign * Number(token.slice(3));
    return true;
  }
  if (/^\d+$/.test(token)) {
    const factor = Number(token);
    if (!FACTORS.has(factor)) return false;
    parts.mantissa *= sign > 0 ? factor : 1 / factor;
    return true;
  }
  const [, symbol, power] = SIMPLE.exec(token) ?? [];
  const found = symbol === undefined ? undefined : findAtom(symbol);
  const times = power === undefined ? 1 : Number(power);
  if (!found || times === 0 || Math.abs(times) > 9) return false;
  const [[mantissa, exponent, bases], prefix] = found;
  parts.mantissa *= mantissa ** (sign * times);
  parts.exponent += sign * times * (exponent + prefix);
  const side = sign * times > 0 ? parts.over : parts.under;
  for (const [base, basePower] of bases) side.push(`${base}${Math.abs(basePower * times) === 1 ? '' : Math.abs(basePower * times)}`);
  return true;
}

function findAtom(symbol: string): readonly [Atom, number] | undefined {
  const plain = own(METRIC, symbol) ?? own(PLAIN, symbol);
  if (plain) return [plain, 0];
  const prefix = own(PREFIXES, symbol.slice(0, 1));
  const atom = own(METRIC, symbol.slice(1));
  return prefix === undefined || !atom ? undefined : [atom, prefix];
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** How many of `to` one `from` is, for two units of the same kind. */
export function scaleBetween(from: Unit, to: Unit): number {
  const shift = from.exponent - to.exponent;
  const ratio = from.mantissa / to.mantissa;
  return shift >= 0 ? ratio * 10 ** shift : ratio / 10 ** -shift;
}
