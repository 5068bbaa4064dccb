import { heldLinksOf, type Permission } from '#access';
import { patientsByIds, survivorsOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { patientResource, shareable } from '../make/people.ts';
import { plainId } from '../wire/ids.ts';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';
import { type Asking, type FhirDeps, open } from './door.ts';
import { shelveHolders } from './read-directory.ts';
import { checkScope, seenBySoftware } from './software.ts';
import { Shelf, type World } from './world.ts';

/** Those of a large hospital. */
const MOST_LINKS = 50_000;

/** Patients who are followed on one ground by one person, or by all who treat at one structure. */
export interface FollowedGroup {
  id: string;
  kind: string;
  /** `rpps:…` or `structure:FINESS`. */
  holder: string;
  /** The record that is read of each, and since when they are followed (ISO 8601). */
  members: Map<string, string>;
}

const NAMES: Readonly<Record<string, string>> = {
  'treating-doctor': 'Patients dont c’est le médecin traitant',
  'care-team': 'Patients suivis par l’équipe de soins',
  consent: 'Patients qui ont donné leur accord',
  representative: 'Personnes représentées',
};

/**
 * The groups of patients that someone follows, as the care links say them: the patients of a treating doctor, of a care team, of a structure where one treats.
 * They are nobody else's: their identifiers say whose they are, and find nothing for others. A region has no other group to give.
 */
export async function groupsOf(tx: Sql, { who, now }: Asking): Promise<FollowedGroup[]> {
  const links = await heldLinksOf(tx, who, { now, limit: MOST_LINKS + 1 });
  // A part of a group would pass for all of it.
  if (links.length > MOST_LINKS)
    throw new Refusal('request.invalid', `more than ${MOST_LINKS} patients are followed here`, { at: 'Group' });
  const survivors = await survivorsOf(tx, [...new Set(links.map(({ patientId }) => patientId))]);
  const groups = new Map<string, FollowedGroup>();
  for (const { patientId, kind, holder, since } of links) {
    const id = plainId(`${kind}.${holder.replace(':', '-')}`);
    const group = groups.get(id) ?? { id, kind, holder, members: new Map<string, string>() };
    groups.set(id, group);
    const read = survivors.get(patientId) ?? patientId;
    if (!group.members.has(read)) group.members.set(read, since);
  }
  return [...groups.values()];
}

/** Behind the door of one's own patients: one event, as their list on the screens. `withPeople`: who they are is asked with them. */
export async function openGroups(
  deps: FhirDeps,
  asking: Asking,
  { permission, withPeople }: { permission: Permission; withPeople: boolean },
): Promise<World> {
  checkScope(asking.who, 'Group', permission, MANY);
  const shelf = await open(deps, asking, { action: 'patient.mine', object: 'Group' }, async (tx) => {
    const found = new Shelf();
    const groups = await groupsOf(tx, asking);
    if (withPeople) await shelveHolders(tx, found, [...new Set(groups.map(({ holder }) => holder))]);
    for (const group of groups) found.put(groupResource(group));
    const ids = withPeople ? [...new Set(groups.flatMap(({ members }) => [...members.keys()]))] : [];
    for (const patient of await patientsByIds(tx, ids)) found.put(patientResource(shareable(patient)));
    return found;
  });
  return seenBySoftware(shelf, asking.who, { patientId: MANY, zone: deps.zone });
}

/** What is of many patients is under no scope of the one that a software was launched on. */
const MANY = 'many';

function groupResource({ id, kind, holder, members }: FollowedGroup): Resource {
  const [, of = '', number = ''] = /^([a-z]+):(.*)$/.exec(holder) ?? [];
  return versionedByContent(
    compact({
      resourceType: 'Group',
      id,
      active: true,
      type: 'person',
      actual: true,
      code: { coding: [{ system: 'urn:cigogne:care-link', code: kind }], text: NAMES[kind] },
      name: NAMES[kind],
      quantity: members.size,
      managingEntity: { reference: `${of === 'structure' ? 'Organization' : 'Practitioner'}/${plainId(number)}` },
      member: [...members].map(([patientId, start]) => ({ entity: { reference: `Patient/${patientId}` }, period: { start } })),
    }),
  );
}
