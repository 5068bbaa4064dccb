import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { actsOfRegion } from '../../../test/support/acts.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { randomFrom } from '../../../test/support/random-xml.ts';
import { JEANNE, LABORATORY } from '../../../test/support/reports.ts';
import { launchOf, numberOf, smartRegion } from '../../../test/support/smart-region.ts';
import { type Principal, revokeSessions } from '../../access/index.ts';

/*
 * Much is kept between two readings: rows, what was made of them, rights as they were found, lists of codes. None of it may ever show. So one region is
 * read by two servers: one that has answered everybody from the beginning, and one that has just started and knows nothing. People of different rights
 * ask them in opposite orders; between two rounds something happens, on either server. What both answer has to be the same, byte for byte, and each
 * reading leaves one event. All is drawn from KEPT_SEED; KEPT_ACTS says for how many acts to go on, and fuzz/kept-answers.ts runs long ones.
 */
const SEED = Number(process.env['KEPT_SEED'] ?? 1);
const random = randomFrom(SEED);
const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((one) => [random(), one] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, one]) => one);

const region = smartRegion();
const { server, patients, tokensFor } = region;
const { open, acts } = actsOfRegion(region, random);
type Headers = Record<string, string>;
const readers = new Map<string, Headers>();
const signIns: Record<string, () => Promise<Headers>> = {};

const bearer = async (scope: string) => {
  const { access_token } = await tokensFor(PEOPLE.gp, `launch ${scope}`, { launch: await launchOf(numberOf(JEANNE)) });
  return { authorization: `Bearer ${access_token}` };
};
const inBrowser = (person: Principal) => () => server.as(person);

beforeAll(async () => {
  vi.setSystemTime(Date.now());
  await open();
  const { jeanne } = patients;
  Object.assign(signIns, {
    'the treating doctor': inBrowser(PEOPLE.gp),
    'a nurse': inBrowser(PEOPLE.nurse),
    'a doctor of the hospital': inBrowser(PEOPLE.specialist),
    'a biologist of the laboratory': inBrowser({ ...PEOPLE.biologist, organisation: LABORATORY }),
    'the patient': inBrowser({ ...PEOPLE.patient, id: `patient:${jeanne}`, patientId: jeanne }),
    'a software of the doctor': () => bearer('patient/*.rs'),
    'a software of the doctor, for potassium alone': () =>
      bearer('patient/Observation.rs?code=http://loinc.org|2823-3 patient/DiagnosticReport.rs'),
  });
  for (const [name, signIn] of Object.entries(signIns)) readers.set(name, await signIn());
});
afterAll(() => void vi.useRealTimers());

const questions = (of: string) => [
  `/DiagnosticReport?patient=${of}&_sort=-date&_count=3`,
  `/DiagnosticReport?patient=${of}&_include=*&_revinclude=Provenance:target`,
  `/Observation?patient=${of}&code=http://loinc.org|2823-3`,
  `/Observation?patient=${of}&category=laboratory&_count=300`,
  `/Patient/${of}/$everything`,
  `/Observation/$lastn?patient=${of}&category=laboratory`,
  `/DocumentReference?patient=${of}`,
  `/MedicationStatement?patient=${of}&_include=*`,
];

interface Heard {
  status: number;
  body: string;
  events: number;
}

const countEvents = async () =>
  (await server.database.db.query<{ n: number }>('', `select count(*)::int as n from access.audit_event where via like 'fhir%'`))[0]!.n;

async function ask(app: FastifyInstance, url: string, headers: Headers): Promise<Heard> {
  const before = await countEvents();
  const { statusCode: status, body } = await app.inject({ url: `/fhir${url}`, headers });
  // Who has signed out is told so in one of two sentences, by whoever notices first.
  return { status, body: status === 401 ? '' : body, events: (await countEvents()) - before };
}

/** Every reader asks every one of these, in this order. */
async function round(app: FastifyInstance, asked: readonly (readonly [reader: string, url: string])[]): Promise<Map<string, Heard>> {
  const heard = new Map<string, Heard>();
  for (const [reader, url] of asked) heard.set(`${reader}: ${url}`, await ask(app, url, readers.get(reader)!));
  return heard;
}

/** What is done for a round only, so that who may not read is not all there is to see. */
const UNDONE: Record<string, string> = {
  'the patient shuts the doctor out': 'the patient lets the doctor in',
  'the patient opposes reading': 'the patient opposes no more',
  'the link of the nurse ends': 'the nurse treats them',
  'a report is contradicted': 'a biologist decides which version is right',
};
const drawn = Object.keys(acts).filter((act) => !Object.values(UNDONE).includes(act));

test('a server that has answered everybody answers as one that has just started, whatever happened and whoever asks', {
  timeout: 3_600_000,
}, async () => {
  const told: string[] = [];
  const most = Number(process.env['KEPT_ACTS'] ?? Object.keys(acts).length);
  let [fresh, todo] = [await server.another(), [] as string[]];
  while (told.length < most) {
    for (let n = 0; n < 2; n++) {
      if (todo.length < 2) todo = [...shuffled(drawn), ...todo];
      const act = todo.pop()!;
      if (UNDONE[act]) todo.splice(-1, 0, UNDONE[act]);
      told.push(act);
      await acts[act]!(random() < 0.5 ? server.app : fresh);
      vi.setSystemTime(Date.now() + 1_000);
    }
    // Someone signs out on another server, and in again afterwards.
    const leaves = random() < 0.1 ? shuffled([PEOPLE.gp, PEOPLE.nurse])[0] : undefined;
    if (leaves) await revokeSessions(server.database.db, leaves.id, new Date());
    await fresh.close();
    fresh = await server.another();
    const [asked] = shuffled(questions(random() < 0.8 ? patients.jeanne : patients.marie));
    const pairs = shuffled([...readers.keys()]).map((reader) => [reader, asked!] as const);
    const [warm, cold] = [await round(server.app, pairs), await round(fresh, pairs.toReversed())];
    const wrong = [...warm].flatMap(([question, answer]) => {
      const other = cold.get(question);
      const isRight = isDeepStrictEqual(answer, other) && (answer.status !== 200 || answer.events === 1);
      return isRight ? [] : [{ question, answer, other }];
    });
    expect(wrong, `KEPT_SEED=${SEED}, act ${told.length}: ${told.slice(-6).join('; ')}`).toEqual([]);
    if (leaves) for (const [name, signIn] of Object.entries(signIns)) readers.set(name, await signIn());
  }
  await fresh.close();
});
