import type { Place, Professional, Structure } from '#directory';
import { plainId } from '../wire/ids.ts';
import { FR_CORE, NUMBER_TYPES } from './people.ts';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';

/** The directory as resources, in the shape of the public data of the national one (Annuaire Santé 1.1: as-dp-*, on FR Core). */
const ANNUAIRE = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition';
const PROFESSIONALS = 'urn:oid:1.2.250.1.71.4.2.1';
const STRUCTURES = 'urn:oid:1.2.250.1.71.4.2.2';
const RPPS = 'https://rpps.esante.gouv.fr';
const nos = (table: string) => `https://mos.esante.gouv.fr/NOS/${table}/FHIR/${table.replace('_', '-')}`;
const PROFESSIONS = nos('TRE_G15-ProfessionSante');
const SPECIALITIES = nos('TRE_R38-SpecialiteOrdinale');

const metaOf = (core: string, annuaire: string) => ({
  versionId: '',
  profile: [`${FR_CORE}/StructureDefinition/${core}`, `${ANNUAIRE}/${annuaire}`],
});
const versioned = (resource: Resource): Resource => versionedByContent(compact(resource));
const number = (code: string, system: string, value: string) => ({
  use: 'official',
  type: { coding: [{ system: NUMBER_TYPES, code }] },
  system,
  value,
});
/** An address of the secure mail of health, said to be one. */
const mailbox = (value: string) => ({
  extension: [
    {
      url: `${FR_CORE}/StructureDefinition/fr-core-contact-point-email-type`,
      valueCoding: { system: nos('TRE_R256-TypeMessagerie'), code: 'MSSANTE' },
    },
  ],
  system: 'email',
  value,
});
const concept = (system: string, code: string, display: string | null) => ({
  coding: [compact({ system, code, display: display ?? undefined })],
  ...(display !== null && { text: display }),
});

/** JDV_J01 writes the table before the code: `G15_10`. A profession of another table than the one of health professions keeps its code alone. */
function professionConcept(profession: string, label: string | null) {
  const code = /^(?:G15_)?(\d+)$/.exec(profession)?.[1];
  return code === undefined
    ? { coding: [{ code: profession }], ...(label !== null && { text: label }) }
    : concept(PROFESSIONS, code, label);
}

/** A place of care as a report names it. `finess`: nine characters, or the whole national identifier of a structure that has no FINESS. */
export function organizationResource({ finess, name, kind, place }: Pick<Structure, 'finess' | 'name'> & Partial<Structure>): Resource {
  return versioned({
    resourceType: 'Organization',
    id: plainId(finess),
    meta: metaOf('fr-core-organization', 'as-dp-organization'),
    identifier: numbersOf(finess),
    active: true,
    type: kind === undefined ? undefined : [{ text: kind }],
    name,
    address: place === undefined ? undefined : [{ city: place }],
  });
}

const isFiness = (text: string) => /^\d[\dAB]\d{7}$/.test(text);
const numbersOf = (finess: string) =>
  isFiness(finess)
    ? [number('FINEG', 'https://finess.esante.gouv.fr', finess), number('IDNST', STRUCTURES, `1${finess}`)]
    : [number('IDNST', STRUCTURES, finess)];

/** A place of the directory, with how to write to it. */
export function placeResource({ siteId, finess, siret, name, kind, street, postalCode, city, phone, mailboxes }: Place): Resource {
  const address = compact({
    line: street === null ? undefined : [street],
    postalCode: postalCode ?? undefined,
    city: city ?? undefined,
  });
  return versioned({
    resourceType: 'Organization',
    id: plainId(siteId),
    meta: metaOf('fr-core-organization', 'as-dp-organization'),
    identifier: [
      ...(finess !== null || siret === null ? numbersOf(finess ?? siteId) : [number('IDNST', STRUCTURES, `3${siret}`)]),
      ...(siret === null ? [] : [number('SIRET', 'https://sirene.fr', siret)]),
    ],
    active: true,
    type: kind === null ? undefined : [{ text: kind }],
    name,
    telecom: [...(phone === null ? [] : [{ system: 'phone', value: phone }]), ...mailboxes.map(mailbox)],
    address: Object.keys(address).length > 0 ? [address] : undefined,
  });
}

/** The same place as somewhere to go (IHE mCSD: a facility is an Organization and a Location). */
export function locationResource(place: Place): Resource {
  const { id, identifier, name, telecom, address } = placeResource(place);
  return versioned({
    resourceType: 'Location',
    id,
    meta: { versionId: '', profile: [`${FR_CORE}/StructureDefinition/fr-core-location`] },
    identifier,
    status: 'active',
    mode: 'instance',
    name,
    telecom,
    address: Array.isArray(address) ? (address as unknown[])[0] : undefined,
    managingOrganization: { reference: `Organization/${id}`, display: name },
  });
}

export function practitionerResource(person: Professional): Resource {
  const { rpps, family, given, title, profession, professionLabel, speciality, specialityLabel, mailboxes } = person;
  return versioned({
    resourceType: 'Practitioner',
    id: plainId(rpps),
    meta: metaOf('fr-core-practitioner', 'as-dp-practitioner'),
    identifier: [
      number('IDNPS', PROFESSIONALS, rpps),
      ...(rpps.startsWith('8') && rpps.length === 12 ? [number('RPPS', RPPS, rpps.slice(1))] : []),
    ],
    active: true,
    name: [compact({ use: 'usual', family, given: [given], prefix: title === null ? undefined : [title] })],
    telecom: mailboxes.map(mailbox),
    qualification: [
      ...(profession === null ? [] : [{ code: professionConcept(profession, professionLabel) }]),
      ...(speciality === null ? [] : [{ code: concept(SPECIALITIES, speciality, specialityLabel) }]),
    ],
  });
}

/** One place where someone practises: their situation there. */
export function roleResource(person: Professional, { siteId, speciality, specialityLabel }: Professional['practices'][number]): Resource {
  const { rpps, family, given, mailboxes } = person;
  const own = speciality ?? person.speciality;
  return versioned({
    resourceType: 'PractitionerRole',
    id: roleId(rpps, siteId, speciality),
    meta: metaOf('fr-core-practitioner-role', 'as-dp-practitionerrole'),
    active: true,
    practitioner: { reference: `Practitioner/${plainId(rpps)}`, display: `${given} ${family}` },
    organization: { reference: `Organization/${plainId(siteId)}` },
    code: person.profession === null ? [] : [professionConcept(person.profession, person.professionLabel)],
    specialty: own === null ? [] : [concept(SPECIALITIES, own, speciality === null ? person.specialityLabel : specialityLabel)],
    telecom: mailboxes.map(mailbox),
  });
}

/** Someone may practise two specialities at one place. */
const roleId = (rpps: string, siteId: string, speciality: string | null) =>
  plainId([rpps, siteId, ...(speciality === null ? [] : [speciality.replace(/[^A-Za-z0-9]/g, '.')])].join('-'));
