import { STORY_PATIENTS } from './accounts.ts';
import { type DemoContext, type DemoDocument, documentsOf } from './arrivals.ts';
import type { Day } from './clock.ts';
import { JEAN_NOEL } from './jean-noel.ts';
import { MARIE_CLAIRE } from './marie-claire.ts';
import { ODETTE } from './odette.ts';
import { makePerson, MOST_PEOPLE, type Person, weightOf } from './people.ts';
import { makeRegion } from './region.ts';
import { storyPeople, writtenDocuments, type Written } from './stories.ts';

/** What makes a demo region: the same four figures always make the same bytes. */
export interface DemoSize {
  /** Whole number from 0 to 4294967295. */
  seed: number;
  /** People, the three stories included: 3 to 350000. */
  patients: number;
  /** Documents asked for; the three stories are always whole, so there are never fewer than theirs. */
  reports: number;
  today: Day;
}

export interface Population extends DemoContext {
  size: DemoSize;
  /** Documents that `documents()` makes. */
  total: number;
  person(k: number): Person;
  /** Every document, person after person, the stories first; nothing is kept in memory from one person to the next. */
  documents(): Generator<DemoDocument>;
  documentsOf(k: number): Generator<DemoDocument>;
}

const STORIES: readonly (readonly Written[])[] = [ODETTE, JEAN_NOEL, MARIE_CLAIRE];
const WRITTEN = STORIES.flat().reduce((count, row) => count + (row.first ? 2 : 1), 0);

export function makePopulation(size: DemoSize): Population {
  if (size.patients < 3 || size.patients > MOST_PEOPLE) throw new RangeError(`a demo region has 3 to ${MOST_PEOPLE} people`);
  const { seed, today } = size;
  const context: DemoContext = { region: makeRegion(), seed, today };
  const stories = storyPeople(context.region);
  const counts = allocate(size);
  const person = (k: number) => stories[k - 1] ?? makePerson(context.region, seed, k);
  const documentsOfPerson = (k: number): Generator<DemoDocument> => {
    const written = STORIES[k - 1];
    return written ? writtenDocuments(context, person(k), written) : documentsOf(context, person(k), counts(k));
  };
  return {
    ...context,
    size,
    total: WRITTEN + Math.max(0, size.patients > 3 ? size.reports - WRITTEN : 0),
    person,
    documentsOf: documentsOfPerson,
    *documents() {
      for (let k = 1; k <= size.patients; k++) yield* documentsOfPerson(k);
    },
  };
}

/**
 * How many documents each person has, by the weight of the illness, summing exactly to what was asked.
 * Illnesses repeat every hundred people, so the sum of weights up to `k` needs nobody in between.
 */
function allocate({ seed, patients, reports }: DemoSize): (k: number) => number {
  const inBlock = [0];
  for (let r = 1; r <= 100; r++) inBlock.push(inBlock[r - 1]! + weightOf(seed, 3 + r));
  const block = inBlock[100]!;
  /** Weights of the people 4 to `k`. */
  const sumTo = (k: number) => Math.floor((k - 3) / 100) * block + inBlock[(k - 3) % 100]!;
  const shared = Math.max(0, reports - WRITTEN);
  const all = sumTo(patients);
  const upTo = (k: number) => (all === 0 ? 0 : Math.floor((shared * sumTo(k)) / all));
  return (k) => upTo(k) - upTo(k - 1);
}

/** Written by hand: those whom one looks at. */
export const isStory = (k: number): boolean => k <= STORIES.length;

const STORY_IDS = [STORY_PATIENTS.odette.patientId, STORY_PATIENTS.jeanNoel.patientId, STORY_PATIENTS.marieClaire.patientId];

/** The record's identifier of person `k`, known before anything is registered; of the form of a UUID version 7. */
export function patientIdOf(seed: number, k: number): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
  return STORY_IDS[k - 1] ?? `019a0001-${hex(seed >>> 20, 4)}-7${hex((seed >>> 8) & 0xfff, 3)}-80${hex(seed & 0xff, 2)}-${hex(k, 12)}`;
}
