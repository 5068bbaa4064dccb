import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { registerPractitioners, registerStructures } from '#directory';
import { escalateDue, writeAbsence, writeExpected } from '#exchange';
import type { Sql } from '#kernel';
import { makeConnector, type OutgoingMail, type PracticeConfig, openConnector, type SharedRecord } from '#practice';
import type { LgcDeps } from './doors.ts';
import { makeLgc } from './server.ts';
import { enterPatients, patientBy, type PatientToEnter } from './store.ts';

export interface PracticeToOpen extends Omit<LgcDeps, 'connectorToken' | 'wake'> {
  patients: readonly PatientToEnter[];
  host: string;
  /** What its people had said before: absences covered, examinations prescribed and not come back. Told once, when the practice is new. */
  said?: {
    absences: readonly { holder: string; coveredBy: string; fromDay: string; toDay: string }[];
    expected: readonly { number: string; holder: string; words: string; prescribedOn: string }[];
  };
  /** 0 takes any free one; one that is taken is given up for a free one. */
  port: number;
  /** Between two rounds of the connector. */
  everyMs: number;
  /** Mails that came since the last asking, each with the mailbox of the practice that it came to. */
  mails?: () => Promise<{ raw: Buffer; mailbox: string }[]>;
  /** The address of the practice, and what takes its receipts. */
  receipts?: { from: string; send: (mail: OutgoingMail) => Promise<boolean> };
  record?: SharedRecord | undefined;
  /** What else the connector reads and writes: folders, mailboxes, receipts. */
  connection?: PracticeConfig | undefined;
  tell: (line: string) => void;
}

export interface OpenPractice {
  url: string;
  /** One round of the connector, now. */
  round(): Promise<void>;
  stop(): Promise<void>;
}

/** A whole practice of invented people: its software, and Cigogne's connector beside it, which speak to one another by FHIR alone. */
export async function openPractice(given: PracticeToOpen): Promise<OpenPractice> {
  const { db, structure, users, host, everyMs, receipts, record, zone, onError } = given;
  await db.transaction(async (tx) => {
    await registerStructures(tx, [{ ...structure, kind: 'practice' }]);
    await registerPractitioners(
      tx,
      users.flatMap((user) => practitionerOf(user, structure.finess)),
    );
    await enterPatients(tx, given.patients);
    if (given.said) await tell(tx, given.said, users);
  });
  const connectorToken = randomBytes(24).toString('base64url');
  const life = { isStopped: false, isWanted: false };
  let endRest = () => {};
  const wake = () => {
    life.isWanted = true;
    endRest();
  };
  const app = await makeLgc({ ...given, connectorToken, wake });
  const port = await listen(app, host, given.port);
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
  const beside = { db, mode: 'demo', software: { base: `${url}/fhir`, token: connectorToken }, tell: given.tell } as const;
  const connector = await (given.connection
    ? openConnector({ ...beside, config: given.connection, ...(record && { record }) })
    : makeConnector({
        ...beside,
        config: { zone, ...(receipts && { receipts: { host, port, secure: false, from: receipts.from } }) },
        ...(receipts && { sendMail: receipts.send }),
        ...(record && { record }),
      }));
  const oneRound = async () => {
    // Patients first: a mail that comes before them would wait for a person. Then the mails, then what they made to say.
    await connector.round();
    const mails = (await given.mails?.()) ?? [];
    for (const { raw, mailbox } of mails) await connector.mail(raw, mailbox);
    if (mails.length > 0) await connector.round();
    await escalateDue({ db, escalation: given.escalation, domains: undefined }, new Date());
  };
  // One at a time, whoever asks for it.
  let last: Promise<void> = Promise.resolve();
  const round = () => {
    last = last.catch(() => {}).then(oneRound);
    return last;
  };
  const rest = () =>
    new Promise<void>((resolve) => {
      if (life.isWanted || life.isStopped) return resolve();
      const timer = setTimeout(resolve, everyMs);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.isStopped) {
      life.isWanted = false;
      try {
        await round();
      } catch (error) {
        onError(error);
      }
      await rest();
    }
  })();
  return {
    url,
    round,
    async stop() {
      life.isStopped = true;
      endRest();
      await running;
      await connector.stop();
      await app.close();
    },
  };
}

async function tell(tx: Sql, { absences, expected }: NonNullable<PracticeToOpen['said']>, users: PracticeToOpen['users']): Promise<void> {
  const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? id;
  const now = new Date();
  for (const absence of absences)
    await writeAbsence(tx, { ...absence, holderName: nameOf(absence.holder), coveredName: nameOf(absence.coveredBy) }, now);
  for (const { number, ...one } of expected) {
    const patient = await patientBy(tx, { number });
    if (patient) await writeExpected(tx, { ...one, patientId: patient.patientId, now });
  }
}

async function listen(app: Awaited<ReturnType<typeof makeLgc>>, host: string, wanted: number): Promise<number> {
  try {
    await app.listen({ host, port: wanted });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await app.listen({ host, port: 0 });
  }
  return (app.server.address() as AddressInfo).port;
}

/** Colleagues who may be delegated to: those whom the national directory knows. `Dr Anne LEFEVRE-DEMO` → given and family names. */
function practitionerOf({ id, name }: PracticeToOpen['users'][number], finess: string) {
  const rpps = /^rpps:(\d+)$/.exec(id)?.[1];
  const found = /^(Dr )?(\S+) (.+)$/.exec(name);
  if (!rpps || !found) return [];
  const [, doctor, given = '', family = ''] = found;
  return [{ rpps, family, given, ...(doctor && { title: 'DR' }), mailboxes: [], structures: [finess] }];
}
