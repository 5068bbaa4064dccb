import { expect, test } from 'vitest';
import type { Resource } from '../wire/resource.ts';
import { Shelf } from '../world/world.ts';
import { readQuery } from './query.ts';
import { search } from './search.ts';

const LOINC = 'http://loinc.org';
const coding = (system: string | undefined, code: string) => ({ ...(system !== undefined && { system }), code });

/** Results of ten codes, some with a local one beside, some with the same code of another system. */
const world = new Shelf();
for (let n = 0; n < 120; n += 1) {
  const own = coding(n % 7 === 0 ? 'urn:local' : n % 11 === 0 ? undefined : LOINC, `${n % 10}-0`);
  world.put({
    resourceType: 'Observation',
    id: `o${String(n).padStart(3, '0')}`,
    status: n % 5 === 0 ? 'amended' : 'final',
    code: { coding: n % 3 === 0 ? [own, coding('urn:local', `K${n % 4}`)] : [own] },
  } as Resource);
}

test.each<[string, string][][]>([
  [[['code', `${LOINC}|3-0`]]],
  [[['code', 'urn:oid:2.16.840.1.113883.6.1|3-0']]],
  [[['code', '3-0']]],
  [[['code', '|1-0']]],
  [[['code', 'urn:local|']]],
  [[['code', '3-0,urn:local|K3,K0,nothing']]],
  [[['code:not', '3-0']]],
  [
    [
      ['code', '3-0,5-0'],
      ['status', 'amended'],
    ],
  ],
  [
    [
      ['status', 'final'],
      ['code', 'K1'],
    ],
  ],
])('finds the same once the codes of a list are written down: %j', (pairs) => {
  const asked = readQuery('Observation', [...pairs, ['_count', '200']]);
  const once = () => search(asked, { world, zone: 'Europe/Paris' }, '');
  const plain = search(
    asked,
    { world: { all: (type) => [...world.all(type)], find: () => undefined, history: () => [] }, zone: 'Europe/Paris' },
    '',
  );
  expect(plain.total).toBeGreaterThan(0);
  for (const found of [once(), once(), once()]) expect(found).toEqual(plain);
});
