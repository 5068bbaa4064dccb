import { INS_OIDS } from '#identity';
import { withNirKey } from './ids.ts';
import { dayOf, hl7Date, type Day } from './clock.ts';
import { FAMILY, GIVEN_F, GIVEN_M, MARKS, village, VILLAGES } from './names.ts';
import { chance, type Chance } from './random.ts';
import type { Laboratory, Professional, Region } from './region.ts';

/** What a life looks like to a laboratory. */
export const ILLNESSES = [
  'healthy',
  'diabetes',
  'kidney',
  'heart',
  'pregnancy',
  'anticoagulant',
  'chemotherapy',
  'hypothyroidism',
  'liver',
  'anaemia',
  'infection',
  'lipids',
] as const;
export type Illness = (typeof ILLNESSES)[number];

/** How many people in a hundred have it, their age and sex, and how often they are sampled against each other. */
const SHARES: Record<Illness, { in100: number; ages: readonly [number, number]; women: number; weight: number }> = {
  healthy: { in100: 34, ages: [18, 82], women: 0.52, weight: 6 },
  diabetes: { in100: 12, ages: [42, 84], women: 0.45, weight: 24 },
  kidney: { in100: 7, ages: [52, 88], women: 0.45, weight: 28 },
  heart: { in100: 6, ages: [64, 92], women: 0.48, weight: 24 },
  pregnancy: { in100: 7, ages: [22, 39], women: 1, weight: 14 },
  anticoagulant: { in100: 7, ages: [62, 90], women: 0.5, weight: 40 },
  chemotherapy: { in100: 5, ages: [44, 78], women: 0.6, weight: 26 },
  hypothyroidism: { in100: 7, ages: [28, 78], women: 0.8, weight: 12 },
  liver: { in100: 4, ages: [40, 74], women: 0.35, weight: 14 },
  anaemia: { in100: 5, ages: [18, 60], women: 0.85, weight: 12 },
  infection: { in100: 3, ages: [20, 88], women: 0.75, weight: 10 },
  lipids: { in100: 3, ages: [38, 78], women: 0.45, weight: 10 },
};

/** One in two hundred people carries each of these, so that the smallest region has them all. */
export const PERSON_TRAPS = {
  /** A report under somebody else's INS, printed with this person's traits. */
  20: 'wrong-ins',
  /** A report without INS nor known local identifier. */
  40: 'unknown-person',
  /** A report without INS nor birthplace: the strict traits are not complete. */
  60: 'incomplete-traits',
  /** A report without INS, whose birth date is a month. */
  80: 'unknown-birth-day',
  /** Reports under the birth name, then under the name of marriage. */
  100: 'changed-name',
  /** Twin of the person before. */
  121: 'twin',
  /** Homonym of the person before: same names, sex and birth date; another place and INS. */
  141: 'homonym',
  /** Reports without INS, under a local identifier already seen with it. */
  160: 'local-identifier-only',
  /** Two documents replace the same parent. */
  180: 'two-replacements',
} as const;
export type PersonTrap = (typeof PERSON_TRAPS)[keyof typeof PERSON_TRAPS];

export interface Person {
  /** Number of the person in the region; 1 to 3 are the hand-made stories. */
  k: number;
  sex: 'F' | 'M';
  birth: Day;
  birthFamily: string;
  /** All given names of the birth certificate. */
  birthGivens: string;
  firstBirthGiven: string;
  usedFamily?: string;
  usedGiven?: string;
  birthPlace: { cog: string; label: string };
  ins: { oid: string; value: string };
  address: { houseNumber: string; streetName: string; postalCode: string; city: string };
  phone: string;
  illness: Illness;
  doctor: Professional;
  /** The laboratories this person goes to, the usual one first. */
  laboratories: readonly Laboratory[];
  trap?: PersonTrap;
}

/** Ages are counted here, so that a person keeps the same birth date whatever the day of the demo. */
const REFERENCE_DAY = dayOf('2026-07-01');
/** 400 invented communes × 999 order numbers of the NIR: enough for everybody to have his own. */
export const MOST_PEOPLE = 350_000;

const slots: readonly Illness[] = ILLNESSES.flatMap((illness) => Array.from({ length: SHARES[illness].in100 }, () => illness));

/** The illness of a person: each block of a hundred people holds the shares exactly. */
export function illnessOf(seed: number, k: number): Illness {
  // 37 and 100 have no common divisor: a block visits every slot once.
  return slots[(k * 37 + (seed % 100) + 100) % 100]!;
}

export function weightOf(seed: number, k: number): number {
  return SHARES[illnessOf(seed, k)].weight;
}

/** Makes person `k` and nobody else. */
export function makePerson(region: Region, seed: number, k: number): Person {
  const trap = trapOf(k);
  const own = basePerson(region, seed, k);
  if (trap === 'twin') return asTwin(own, basePerson(region, seed, k - 1), seed);
  if (trap === 'homonym') return asHomonym(own, basePerson(region, seed, k - 1));
  return trap ? { ...own, trap } : own;
}

export function trapOf(k: number): PersonTrap | undefined {
  return (PERSON_TRAPS as Record<number, PersonTrap>)[k % 200];
}

function basePerson(region: Region, seed: number, k: number): Person {
  const dice = chance(seed, 'person', k);
  const illness = illnessOf(seed, k);
  const { ages, women } = SHARES[illness];
  const sex = trapOf(k) === 'changed-name' || dice.yes(women) ? 'F' : 'M';
  const birth = REFERENCE_DAY - Math.floor((ages[0] + dice.next() * (ages[1] - ages[0])) * 365.25);
  const family = dice.pick(FAMILY);
  const birthFamily = dice.pick(MARKS)(family);
  const names = givenNames(dice, sex);
  const birthPlace = placeOfBirth(k);
  const home = village(dice.int(0, 39));
  return {
    k,
    sex,
    birth,
    birthFamily,
    ...names,
    ...usedNames(dice, sex, k, names.firstBirthGiven, birthFamily),
    birthPlace,
    ins: insOf(sex, birth, birthPlace.cog, orderOf(k)),
    address: {
      houseNumber: String(dice.int(1, 96)),
      streetName: dice.pick([
        'rue des Roseaux',
        'rue du Test',
        "impasse de l'Essai",
        'avenue de la Cigogne',
        'chemin des Marais',
        'place du Marché',
      ]),
      postalCode: `99${dice.int(100, 999)}`,
      city: home.label,
    },
    // Range kept for works of fiction by the regulator (ARCEP).
    phone: `tel:063998${String(k % 10_000).padStart(4, '0')}`,
    illness,
    doctor: region.doctors[k % 8 === 0 ? 0 : k % region.doctors.length]!,
    laboratories: habits(region, dice),
  };
}

function givenNames(dice: Chance, sex: 'F' | 'M'): { birthGivens: string; firstBirthGiven: string } {
  const list = sex === 'F' ? GIVEN_F : GIVEN_M;
  const first = dice.pick(list);
  const others = [dice.pick(list), dice.pick(list)].filter((name, i, all) => name !== first && all.indexOf(name) === i);
  return { firstBirthGiven: first, birthGivens: [first, ...others.slice(0, dice.int(0, 2))].join(' ') };
}

function usedNames(
  dice: Chance,
  sex: 'F' | 'M',
  k: number,
  first: string,
  birthFamily: string,
): { usedFamily?: string; usedGiven?: string } {
  const married = trapOf(k) === 'changed-name' || (sex === 'F' && dice.yes(0.45));
  const family = `${dice.pick(FAMILY)}-DEMO`;
  const shorter = first.includes('-') && dice.yes(0.3) ? first.split('-')[0] : undefined;
  return { ...(married && family !== birthFamily && { usedFamily: family }), ...(shorter && { usedGiven: shorter }) };
}

/** A permutation of the communes and, above, the order number: no two people share both. */
function placeOfBirth(k: number): { cog: string; label: string } {
  const place = village((k * 173) % VILLAGES);
  // Corsican codes hold a letter that the key of the NIR counts apart; no real commune there has a number over 600.
  if (k % 25 === 7) return { cog: `2${k % 2 ? 'A' : 'B'}${place.cog.slice(2)}`, label: `${place.label} (Corse)` };
  return place;
}

function orderOf(k: number): number {
  return 1 + Math.floor(k / VILLAGES);
}

function insOf(sex: 'F' | 'M', birth: Day, cog: string, order: number): Person['ins'] {
  const date = hl7Date(birth);
  return { oid: INS_OIDS.test, value: withNirKey(`${sex === 'F' ? 2 : 1}${date.slice(2, 6)}${cog}${String(order).padStart(3, '0')}`) };
}

function habits(region: Region, dice: Chance): readonly Laboratory[] {
  const { laboratories } = region;
  const hospitals = laboratories.slice(-7);
  // Low numbers are the sites of the largest towns.
  const usual = laboratories[Math.floor(60 * dice.next() ** 1.5)]!;
  const other = laboratories[dice.int(0, 59)]!;
  return other === usual ? [usual, dice.pick(hospitals)] : [usual, other, dice.pick(hospitals)];
}

function asTwin(own: Person, first: Person, seed: number): Person {
  const dice = chance(seed, 'twin', own.k);
  const { birth, birthFamily, birthPlace, address } = first;
  const usedFamily = own.usedFamily && own.sex === 'F' ? { usedFamily: own.usedFamily } : {};
  const { usedFamily: _dropped, ...rest } = own;
  const names = [own.firstBirthGiven, ...(own.sex === 'F' ? GIVEN_F : GIVEN_M)].filter((name) => name !== first.firstBirthGiven);
  const firstBirthGiven = names[0] === own.firstBirthGiven ? own.firstBirthGiven : dice.pick(names);
  return {
    ...rest,
    ...usedFamily,
    trap: 'twin',
    birth,
    birthFamily,
    firstBirthGiven,
    birthGivens: firstBirthGiven,
    birthPlace,
    address,
    // The next order numbers of the same commune are far beyond those given out to others.
    ins: insOf(own.sex, birth, birthPlace.cog, orderOf(own.k) + 10),
  };
}

function asHomonym(own: Person, first: Person): Person {
  const { usedFamily: _family, usedGiven: _given, ...rest } = own;
  const { birth, birthFamily, birthGivens, firstBirthGiven, sex } = first;
  return {
    ...rest,
    trap: 'homonym',
    sex,
    birth,
    birthFamily,
    birthGivens,
    firstBirthGiven,
    ins: insOf(sex, birth, own.birthPlace.cog, orderOf(own.k)),
  };
}
