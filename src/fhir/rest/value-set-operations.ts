import { Refusal } from '#kernel';
import { canonical } from '../search/match.ts';
import { type HeldSet, valueSet } from '../search/value-sets.ts';
import { headOf, LOINC } from '../world/value-sets.ts';
import type { Resource } from '../wire/resource.ts';

/** An operation on a value set: named by its id in the address, or by `url`. */
interface Asked {
  id: string | undefined;
  pairs: readonly [string, string][];
  strict: boolean;
}

/** As many as a page of a search. */
const MOST = 1_000;

/**
 * `ValueSet/$expand`, `ValueSet/[id]/$expand`: the codes of a set, all or those whose code or name holds `filter`, from `offset` on, `count` of them.
 * Source: FHIR R4 ValueSet $expand.
 * @throws Refusal `request.not-found` for a set that is not held; `request.invalid`
 */
export function expand(asked: Asked): Resource {
  const said = readSaid(asked, [
    'url',
    'valueSetVersion',
    'filter',
    'offset',
    'count',
    'includeDesignations',
    'activeOnly',
    'displayLanguage',
  ]);
  const set = setOf(asked, said);
  const filter = (said.get('filter') ?? '').toLowerCase();
  const offset = wholeNumber(said, 'offset', 0);
  const count = Math.min(MOST, wholeNumber(said, 'count', MOST));
  const found = [...set.names].filter(([code, name]) => `${code} ${name}`.toLowerCase().includes(filter));
  const { id, ...head } = headOf(set);
  return {
    ...head,
    id,
    expansion: {
      identifier: `${set.url}|${String(head['version'])}`,
      timestamp: `${String(head['date'])}T00:00:00Z`,
      total: found.length,
      offset,
      contains: found.slice(offset, offset + count).map(([code, display]) => ({ system: LOINC, code, display })),
    },
  } as Resource;
}

/**
 * `ValueSet/$validate-code`: is a code of a set? A system other than LOINC is of none.
 * Source: FHIR R4 ValueSet $validate-code.
 */
export function validateCode(asked: Asked): { resourceType: 'Parameters'; parameter: unknown[] } {
  const said = readSaid({ ...asked, pairs: asked.pairs.flatMap(codeAndSystem) }, [
    'url',
    'valueSetVersion',
    'code',
    'system',
    'display',
    'displayLanguage',
  ]);
  const set = setOf(asked, said);
  const code = said.get('code');
  if (code === undefined)
    throw new Refusal('request.invalid', 'the code to look for is said (code, coding or codeableConcept)', { at: 'code' });
  const name = canonical(said.get('system') ?? LOINC) === LOINC ? set.names.get(code) : undefined;
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'result', valueBoolean: name !== undefined },
      name === undefined
        ? { name: 'message', valueString: `${code.slice(0, 60)} is not in ${set.url}` }
        : { name: 'display', valueString: name },
    ],
  };
}

/** A code said whole (`coding`, the first of `codeableConcept`) is its two parts. */
function codeAndSystem([name, value]: readonly [string, string]): [string, string][] {
  if (name !== 'coding' && name !== 'codeableConcept') return [[name, value]];
  const [first = ''] = value.split(',');
  const cut = first.indexOf('|');
  return [
    ['code', first.slice(cut + 1)],
    ['system', first.slice(0, Math.max(0, cut))],
  ];
}

function readSaid({ pairs, strict }: Asked, known: readonly string[]): ReadonlyMap<string, string> {
  const unknown = pairs.find(([name]) => !known.includes(name) && !/^_(?:format|pretty)$/.test(name));
  if (strict && unknown)
    throw new Refusal('request.invalid', `the parameter ${unknown[0].slice(0, 60)} is not known here`, { at: unknown[0].slice(0, 60) });
  return new Map(pairs);
}

function setOf({ id }: Asked, said: ReadonlyMap<string, string>): HeldSet {
  const name = id === undefined ? said.get('url') : `ValueSet/${id}`;
  if (name === undefined) throw new Refusal('request.invalid', 'the value set is named by its id or by url', { at: 'url' });
  const set = valueSet(name);
  if (!set) throw new Refusal('request.not-found', `the value set ${name.slice(0, 120)} is not held here`, { at: 'url' });
  return set;
}

function wholeNumber(said: ReadonlyMap<string, string>, name: string, otherwise: number): number {
  const text = said.get(name) ?? String(otherwise);
  if (!/^\d{1,9}$/.test(text)) throw new Refusal('request.invalid', `${name} is a whole number`, { at: name });
  return Number(text);
}
