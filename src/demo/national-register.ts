import { setImmediate } from 'node:timers/promises';
import { INS_OIDS, type NationalIdentity } from '#identity';
import { dayText } from './clock.ts';
import type { Person } from './people.ts';
import type { Population } from './population.ts';

/** People made between two pauses, so that a large region never holds the server back. */
const SLICE = 500;

/** The patient of the national sample documents (ANS), so that anyone can deposit them in a demo. */
const OF_NATIONAL_SAMPLES: NationalIdentity = {
  ins: { oid: INS_OIDS.test, value: '279035121518989' },
  former: [],
  traits: {
    birthFamily: 'PAT-TROIS',
    birthGivens: 'DOMINIQUE MARIE-LOUISE',
    firstBirthGiven: 'DOMINIQUE',
    sex: 'F',
    birthDate: '1979-03-28',
    birthPlace: { cog: '51215' },
  },
};

/** What the stand-in of the INSi service knows: everyone of the demo region, made when first asked about. */
export function nationalRegister({ person, size }: Population): (birthDate: string) => Promise<readonly NationalIdentity[]> {
  let made: Promise<Map<string, NationalIdentity[]>> | undefined;
  const make = async () => {
    const byDate = new Map<string, NationalIdentity[]>();
    const add = (one: NationalIdentity) => byDate.set(one.traits.birthDate, [...(byDate.get(one.traits.birthDate) ?? []), one]);
    add(OF_NATIONAL_SAMPLES);
    for (let k = 1; k <= size.patients; k += 1) {
      add(identityOf(person(k)));
      if (k % SLICE === 0) await setImmediate();
    }
    return byDate;
  };
  return async (birthDate) => {
    made ??= make();
    return (await made).get(birthDate) ?? [];
  };
}

function identityOf({ ins, birthFamily, birthGivens, firstBirthGiven, sex, birth, birthPlace }: Person): NationalIdentity {
  return { ins, former: [], traits: { birthFamily, birthGivens, firstBirthGiven, sex, birthDate: dayText(birth), birthPlace } };
}
