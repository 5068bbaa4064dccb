import { type LinkToRegister, registerLinks } from '#access';
import { registerPlaceMailboxes, registerPractitioners, registerSenders, registerStructures } from '#directory';
import { registerPatients } from '#identity';
import type { Db } from '#kernel';
import { demoAccounts, demoCareLinks, STORY_PATIENTS } from './accounts.ts';
import { dayText } from './clock.ts';
import { demoSecret } from './deposit-client.ts';
import { MAIL_DOMAIN, MAILING_BOX, MAILING_CLIENT, placeMailboxes } from './mailboxes.ts';
import { registerName } from './names.ts';
import type { Person } from './people.ts';
import { patientIdOf, type Population } from './population.ts';
import type { Region } from './region.ts';

/** Who says so, in the trail of care links. */
const SOURCE = 'source:demo';
const BATCH = 1_000;
const YEAR_MS = 365 * 86_400_000;

/** Registers the places, the professionals and the systems of the region. Again: no change, but for those that a newer version adds. */
export async function registerPlaces(db: Db, { region }: Population, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    await registerStructures(tx, region.structures.map(structureOf));
    await registerPractitioners(tx, practitionersOf(region));
    await registerPlaceMailboxes(tx, placeMailboxes());
    const connectedSince = new Date(now.getTime() - 10 * YEAR_MS);
    const common = { formats: ['cda-cr-bio'], state: 'production' as const, software: 'Cigogne-Démo', connectedSince };
    const senders = region.senders.map(({ clientId, name, structures }) => ({
      ...common,
      clientId,
      name,
      structures: [...structures],
      secret: demoSecret(clientId),
      ...(clientId === MAILING_CLIENT && { mailboxes: [MAILING_BOX] }),
    }));
    await registerSenders(tx, senders, 'demo');
  });
}

/** Registers the people, before the first report, and their care links. Again: no change. */
export async function registerPeople(db: Db, population: Population, now: Date): Promise<void> {
  const { size } = population;
  for (let first = 1; first <= size.patients; first += BATCH) {
    const people = Array.from({ length: Math.min(BATCH, size.patients - first + 1) }, (_, i) => population.person(first + i));
    await registerPatients(
      db,
      people.map((person) => patientOf(person, size.seed)),
      now,
    );
    await registerLinks(
      db,
      people.flatMap((person) => linksOf(person, size.seed, now)),
      SOURCE,
    );
  }
}

function structureOf({ finess, name, kind, city, phone, ...more }: Region['structures'][number]) {
  const group = 'group' in more ? (more.group as { name: string }).name : undefined;
  return { finess, name, kind, place: city, phone: phone.replace(/^tel:/, ''), ...(group && { group }) };
}

function practitionersOf({ professionals }: Region) {
  return professionals.map(({ rpps, family, given, title, code, structure }) => ({
    rpps,
    family,
    given,
    ...(title && { title }),
    ...professionOf(code),
    mailboxes: [mailboxOf(given, family, rpps)],
    structures: [structure.finess],
  }));
}

/** `G15_10/SM04`, « Médecin - Cardiologie (SM) »: profession and speciality apart, as the national directory has them. */
function professionOf({ code, display }: { code: string; display: string }) {
  const [profession = code, speciality] = code.split('/');
  const [professionLabel = display, specialityLabel] = display.replace(/ \(SM\)$/, '').split(' - ');
  return { profession, professionLabel, ...(speciality && specialityLabel && { speciality, specialityLabel }) } as const;
}

/** An address that no mail can leave for: `.example` is nobody's (RFC 2606). The end of the number tells namesakes apart. */
function mailboxOf(given: string, family: string, rpps: string): string {
  const plain = (name: string) =>
    name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .replace(/[^\w-]+/g, '')
      .toLowerCase();
  return `${plain(given)}.${plain(family)}.${rpps.slice(-4)}@${MAIL_DOMAIN}`;
}

function patientOf(person: Person, seed: number) {
  const { k, birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, sex, birth, birthPlace, ins } = person;
  return {
    patientId: patientIdOf(seed, k),
    status: 'qualified' as const,
    ins,
    traits: {
      birthFamily: registerName(birthFamily),
      birthGivens: registerName(birthGivens),
      firstBirthGiven: registerName(firstBirthGiven),
      ...(usedFamily && { usedFamily: usedFamily.toUpperCase() }),
      ...(usedGiven && { usedGiven: usedGiven.toUpperCase() }),
      sex,
      birthDate: dayText(birth),
      birthPlace,
    },
  };
}

const principalOf = (card: string) => demoAccounts.find((account) => account.card === card)!.principal.id;
const STORY_KEYS = Object.keys(STORY_PATIENTS) as (keyof typeof STORY_PATIENTS)[];

/** The treating doctor of everybody; the cards' own links; one person in nine has the nurse, one in seven the pharmacist of the cards. */
function linksOf({ k, doctor }: Person, seed: number, now: Date): LinkToRegister[] {
  const patientId = patientIdOf(seed, k);
  const since = new Date(now.getTime() - 2 * YEAR_MS);
  const link = (person: string, kind: LinkToRegister['kind']): LinkToRegister => ({ patientId, holder: { person }, kind, since });
  const story = STORY_KEYS[k - 1];
  if (story) return demoCareLinks.filter(({ patient }) => patient === story).map(({ card, kind }) => link(principalOf(card), kind));
  return [
    link(`rpps:${doctor.rpps}`, 'treating-doctor'),
    ...(k % 9 === 0 ? [link(principalOf('nurse'), 'care-team')] : []),
    ...(k % 7 === 0 ? [link(principalOf('pharmacist'), 'care-team')] : []),
  ];
}
