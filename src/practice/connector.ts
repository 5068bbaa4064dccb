import { mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { FolderDoor, openMailRelay, readMailbox } from '#transports';
import { StartError } from '#kernel';
import { type PracticeConfig, readPatients } from './config.ts';
import { takeMail } from './mail.ts';
import { writeOutputs } from './outputs.ts';
import { type OutgoingMail, sendReceipts } from './receipts.ts';
import { notePatients } from './store.ts';
import { take, type TakeDeps } from './take.ts';

export interface ConnectorDeps extends TakeDeps {
  config: PracticeConfig;
  /** Sends one mail. @returns whether the server took it */
  sendMail?: (mail: OutgoingMail) => Promise<boolean>;
  /** What goes on; never a name nor a result. */
  tell: (line: string) => void;
}

export interface Connector {
  /** One round: patients as the software says them, files, what goes to the software, receipts. */
  round(): Promise<void>;
  /** Takes one mail. @returns false: the mark "read" stays the doctor's */
  mail(raw: Buffer): Promise<boolean>;
}

/** An operator of secure mail takes no larger mail, nor do we a file. */
const MOST_BYTES = 50 * 1024 * 1024;

/** The connector of one practice. */
export async function makeConnector({ config, sendMail, tell, ...deps }: ConnectorDeps): Promise<Connector> {
  const { inbox, output, receipts, zone } = config;
  if (inbox !== undefined) await mkdir(inbox, { recursive: true });
  const folder =
    inbox === undefined
      ? undefined
      : new FolderDoor({
          folder: inbox,
          maxBytes: MOST_BYTES,
          take: (name, bytes) => take(deps, bytes, undefined, { channel: 'folder', reference: name }),
        });
  return {
    async round() {
      await deps.db.transaction((tx) => notePatients(tx, readPatients(config.patients), new Date()));
      const look = await folder?.look();
      if (look && look.taken + look.refused > 0) tell(`folder: ${look.taken} taken, ${look.refused} refused`);
      if (output) await writeOutputs(deps.db, { ...output, zone });
      if (receipts && sendMail) await sendReceipts(deps.db, receipts.from, sendMail);
    },
    async mail(raw) {
      for (const { outcome, reason } of await takeMail(deps, raw)) tell(`mail: ${outcome}${reason === undefined ? '' : ` (${reason})`}`);
      return false;
    },
  };
}

/** Runs the connector of a practice until it is stopped: its mailbox as mails come, the rest in rounds. */
export async function runConnector(
  deps: Omit<ConnectorDeps, 'sendMail'>,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  const { config, tell } = deps;
  const { mailbox, receipts } = config;
  const relay = receipts && openMailRelay(serverOf(receipts));
  // A receipt comes from nobody, so that it is never answered in its turn (RFC 8098 §2).
  const sendMail = async ({ to, raw, id }: OutgoingMail) =>
    (await relay!.send({ from: '', to, raw, envelopeId: id.replaceAll(/[<>]/g, '') })).kind === 'accepted';
  const connector = await makeConnector({ ...deps, ...(relay && { sendMail }) });
  // Patients first: a mail that comes before them would wait for a person.
  await connector.round();
  const stopMail = mailbox
    ? readMailbox({ ...serverOf(mailbox), user: mailbox.user, password: fileText(mailbox.passwordFile) }, connector.mail, (error) =>
        tell(`mailbox: ${(error as Error).message}`),
      )
    : undefined;
  try {
    while (!signal.aborted) {
      await pause(everyMs, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await connector.round();
    }
  } finally {
    await stopMail?.();
    relay?.close();
  }
}

function serverOf({
  host,
  port,
  secure,
  caFile,
  certificateFile,
  keyFile,
}: NonNullable<PracticeConfig['receipts']> | NonNullable<PracticeConfig['mailbox']>) {
  const certificate = certificateFile !== undefined && keyFile !== undefined && { cert: fileText(certificateFile), key: fileText(keyFile) };
  return { host, port, secure, ...(caFile !== undefined && { ca: fileText(caFile) }), ...(certificate && { certificate }) };
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`${file} cannot be read: check that it exists and that this account may read it.`);
  }
}
