import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import MailComposer from 'nodemailer/lib/mail-composer';
import { practiceTokens } from '#access';
import { mailboxesOfPractitioner, mailboxesOfStructure } from '#directory';
import { type CriticalTable, readStages } from '#exchange';
import { normaliseResults } from '#flows';
import type { LabReport } from '#formats';
import { sharedRecordAt } from '#fhir';
import { type Db, openDb, prepareDatabase, Refusal } from '#kernel';
import { openPractice, type OpenPractice, type PatientMail, type PracticeToOpen, type User } from '#lgc';
import type { SharedRecord } from '#practice';
import { type MailRelay, openMailRelay } from '#transports';
import { demoAccounts, NAMED_STRUCTURES, STORY_PATIENTS } from './accounts.ts';
import { dayText, demoToday } from './clock.ts';
import { registerName } from './names.ts';
import type { Person } from './people.ts';
import { PATIENT_DOMAIN } from './mailboxes.ts';
import { makePopulation, type Population } from './population.ts';
import { DEMO_SOFTWARE } from './region-demo.ts';

export interface DemoPracticeDeps {
  /** Database of the demo region; the practice has its own beside it, of the same name and `_cabinet`. */
  databaseUrl: string;
  db: Db;
  /** The folder of the modules, whose migrations are run. */
  sourceFolder: string;
  population: Population;
  /** The operator of the demo's secure mail. */
  post: { port: number };
  critical: CriticalTable;
  zone: string;
  webFolder: string;
  host: string;
  port: number;
  /** Address of Cigogne. */
  cigogne: string;
  /** The shared record: where this very process answers, the key of the practice's software, and whether the region is filled. */
  region: { url: string; key: Parameters<typeof practiceTokens>[0]['key']; isFilled: () => boolean };
  tell: (line: string) => void;
  onError: (error: unknown) => void;
}

const EVERY_MS = 2_000;
const DAY_MS = 86_400_000;
const MOST_PATIENTS = 150;
const MOST_MAILS = 50;
/** One in so many patients was never checked against the national service: what comes for them waits for a person. */
const UNCHECKED_ONE_IN = 16;

/**
 * The practice of the doctor of the sign-in page, with a software of its own at another address: what the demo's laboratories send by secure mail is filed
 * there by Cigogne's connector, and what its people read there is told to the laboratory.
 */
export async function openDemoPractice(deps: DemoPracticeDeps): Promise<OpenPractice> {
  const { population, zone, post, critical, host, port, webFolder, cigogne, tell, onError } = deps;
  const users = usersOf(population);
  const boxes = await boxesOf(deps.db, users);
  const [box] = boxes;
  const { own: database, isNew } = await ownDatabase(deps);
  const relay = openMailRelay({ host: '127.0.0.1', port: post.port, secure: false, plain: true });
  const practice = await openPractice({
    ...practiceOf({ db: database, population, zone, critical, isNew }),
    host,
    port,
    webFolder,
    cigogne,
    everyMs: EVERY_MS,
    mails: mailsOf(deps.db, database, boxes),
    record: recordOf(deps),
    ...(box && {
      writeToPatient: (mail: PatientMail) => sendToPatient(relay, box, mail),
      receipts: {
        from: box,
        send: async ({ to, raw, id }) =>
          (await relay.send({ from: '', to, raw, envelopeId: id.replaceAll(/[<>]/g, '') })).kind === 'accepted',
      },
    }),
    tell,
    onError,
  });
  return {
    ...practice,
    async stop() {
      await practice.stop();
      relay.close();
      await database.close();
    },
  };
}

/** A word of a doctor to a patient: a secure mail to the mailbox that their INS names, which they may answer. */
async function sendToPatient(relay: MailRelay, from: string, { ins, byName, subject, words }: PatientMail): Promise<boolean> {
  const to = `${ins}@${PATIENT_DOMAIN}`;
  const envelopeId = randomUUID();
  const messageId = `<${envelopeId}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const mail = { from: { name: byName, address: from }, to, subject, text: words, date: new Date(), messageId };
  return (await relay.send({ from, to, raw: await new MailComposer(mail).compile().build(), envelopeId })).kind === 'accepted';
}

/** What the practice reads of the region's record by its own key, once the region is filled: what was there before the practice is not of its inbox. */
function recordOf({ region: { url, key, isFilled }, zone }: DemoPracticeDeps): SharedRecord {
  const base = `${url}/fhir`;
  const tokens = practiceTokens({ base, clientId: DEMO_SOFTWARE, key });
  const tokenOf = (doctor: string) => {
    if (!isFilled()) throw new Refusal('store.unavailable', 'the region is being filled', { at: 'record' });
    return tokens(doctor);
  };
  return sharedRecordAt({ base, zone, tokenOf: async (doctor) => tokenOf(doctor) });
}

/** The practice itself, whatever it is connected to. */
function practiceOf({
  db,
  population,
  zone,
  critical,
  isNew,
}: { db: Db; isNew: boolean } & Pick<DemoPracticeDeps, 'population' | 'zone' | 'critical'>) {
  const users = usersOf(population);
  return {
    db,
    structure: NAMED_STRUCTURES.practice,
    users,
    patients: patientsOf(population, users),
    ...(isNew && { said: saidBefore(users, zone) }),
    normalise: (report: LabReport) => normaliseResults(report, zone),
    critical,
    escalation: { critical: readStages('30min practice', 'critical'), abnormal: readStages('3d practice, 7d laboratory', 'abnormal') },
    zone,
  };
}

/** How the practice alone is opened, away from any region. */
export interface PracticeAlone
  extends Pick<PracticeToOpen, 'host' | 'port' | 'webFolder' | 'connection' | 'record' | 'zone' | 'tell' | 'onError'> {
  db: Db;
  /** People of the region whose patients it follows: as that region was made. */
  patients: number;
}

/** The demo practice by itself, on a database of its own: its software with its screens, and the connector as its configuration connects it. */
export async function servePractice({ db, patients, zone, ...given }: PracticeAlone): Promise<OpenPractice> {
  const population = makePopulation({ seed: 1, patients: Math.max(3, patients), reports: 0, today: demoToday(Date.now()) });
  const [known] = await db.query<{ yes: boolean }>('', 'select exists (select from lgc.patient) as yes');
  const practice = practiceOf({ db, population, zone, critical: new Map(), isNew: !known!.yes });
  return openPractice({ ...practice, everyMs: EVERY_MS, ...given });
}

async function ownDatabase({ databaseUrl, db, sourceFolder }: DemoPracticeDeps): Promise<{ own: Db; isNew: boolean }> {
  const url = new URL(databaseUrl);
  const name = `${decodeURIComponent(url.pathname.slice(1))}_cabinet`;
  const [made] = await db.query<{ yes: boolean }>('', 'select exists (select from pg_database where datname = $1) as yes', [name]);
  if (!made!.yes) await db.script(`create database "${name.replaceAll('"', '""')}"`);
  url.pathname = `/${encodeURIComponent(name)}`;
  const own = openDb({ url: url.href, maxConnections: 4 });
  try {
    await prepareDatabase(own, { mode: 'demo', sourceFolder, now: new Date() });
    return { own, isNew: !made!.yes };
  } catch (error) {
    await own.close();
    throw error;
  }
}

/** The doctor of the sign-in page, two colleagues of hers, and those who treat her patients with her. */
function usersOf({ region }: Population): User[] {
  const ofCard = (card: string, role: User['role']): User => {
    const { id, name } = demoAccounts.find((account) => account.card === card)!.principal;
    return { id, name, role };
  };
  const doctor = ofCard('gp', 'gp');
  const colleagues = region.doctors
    .filter(({ rpps }) => `rpps:${rpps}` !== doctor.id)
    .slice(0, 2)
    .map(
      ({ rpps, title, given, family }): User => ({
        id: `rpps:${rpps}`,
        name: [title === 'DR' ? 'Dr' : title, given, family].filter(Boolean).join(' '),
        role: 'gp',
      }),
    );
  return [doctor, ...colleagues, ofCard('nurse', 'nurse'), ofCard('pharmacist', 'pharmacist'), ofCard('secretary', 'secretary')];
}

/** A colleague is away this week and next, covered by the doctor of the sign-in page; a TSH that she prescribed 19 days ago never came back. */
function saidBefore([doctor, colleague]: readonly User[], zone: string): NonNullable<PracticeToOpen['said']> {
  const day = (inDays: number) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(Date.now() + inDays * DAY_MS);
  return {
    absences: colleague ? [{ holder: colleague.id, coveredBy: doctor!.id, fromDay: day(-2), toDay: day(9) }] : [],
    expected: [{ number: numberOf(3), holder: doctor!.id, words: 'TSH', prescribedOn: day(-19) }],
  };
}

/** The mailboxes of its doctors, then that of the practice. */
async function boxesOf(db: Db, users: readonly User[]): Promise<string[]> {
  const boxes: string[] = [];
  for (const { id, role } of users) {
    const [own] = role === 'gp' ? await mailboxesOfPractitioner(db, id.slice('rpps:'.length)) : [];
    if (own) boxes.push(own.address);
  }
  const shared = await mailboxesOfStructure(db, NAMED_STRUCTURES.practice.finess);
  return [...boxes, ...shared.map(({ address }) => address)];
}

/** What it knows of its patients, by number: of Odette, what her letters say. */
const ALLERGIES: Readonly<Record<number, string[]>> = { 1: ['pénicilline (éruption en 2021)'] };

/** Those whom its doctors follow, the three stories first. */
function patientsOf(population: Population, users: readonly User[]): PracticeToOpen['patients'] {
  const { size } = population;
  const stories = Object.keys(STORY_PATIENTS).length;
  const nurse = users.find(({ role }) => role === 'nurse')!.id;
  const pharmacist = users.find(({ role }) => role === 'pharmacist')!.id;
  const doctors = new Set(users.flatMap(({ id, role }) => (role === 'gp' ? id : [])));
  const patients: PracticeToOpen['patients'][number][] = [];
  for (let k = 1; k <= size.patients && patients.length < MOST_PATIENTS; k++) {
    const person = population.person(k);
    const isStory = k <= stories;
    if (!isStory && !doctors.has(`rpps:${person.doctor.rpps}`)) continue;
    const team = [...(isStory || k % 9 === 0 ? [nurse] : []), ...(isStory || k % 7 === 0 ? [pharmacist] : [])];
    const doctor = isStory ? users[0]!.id : `rpps:${person.doctor.rpps}`;
    const allergies = ALLERGIES[k];
    patients.push({
      ...patientOf(person),
      ...(allergies && { allergies }),
      isQualified: isStory || k % UNCHECKED_ONE_IN !== 0,
      doctor,
      team,
    });
  }
  return patients;
}

/** The practice's own number of a person of the region. */
const numberOf = (k: number) => `S${String(1000 + k)}`;

function patientOf({ k, birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, sex, birth, birthPlace, ins }: Person) {
  return {
    number: numberOf(k),
    ins,
    traits: {
      birthFamily: registerName(birthFamily),
      birthGivens: registerName(birthGivens),
      firstBirthGiven: registerName(firstBirthGiven),
      ...(usedFamily && { usedFamily: usedFamily.toUpperCase() }),
      // As the practice writes it: only the birth name is in capitals.
      usedGiven: usedGiven ?? firstBirthGiven,
      sex,
      birthDate: dayText(birth),
      birthPlace,
    },
  };
}

/** The mails of mailboxes of the demo since the last asking; after a stop, since the last that was taken. What comes twice is known. */
function mailsOf(region: Db, practice: Db, boxes: readonly string[]): () => Promise<{ raw: Buffer; mailbox: string }[]> {
  let since: Date | undefined;
  return async () => {
    if (!since) {
      const [last] = await practice.query<{ at: Date | null }>(
        '',
        `select max(arrived_at) as at from practice.arrival where channel = 'mail'`,
      );
      since = new Date((last?.at?.getTime() ?? 60_000) - 60_000);
    }
    const rows = await region.query<{ at: Date; zstd: Buffer; mailbox: string }>(
      'demo-mails-since',
      'select received_at as at, zstd, recipient as mailbox from demo.mail where recipient = any($1) and received_at > $2 order by received_at limit $3',
      [boxes, since, MOST_MAILS],
    );
    since = rows.at(-1)?.at ?? since;
    return rows.map(({ zstd, mailbox }) => ({ raw: zstdDecompressSync(zstd), mailbox }));
  };
}
