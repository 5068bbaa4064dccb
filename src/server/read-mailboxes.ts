import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Config, type Db, StartError } from '#kernel';
import { takeMail } from '#mail';
import { type MailRelaySettings, readMailbox } from '#transports';

const mailboxesSchema = z.array(
  z.strictObject({
    address: z.email(),
    imap: z.url({ protocol: /^imaps?$/ }),
    user: z.string().min(1).optional(),
    passwordFile: z.string().min(1),
  }),
);

/**
 * Reads the mailboxes that are kept here for those who have no mail software (MSSANTE_MAILBOXES_FILE), for as long as the server runs.
 * @returns how to stop
 * @throws StartError what the person at the terminal can mend
 */
export function readMailboxes(
  config: Config,
  db: Db,
  { certificate, ca }: Pick<MailRelaySettings, 'certificate' | 'ca'>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const { MSSANTE_MAILBOXES_FILE: file, MSSANTE_PATIENT_DOMAIN: patientDomain, CIGOGNE_MODE: mode } = config;
  if (file === undefined) return async () => {};
  const stops = mailboxesIn(file).map(({ address, imap, user = address, passwordFile }) => {
    const { protocol, hostname: host, port } = new URL(imap);
    const secure = protocol === 'imaps:';
    const tls = { ...(certificate && { certificate }), ...(ca !== undefined && { ca }) };
    const box = { host, port: Number(port || (secure ? 993 : 143)), secure, user, password: readText(passwordFile).trim(), ...tls };
    return readMailbox(
      box,
      async (raw) => (await takeMail({ db, mode, patientDomain }, { address, raw, now: new Date() })) !== 'refused',
      onError,
    );
  });
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

function mailboxesIn(file: string): z.infer<typeof mailboxesSchema> {
  try {
    return mailboxesSchema.parse(JSON.parse(readText(file)));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      'MSSANTE_MAILBOXES_FILE is no list of mailboxes: each has an address, an imap address and the file of its password.',
    );
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new StartError(
      'MSSANTE_MAILBOXES_FILE, or the file of a password that it names, cannot be read: check that it exists and that this account may read it.',
    );
  }
}
