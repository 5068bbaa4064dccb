import { mkdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { FolderDoor, MllpClient, openMailRelay, readMailbox } from '#transports';
import { Refusal } from '#kernel';
import { fileText, type PracticeConfig, readPatients, serverOf } from './config.ts';
import { giveByFhir, giveByMdm } from './give.ts';
import { hearReadings } from './hear-readings.ts';
import { takeMail } from './mail.ts';
import { writeOutputs } from './outputs.ts';
import { type OutgoingMail, sendReceipts } from './receipts.ts';
import { recordReader, type SharedRecord } from './record.ts';
import { patientsOfSoftware, type Software } from './software/client.ts';
import { notePatients } from './store.ts';
import { take, type TakeDeps } from './take.ts';

export interface ConnectorDeps extends TakeDeps {
  config: PracticeConfig;
  /** The software by FHIR, when it is not the one that the configuration names. */
  software?: Software;
  /** Sends one mail. @returns whether the server took it */
  sendMail?: (mail: OutgoingMail) => Promise<boolean>;
  /** Sends one HL7 v2 message to the software. @returns its acknowledgement */
  sendMdm?: (message: Uint8Array) => Promise<Buffer>;
  /** The region's record, when the practice reads it. */
  record?: SharedRecord;
  /** What goes on; never a name nor a result. */
  tell: (line: string) => void;
}

export interface Connector {
  /** One round: patients as the software says them, files, the record, what goes to the software, what it says was read, receipts. */
  round(): Promise<void>;
  /** Takes one mail. @returns false: the mark "read" stays the doctor's */
  mail(raw: Buffer, mailbox?: string): Promise<boolean>;
  /** Leaves what it follows. */
  stop(): Promise<void>;
}

/** An operator of secure mail takes no larger mail, nor do we a file. */
const MOST_BYTES = 50 * 1024 * 1024;

/** The connector of one practice. */
export async function makeConnector({
  config,
  sendMail,
  sendMdm,
  record,
  tell,
  software = softwareOf(config),
  ...deps
}: ConnectorDeps): Promise<Connector> {
  const { db } = deps;
  const { inbox, output, receipts, mllp, zone } = config;
  if (inbox !== undefined) await mkdir(inbox, { recursive: true });
  const folder =
    inbox === undefined
      ? undefined
      : new FolderDoor({
          folder: inbox,
          maxBytes: MOST_BYTES,
          take: (name, bytes) => take(deps, bytes, undefined, { channel: 'folder', reference: name }),
        });
  const patients = async () =>
    config.patients === undefined ? (software ? patientsOfSoftware(software) : []) : readPatients(config.patients);
  const giving = { db, zone, tell };
  const reader = record && recordReader({ ...deps, tell }, record);
  return {
    async round() {
      const said = await orTell(patients, tell);
      if (said) await db.transaction((tx) => notePatients(tx, said, new Date()));
      const look = await folder?.look();
      if (look && look.taken + look.refused > 0) tell(`folder: ${look.taken} taken, ${look.refused} refused`);
      await reader?.round(new Date());
      if (output) await writeOutputs(db, { ...output, zone });
      if (software) await giveByFhir(giving, software);
      if (mllp && sendMdm) await giveByMdm(giving, { numbers: mllp.numbers, receivingApplication: mllp.application, send: sendMdm });
      if (software) await orTell(() => hearReadings(db, software), tell);
      if (receipts && sendMail) await sendReceipts(db, receipts.from, sendMail);
    },
    async mail(raw, mailbox) {
      for (const { outcome, reason } of await takeMail(deps, raw, mailbox))
        tell(`mail: ${outcome}${reason === undefined ? '' : ` (${reason})`}`);
      return false;
    },
    stop: async () => reader?.stop(),
  };
}

function softwareOf({ software }: PracticeConfig): Software | undefined {
  if (!software) return undefined;
  const { base, tokenFile } = software;
  return { base: base.replace(/\/+$/, ''), token: tokenFile === undefined ? undefined : fileText(tokenFile) };
}

/** A software that is stopped holds back what it has to say, and nothing else. */
async function orTell<T>(ask: () => Promise<T>, tell: (line: string) => void): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(error.message);
    return undefined;
  }
}

/** Runs the connector of a practice until it is stopped: its mailbox as mails come, the rest in rounds. */
export async function runConnector(
  deps: Omit<ConnectorDeps, 'sendMail' | 'sendMdm'>,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  const connector = await openConnector(deps);
  try {
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await connector.round();
    }
  } finally {
    await connector.stop();
  }
}

/** The connector with the servers that its configuration names: listening to its mailboxes, its first round done. */
export async function openConnector(deps: Omit<ConnectorDeps, 'sendMail' | 'sendMdm'>): Promise<Connector> {
  const { config, tell } = deps;
  const { mailbox, mailboxes = [], receipts, mllp } = config;
  const relay = receipts && openMailRelay(serverOf(receipts));
  const messages = mllp && mllpClient(mllp);
  // A receipt comes from nobody, so that it is never answered in its turn (RFC 8098 §2).
  const sendMail = async ({ to, raw, id }: OutgoingMail) =>
    (await relay!.send({ from: '', to, raw, envelopeId: id.replaceAll(/[<>]/g, '') })).kind === 'accepted';
  const sendMdm = (message: Uint8Array) =>
    messages!.send(message).catch((cause: unknown) => {
      throw new Refusal('store.unavailable', 'the software of the practice does not answer in MLLP', { at: 'mllp', cause });
    });
  const connector = await makeConnector({ ...deps, ...(relay && { sendMail }), ...(messages && { sendMdm }) });
  // Patients first: a mail that comes before them would wait for a person.
  await connector.round();
  const stops = [...(mailbox ? [mailbox] : []), ...mailboxes].map((box) =>
    readMailbox(
      { ...serverOf(box), user: box.user, password: fileText(box.passwordFile) },
      (raw) => connector.mail(raw, box.address ?? (box.user.includes('@') ? box.user : undefined)),
      (error) => tell(`mailbox: ${(error as Error).message}`),
    ),
  );
  return {
    ...connector,
    async stop() {
      await connector.stop();
      for (const stop of stops) await stop();
      await messages?.close();
      relay?.close();
    },
  };
}

function mllpClient(settings: NonNullable<PracticeConfig['mllp']>): MllpClient {
  const { host, port, secure, ca, certificate } = serverOf(settings);
  return new MllpClient({ host, port, ...(secure && { tls: { ...certificate, ...(ca !== undefined && { ca }) } }) });
}
