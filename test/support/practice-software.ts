import { afterAll, beforeAll } from 'vitest';
import { criticalValuesOf } from '../../src/server/regional-values.ts';
import { readStages } from '../../src/exchange/index.ts';
import { normaliseResults } from '../../src/flows/index.ts';
import type { LabReport, PrintedPatient } from '../../src/formats/index.ts';
import { traitsOf } from '../../src/identity/index.ts';
import { openPractice, type OpenPractice, type PatientMail, type User } from '../../src/lgc/index.ts';
import { writeCda } from '../../src/formats/index.ts';
import { testDatabase } from './database.ts';
import { JEANNE, MARIE } from './reports.ts';

const ZONE = 'Europe/Paris';

/** Invented users of an invented practice. */
export const USERS = {
  anne: { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' },
  jules: { id: 'rpps:899700000055', name: 'Dr Jules VIDAL-DEMO', role: 'gp' },
  rose: { id: 'rpps:899700000033', name: 'Rose MARTIN-DEMO', role: 'nurse' },
  paul: { id: 'rpps:899700000044', name: 'Paul OFFICINE-DEMO', role: 'pharmacist' },
  zoe: { id: 'staff:zoe', name: 'Zoé ACCUEIL-DEMO', role: 'secretary' },
} as const satisfies Record<string, User>;

const patientOf = (number: string, printed: PrintedPatient, team: string[], isQualified = true) => {
  const [ins] = printed.ids;
  const traits = traitsOf(printed) as Parameters<typeof openPractice>[0]['patients'][number]['traits'];
  return { number, ins: { oid: ins!.root, value: ins!.extension! }, isQualified, traits, team };
};

/** A report as its laboratory addresses it. */
export const addressed = (report: LabReport, to: { prescriber?: User; copies?: User[] }): LabReport => {
  const person = ({ id, name }: User) => ({
    ids: [{ root: '1.2.250.1.71.4.2.1', extension: id.slice('rpps:'.length) }],
    name: { given: name.split(' ').at(-2) ?? '', family: name.split(' ').at(-1) ?? '', suffix: 'DR' },
  });
  return {
    ...report,
    participants: to.prescriber ? [{ ...person(to.prescriber), type: 'REF', time: report.createdAt }] : [],
    recipients: (to.copies ?? []).map(person),
  };
};

/** The software and the connector of a practice, on a database of their own; rounds are made when the test says so. */
export function practiceBench() {
  const database = testDatabase();
  const faults: unknown[] = [];
  const told: string[] = [];
  const receipts: string[] = [];
  const toPatients: PatientMail[] = [];
  const inbox: { raw: Buffer; mailbox: string }[] = [];
  const cookies = new Map<string, string>();
  let practice: OpenPractice | undefined;
  beforeAll(async () => {
    practice = await openPractice({
      db: database.db,
      structure: { finess: '990000201', name: 'Cabinet ESSAI' },
      users: Object.values(USERS),
      patients: [patientOf('42', JEANNE, [USERS.rose.id, USERS.paul.id]), patientOf('43', MARIE, [])],
      normalise: (report) => normaliseResults(report, ZONE),
      critical: new Map(criticalValuesOf(undefined).map((bounds) => [bounds.row, bounds])),
      escalation: { critical: readStages('30min practice', 'A'), abnormal: readStages('3d practice, 7d laboratory', 'B') },
      zone: ZONE,
      host: '127.0.0.1',
      port: 0,
      everyMs: 3_600_000,
      mails: async () => inbox.splice(0),
      writeToPatient: async (mail) => {
        toPatients.push(mail);
        return true;
      },
      receipts: {
        from: 'anne@cabinet.mssante.example',
        send: async ({ raw }) => {
          receipts.push(raw.toString());
          return true;
        },
      },
      tell: (line) => told.push(line),
      onError: (error) => faults.push(error),
    });
  });
  afterAll(() => practice?.stop());

  const signIn = async (user: User) => {
    const known = cookies.get(user.id);
    if (known) return known;
    const { headers } = await fetch(`${practice!.url}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: user.id }),
    });
    const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
    cookies.set(user.id, cookie);
    return cookie;
  };
  let n = 0;
  return {
    database,
    faults,
    told,
    receipts,
    toPatients,
    get url() {
      return practice!.url;
    },
    round: () => practice!.round(),
    /** A mail of a laboratory that carries the report, taken and filed. */
    async receive(report: LabReport, mailbox = 'anne@cabinet.mssante.example'): Promise<void> {
      inbox.push({ raw: mailOf(Buffer.from(writeCda(report)), `<m${++n}@labo.mssante.example>`), mailbox });
      await practice!.round();
    },
    follow: async (user: User, signal: AbortSignal) =>
      fetch(`${practice!.url}/api/inbox/events`, { headers: { cookie: await signIn(user) }, signal }),
    async call<T = unknown>(user: User | undefined, method: string, path: string, body?: object): Promise<{ status: number; json: T }> {
      const cookie = user && (await signIn(user));
      const answer = await fetch(`${practice!.url}${path}`, {
        method,
        headers: { ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') === true;
      return { status: answer.status, json: (isJson && text !== '' ? JSON.parse(text) : undefined) as T };
    },
  };
}

function mailOf(cda: Buffer, id: string): Buffer {
  const head = [
    'From: <labo@labo.mssante.example>',
    'To: <anne@cabinet.mssante.example>',
    `Message-ID: ${id}`,
    'Disposition-Notification-To: <labo@labo.mssante.example>',
    'Subject: XDM/1.0/DDM',
    'MIME-Version: 1.0',
    'Content-Type: text/xml; name="cr.xml"',
    'Content-Disposition: attachment; filename="cr.xml"',
    'Content-Transfer-Encoding: base64',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${cda.toString('base64').replaceAll(/(.{76})/g, '$1\r\n')}\r\n`);
}
