import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Shelf } from '../world/world.ts';
import { readQuery } from './query.ts';
import { search } from './search.ts';

/** A search answers what someone would who looks at each result in turn, for any results and any question: judged on a model that knows no FHIR. */

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const CODES = ['2823-3', '2951-2', '14682-9'];
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03'];
const TYPES = ['BLD', 'UR'];
const RUNS = { numRuns: 150 };

interface Result {
  code: number;
  day: number;
  value: number | undefined;
  specimen: number | undefined;
}
interface Made {
  /** Types of the specimens. */
  specimens: number[];
  results: Result[];
}

const index = (list: readonly unknown[]) => fc.nat(list.length - 1);
const made: fc.Arbitrary<Made> = fc.record({
  specimens: fc.array(index(TYPES), { minLength: 1, maxLength: 3 }),
  results: fc.array(
    fc.record({
      code: index(CODES),
      day: index(DAYS),
      value: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      specimen: fc.option(fc.nat(2), { nil: undefined }),
    }),
    { maxLength: 8 },
  ),
});

const specimenOf = ({ specimen }: Result, { specimens }: Made) => (specimen === undefined ? undefined : specimen % specimens.length);

function shelf(world: Made): Shelf {
  const shelf = new Shelf();
  const meta = { versionId: '1', lastUpdated: '2026-03-04T00:00:00Z' };
  for (const [n, type] of world.specimens.entries())
    shelf.put({ resourceType: 'Specimen', id: `s${n}`, meta, type: { coding: [{ code: TYPES[type] }] } });
  for (const [n, result] of world.results.entries()) {
    const specimen = specimenOf(result, world);
    shelf.put({
      resourceType: 'Observation',
      id: `o${n}`,
      meta,
      status: 'final',
      code: { coding: [{ system: LOINC, code: CODES[result.code] }] },
      effectiveDateTime: `${DAYS[result.day]}T08:00:00+01:00`,
      ...(result.value !== undefined && { valueQuantity: { value: result.value, unit: 'mmol/L', system: UCUM, code: 'mmol/L' } }),
      ...(specimen !== undefined && { specimen: { reference: `Specimen/s${specimen}` } }),
    });
  }
  return shelf;
}

const PREFIXES = {
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
  gt: (a: number, b: number) => a > b,
  lt: (a: number, b: number) => a < b,
  ge: (a: number, b: number) => a >= b,
  le: (a: number, b: number) => a <= b,
};
const prefix = fc.constantFrom(...(Object.keys(PREFIXES) as (keyof typeof PREFIXES)[]));

/** A condition, and who meets it. */
interface Condition {
  pair: [string, string];
  holds: (result: Result, world: Made) => boolean;
}
const typeOf = (result: Result, world: Made) => {
  const specimen = specimenOf(result, world);
  return specimen === undefined ? undefined : world.specimens[specimen];
};

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(fc.uniqueArray(index(CODES), { minLength: 1 }), fc.boolean()).map(
    ([codes, isNot]): Condition => ({
      pair: [isNot ? 'code:not' : 'code', codes.map((code) => `${LOINC}|${CODES[code]}`).join(',')],
      holds: ({ code }) => codes.includes(code) !== isNot,
    }),
  ),
  fc.tuple(prefix, index(DAYS)).map(
    ([op, day]): Condition => ({
      pair: ['date', `${op}${DAYS[day]}`],
      holds: (result) => PREFIXES[op](result.day, day),
    }),
  ),
  fc.tuple(prefix, fc.integer({ min: 1, max: 9 })).map(
    ([op, value]): Condition => ({
      pair: ['value-quantity', `${op}${value}.0|${UCUM}|mmol/L`],
      holds: (result) => result.value !== undefined && PREFIXES[op](result.value, value),
    }),
  ),
  fc.boolean().map(
    (isMissing): Condition => ({
      pair: ['value-quantity:missing', String(isMissing)],
      holds: ({ value }) => (value === undefined) === isMissing,
    }),
  ),
  fc.tuple(index(CODES), fc.constantFrom('gt', 'le'), fc.integer({ min: 1, max: 9 })).map(
    ([code, op, value]): Condition => ({
      pair: ['code-value-quantity', `${LOINC}|${CODES[code]}$${op}${value}`],
      holds: (result) => result.code === code && result.value !== undefined && PREFIXES[op as 'gt' | 'le'](result.value, value),
    }),
  ),
  index(TYPES).map(
    (type): Condition => ({
      pair: ['specimen.type', TYPES[type]!],
      holds: (result, world) => typeOf(result, world) === type,
    }),
  ),
  fc.tuple(index(CODES), index(DAYS)).map(
    ([code, day]): Condition => ({
      pair: ['_filter', `code eq ${CODES[code]} or not (date le ${DAYS[day]})`],
      holds: (result) => result.code === code || result.day > day,
    }),
  ),
);

const ground = (world: Made) => ({ world: shelf(world), zone: 'Europe/Paris' });
const idsOf = (entry: readonly Record<string, unknown>[] = [], mode = 'match') =>
  entry.filter(({ search: one }) => (one as { mode: string }).mode === mode).map(({ resource }) => (resource as { id: string }).id);

test('results that meet every condition, and no other, in any number of pages; sorted either way, what has no value is last', () => {
  const sorted = fc.constantFrom('value-quantity', '-value-quantity');
  fc.assert(
    fc.property(made, fc.array(condition, { maxLength: 3 }), fc.integer({ min: 1, max: 4 }), sorted, (world, conditions, count, sort) => {
      const expected = world.results.flatMap((result, n) => (conditions.every(({ holds }) => holds(result, world)) ? [`o${n}`] : []));
      const pairs: [string, string][] = [...conditions.map(({ pair }) => pair), ['_count', String(count)], ['_sort', sort]];
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const more: [string, string][] = cursor === undefined ? [] : [['_cursor', cursor]];
        const { entry, link = [], total } = search(readQuery('Observation', [...pairs, ...more]), ground(world), 'http://x');
        expect(total).toBe(expected.length);
        found.push(...idsOf(entry));
        const next = link.find(({ relation }) => relation === 'next');
        cursor = next ? new URL(next.url).searchParams.get('_cursor') : null;
      }
      expect(found.toSorted()).toEqual(expected.toSorted());
      const values = found.map((id) => world.results[Number(id.slice(1))]!.value ?? (sort.startsWith('-') ? -Infinity : Infinity));
      expect(values).toEqual(values.toSorted((a, b) => (sort.startsWith('-') ? b - a || 0 : a - b || 0)));
    }),
    RUNS,
  );
});

test('specimens of which some result meets a condition; and with them all that leads to them, and what that leads to', () => {
  fc.assert(
    fc.property(made, index(CODES), (world, code) => {
      const pairs: [string, string][] = [
        ['_has:Observation:specimen:code', CODES[code]!],
        ['_revinclude', 'Observation:specimen'],
        ['_include:iterate', 'Observation:specimen'],
      ];
      const { entry } = search(readQuery('Specimen', pairs), ground(world), 'http://x');
      const found = world.specimens.flatMap((_, s) =>
        world.results.some((result) => result.code === code && specimenOf(result, world) === s) ? [s] : [],
      );
      const led = world.results.flatMap((result, n) => (found.includes(specimenOf(result, world)!) ? [`o${n}`] : []));
      expect(idsOf(entry).toSorted()).toEqual(found.map((s) => `s${s}`).toSorted());
      expect(idsOf(entry, 'include').toSorted()).toEqual(led.toSorted());
    }),
    RUNS,
  );
});
