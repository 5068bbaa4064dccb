import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../../test/support/runs.ts';
import { Refusal } from '../../kernel/index.ts';
import { readPatch } from '../patch/patch.ts';
import { pairsOfText } from '../wire/answering.ts';
import { Shelf } from '../world/world.ts';
import { paramsOf, TYPES } from './params.ts';
import { readQuery } from './query.ts';
import { search } from './search.ts';

/** Whatever an address, a sentence or a patch says, it is answered or refused by our own words: never by a fault, never for long. */

const RUNS = { numRuns: runs(300) };
const BASE = 'http://localhost/fhir';
/** Far beyond any answer, and beyond any pause of a busy machine. */
const LONGEST_MS = 5_000;

const shelf = new Shelf();
shelf.put({
  resourceType: 'Observation',
  id: 'a',
  meta: { versionId: '1', lastUpdated: '2026-03-02T10:00:00Z' },
  code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
  effectiveDateTime: '2026-03-02',
  valueQuantity: { value: 4.1, comparator: '<', unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  subject: { reference: 'Patient/p' },
});

const words = [
  ...paramsOf('Observation').map(({ name }) => name),
  ...'_has _filter _include _revinclude _sort _count _cursor _elements _list _content _total'.split(' '),
  ...String.raw`: . , $ | \ ( ) " - not and or eq pr true Observation DiagnosticReport * % %00 +`.split(' '),
  ...'missing iterate of-type text identifier gt2026 9999 5.4e9 http://unitsofmeasure.org'.split(' '),
];
const said = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 8 }).map((parts) => parts.join(''));
const sentence = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(' '));

/** Nothing when it was answered or refused, and soon; else what went wrong. */
function fault(ask: () => unknown): unknown {
  const started = performance.now();
  try {
    ask();
  } catch (error) {
    if (!(error instanceof Refusal)) return error;
  }
  const ms = performance.now() - started;
  return ms < LONGEST_MS ? undefined : `${ms} ms`;
}

describe('whatever is asked is answered or refused', () => {
  const asked = (type: string, text: string) =>
    fault(() => search(readQuery(type, pairsOfText(text)), { world: shelf, zone: 'Europe/Paris' }, BASE));

  test('by an address', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), fc.array(fc.tuple(said, said), { maxLength: 4 }), (type, pairs) => {
        expect(asked(type, pairs.map(([name, value]) => `${name}=${value}`).join('&'))).toBeUndefined();
      }),
      RUNS,
    );
  });

  test('in an order of ten keys at most', () => {
    const sorted = (keys: number) => () => readQuery('Observation', [['_sort', Array.from({ length: keys }, () => '-date').join(',')]]);
    expect(sorted(10)).not.toThrow();
    expect(sorted(11)).toThrow('10 keys');
  });

  test('by a sentence', () => {
    fc.assert(
      fc.property(sentence, (text) => {
        expect(asked('Observation', `_filter=${encodeURIComponent(text)}`)).toBeUndefined();
      }),
      RUNS,
    );
  });

  test('of every parameter of every type: by any value, missing or not, and in order of it', () => {
    for (const type of TYPES)
      for (const { name } of paramsOf(type)) {
        const values = ['x', '1', '2026', 'a|b', 'x$1', 'Patient/x', ''].map((value) => `${name}=${value}`);
        for (const how of [
          ...values,
          `${name}:missing=true`,
          `${name}:missing=false`,
          `${name}:in=x`,
          `${name}:below=x`,
          `_sort=${name}`,
          `_sort=-${name}`,
        ])
          expect([how, asked(type, how)]).toEqual([how, undefined]);
      }
  });

  test('by a patch', () => {
    const operation = (path: string, value: string) => ({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: path },
            { name: 'value', valueString: value },
          ],
        },
      ],
    });
    const path = fc
      .array(
        fc.oneof(
          fc.constantFrom('Observation', '.code', '.where(', "coding.code='x'", ')', '[0]', "extension('u')"),
          fc.string({ maxLength: 4 }),
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, said, (at, value) => {
        const changed = (patch: unknown) =>
          fault(() => readPatch(Buffer.from(JSON.stringify(patch))).apply(shelf.find('Observation', 'a')!));
        expect([changed(operation(at, value)), changed([{ op: 'add', path: at, value }])]).toEqual([undefined, undefined]);
      }),
      RUNS,
    );
  });
});
