import { type AdtMessage, readHl7Message } from '#formats';
import { type Day, dayText, hl7Time } from './clock.ts';
import { DEMO_OID } from './ids.ts';
import { type DemoLetter, makeLetter } from './letters.ts';
import { registerName } from './names.ts';
import type { Person } from './people.ts';
import { isStory, type Population } from './population.ts';
import { chance } from './random.ts';
import type { Structure } from './region.ts';

/** Stays in hospital of the last weeks, as the hospitals tell of them (HL7 v2 ADT), with the discharge letter of most, on the day or later. */
export interface DemoStay {
  k: number;
  hospital: Structure;
  ward: string;
  from: Day;
  until: Day;
  /** Days from the discharge to the letter; absent: nobody wrote one. */
  letterAfter?: number;
}

const WARDS = ['CARDIOLOGIE', 'MEDECINE', 'CHIRURGIE', 'GERIATRIE'] as const;
/** The page counts the last 30 days. */
const LATEST_DAYS = 26;
const ONE_PERSON_IN = 5;
const MOST_PEOPLE = 2_000;
const [IN, OUT, WRITTEN] = [9 * 60, 9 * 60 + 30, 10 * 60 + 15];
/** After those of `letter-stories.ts`. */
const NUMBER = 500;

/** The stories tell of their own stays by their letters. */
export function staysOf({ region, seed, today, size }: Population): DemoStay[] {
  const stays: DemoStay[] = [];
  for (let k = ONE_PERSON_IN; k <= Math.min(size.patients, MOST_PEOPLE); k += ONE_PERSON_IN) {
    if (isStory(k)) continue;
    const dice = chance(seed, 'stay', k);
    // One in three left today, so that the page also shows what is sent on the day.
    const ago = dice.yes(1 / 3) ? 0 : dice.int(1, LATEST_DAYS);
    const written = dice.next();
    stays.push({
      k,
      hospital: region.hospitals[dice.int(0, Math.min(2, region.hospitals.length - 1))]!,
      ward: WARDS[dice.int(0, WARDS.length - 1)]!,
      from: today - ago - dice.int(2, 9),
      until: today - ago,
      ...(written < 0.7 ? { letterAfter: 0 } : written < 0.9 && ago > 2 && { letterAfter: 2 }),
    });
  }
  return stays;
}

/** The letter of a stay, for the treating doctor. */
export function letterOfStay({ region, person: personOf, today }: Population, stay: DemoStay): DemoLetter | undefined {
  const { k, hospital, ward, from, until, letterAfter } = stay;
  if (letterAfter === undefined) return undefined;
  const person = personOf(k);
  const author = region.professionals.find(({ role, structure }) => role === 'specialist' && structure.finess === hospital.finess);
  if (!author) return undefined;
  return makeLetter(
    person,
    today,
    {
      ago: today - until - letterAfter,
      at: WRITTEN,
      type: 'discharge',
      title: 'Lettre de liaison à la sortie',
      author,
      to: person.doctor,
      stayedDays: until + letterAfter - from,
      text: [
        ['Motif d’hospitalisation', 'Surveillance et adaptation du traitement.'],
        ['Synthèse du séjour', `Séjour en ${ward.toLowerCase()} sans incident.`],
        ['Suites à donner', 'Contrôle biologique à une semaine chez le médecin traitant.'],
      ],
    },
    NUMBER,
    () => NUMBER,
  );
}

/** Admission and discharge, as the hospital's own system sends them. */
export function messagesOf(population: Population, { k, hospital, ward, from, until }: DemoStay): AdtMessage[] {
  const person = population.person(k);
  return [
    messageOf(person, { event: 'A01', at: hl7Time(from, IN), hospital, ward }),
    messageOf(person, { event: 'A03', at: hl7Time(until, OUT), hospital, ward }),
  ];
}

interface Told {
  event: 'A01' | 'A03';
  at: string;
  hospital: Structure;
  ward: string;
}

function messageOf(person: Person, { event, at, hospital, ward }: Told): AdtMessage {
  const { k, birthFamily, birthGivens, firstBirthGiven, sex, birth, birthPlace, ins } = person;
  const own = `D${k}^^^${hospital.finess}&${DEMO_OID}.9&ISO^PI`;
  const national = `${ins.value}^^^ASIP-SANTE-INS&${ins.oid}&ISO^INS`;
  const name = [registerName(birthFamily), registerName(firstBirthGiven), registerName(birthGivens), '', '', '', 'L'].join('^');
  const place = birthPlace.cog === undefined ? '' : `^^^^^^BDL^^${birthPlace.cog}`;
  const visit = Array.from({ length: 50 }, () => '');
  visit[0] = 'PV1|1';
  visit[1] = 'I';
  visit[2] = ward;
  visit[18] = `V${k}^^^${hospital.finess}&${DEMO_OID}.10&ISO^VN`;
  const text = [
    `MSH|^~\\&|GAP|${hospital.finess}|CIGOGNE|REGION|${at}||ADT^${event}|${k}-${event}-${at.slice(0, 12)}|P|2.5|||||FRA|UNICODE UTF-8`,
    `EVN||${at}||||${at}`,
    `PID|1||${own}~${national}||${name}||${dayText(birth).replaceAll('-', '')}|${sex}|||${place}${'|'.repeat(21)}VALI`,
    visit.join('|'),
  ].join('\r');
  const message = readHl7Message(Buffer.from(text));
  if (message.kind !== 'adt') throw new Error('an admission of the demo is not one');
  return message;
}
