import { CATALOGUE_VERSION } from '#terminology';
import type { HeldSet } from '../search/value-sets.ts';
import { valueSets } from '../search/value-sets.ts';
import { type Resource, versionedByContent } from '../wire/resource.ts';
import { Shelf } from './world.ts';

export const LOINC = 'http://loinc.org';
const [DAY] = CATALOGUE_VERSION.split('.') as [string];

let shelf: Shelf | undefined;

/** The value sets of the catalogue of analytes, as resources: the same for everybody. */
export function valueSetShelf(): Shelf {
  if (shelf) return shelf;
  shelf = new Shelf();
  for (const set of valueSets()) shelf.put(valueSetResource(set));
  return shelf;
}

/** FHIR R4 ValueSet, without its codes: what its definition and its expansion have in common. */
export const headOf = ({ id, url, title, description }: HeldSet): Resource => ({
  resourceType: 'ValueSet',
  id,
  url,
  version: CATALOGUE_VERSION,
  // A name that programs can bear: letters, digits, underscores (invariant vsd-0).
  name: `Cigogne_${id.replaceAll(/[^A-Za-z0-9]/g, '_')}`,
  title,
  status: 'active',
  experimental: false,
  date: DAY,
  publisher: 'Cigogne',
  description,
  copyright: 'LOINC: Regenstrief Institute, Inc. and the LOINC Committee, https://loinc.org/license',
});

const valueSetResource = (set: HeldSet): Resource =>
  versionedByContent({
    ...headOf(set),
    meta: { lastUpdated: `${DAY}T00:00:00Z`, versionId: '' },
    compose: { include: [{ system: LOINC, concept: [...set.names].map(([code, display]) => ({ code, display })) }] },
  } as Resource);
