import { choicesOfPatient, linksOfPatient, passDoor } from '#access';
import { holderName } from '#directory';
import { patientsByIds } from '#identity';
import { careTeam, consents } from '../make/circle.ts';
import { patientResource, shareable } from '../make/people.ts';
import { type Asked, type Asking, type FhirDeps, noteAsked, viaOf } from './door.ts';
import { shelveHolders } from './read-directory.ts';
import { checkScope, seenBySoftware } from './software.ts';
import { Shelf, type World } from './world.ts';

/** Who may open a record, and what its owner decided of it. */
export const CIRCLE: ReadonlySet<string> = new Set(['CareTeam', 'Consent']);

/** Told as on the screens (« Partage du dossier »): to the patient alone, with one event. Whoever is shut out is not told so, nor by whom. */
export async function openCircle(
  deps: FhirDeps,
  asking: Asking,
  patientId: string,
  { type, permission, object, withPeople = false }: Asked & { /** Who it names is asked with it. */ withPeople?: boolean },
): Promise<World> {
  const { who, now } = asking;
  const mayAsk = (read: string) => checkScope(who, type, permission, read);
  const door = { who, now, via: viaOf(who), action: 'sharing.read', patientId, isFollowed: true, mayAsk, object } as const;
  const [shelf, read] = await passDoor(deps.db, door, async (tx, { homes }) => {
    const own = homes[0]!;
    noteAsked(asking, own, object);
    const [links, choices] = await Promise.all([linksOfPatient(tx, own, now), choicesOfPatient(tx, own, now)]);
    const names = new Map<string, string | undefined>();
    for (const { holder } of [...links, ...choices]) if (!names.has(holder)) names.set(holder, await holderName(tx, holder));
    const nameOf = (holder: string) => names.get(holder);
    const told = new Shelf();
    told.put(careTeam(own, links, nameOf));
    for (const consent of consents(own, choices, nameOf)) told.put(consent);
    if (withPeople) {
      for (const patient of await patientsByIds(tx, [own])) told.put(patientResource(shareable(patient)));
      await shelveHolders(tx, told, [...names.keys()]);
    }
    return [told, own] as const;
  });
  return seenBySoftware(shelf, who, { patientId: read, zone: deps.zone });
}
