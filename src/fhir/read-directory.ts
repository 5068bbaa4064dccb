import { practitioner, type Practitioner, structure, structures } from '#directory';
import type { Sql } from '#kernel';
import { plainId } from './ids.ts';
import { EPOCH, organizationResource } from './make-people.ts';
import { compact, type Resource } from './resource.ts';
import type { Query } from './search-query.ts';
import { Shelf } from './world.ts';

const PROFESSIONALS = 'urn:oid:1.2.250.1.71.4.2.1';

/** The places and people that a request of the directory concerns. People are found by their number. */
export async function readDirectory(sql: Sql, asked: Query | { type: string; id: string }): Promise<Shelf> {
  const shelf = new Shelf();
  if (asked.type === 'Organization') {
    for (const place of await structures(sql)) shelf.put(organizationResource(place));
    return shelf;
  }
  for (const rpps of numbersOf(asked)) {
    const person = await practitioner(sql, rpps);
    if (!person) continue;
    shelf.put(practitionerResource(person));
    for (const finess of person.structures) {
      shelf.put(roleResource(person, finess));
      const place = await structure(sql, finess);
      if (place) shelf.put(organizationResource(place));
    }
  }
  return shelf;
}

/** RPPS with or without the `8` of the national identifier. */
function numbersOf(asked: Query | { type: string; id: string }): string[] {
  const said =
    'id' in asked
      ? [asked.id]
      : asked.filters
          .filter(({ param }) => ['_id', 'identifier', 'practitioner'].includes(param.name))
          .flatMap(({ values, chain }) => [...values, ...(chain?.filter.values ?? [])]);
  const digits = said.map((value) => /(\d{11,12})(?:-\w+)?$/.exec(value)?.[1]).filter((number) => number !== undefined);
  return digits.map((number) => (number.length === 11 ? `8${number}` : number));
}

function practitionerResource({ rpps, family, given, title, profession, mailboxes }: Practitioner): Resource {
  return compact({
    resourceType: 'Practitioner',
    id: plainId(rpps),
    meta: { versionId: '1', lastUpdated: EPOCH },
    identifier: [
      { system: PROFESSIONALS, value: rpps },
      ...(rpps.startsWith('8') && rpps.length === 12 ? [{ system: 'https://rpps.esante.gouv.fr', value: rpps.slice(1) }] : []),
    ],
    active: true,
    name: [compact({ family, given: [given], prefix: title === undefined ? undefined : [title] })],
    telecom: mailboxes.map((value) => ({ system: 'email', value, use: 'work' })),
    qualification: profession === undefined ? [] : [{ code: { coding: [{ code: profession }] } }],
  });
}

function roleResource({ rpps, family, given, speciality, mailboxes }: Practitioner, finess: string): Resource {
  return compact({
    resourceType: 'PractitionerRole',
    id: plainId(`${rpps}-${finess}`),
    meta: { versionId: '1', lastUpdated: EPOCH },
    active: true,
    practitioner: { reference: `Practitioner/${plainId(rpps)}`, display: `${given} ${family}` },
    organization: { reference: `Organization/${plainId(finess)}` },
    specialty: speciality === undefined ? [] : [{ coding: [{ code: speciality }] }],
    telecom: mailboxes.map((value) => ({ system: 'email', value })),
  });
}
