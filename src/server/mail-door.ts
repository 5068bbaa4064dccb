import { readFileSync } from 'node:fs';
import { type Sender, senderOfCertificate, senderOfMailbox } from '#directory';
import { receiveMail, type ReceiveDeps } from '#flows';
import { type Config, Refusal, StartError } from '#kernel';
import { type ReadMail, type SmtpListener, type SmtpPeer, startSmtpListener } from '#transports';

export interface MailDoorDeps {
  config: Config;
  journey: ReceiveDeps;
  /** The region's address. */
  ours: string;
  /** Domains of the trusted operators: each vouches for who writes from its addresses. */
  domains: ReadonlySet<string>;
  onError: (error: unknown) => void;
}

/**
 * The door of secure mail: results of laboratories whose software sends nothing else. A sender is the registered system of the address that the mail
 * was proved to come from, and deposits for its own structures only; a mail from nobody known is left in the mailbox, for people.
 */
export interface MailDoor {
  /** A mail that our operator put in our mailbox. @returns whether it is settled */
  takeDelivered(raw: Buffer): Promise<boolean>;
  /** The port that it listens on, where there is one. */
  port?: number | undefined;
  stop(): Promise<void>;
}

/** @throws StartError what the person at the terminal can mend */
export async function openMailDoor(deps: MailDoorDeps): Promise<MailDoor> {
  const { config, journey, ours, domains, onError } = deps;
  const take = (raw: Buffer, senderOf: (mail: ReadMail) => Promise<Sender | undefined>) =>
    receiveMail(journey, { raw, ours, senderOf, receivedAt: new Date() });
  const listener = await listen(deps, {
    admit: async (from, peer) => {
      if (!(await provedBy(deps, from, peer)))
        throw new Refusal('access.denied', 'no registered system sends from this address with this certificate');
    },
    isOurs: (to) => to === ours.toLowerCase(),
    async take(raw, { from, peer }) {
      const isSettled = await take(raw, async (mail) => (mail.from === from ? provedBy(deps, from, peer) : undefined));
      if (!isSettled) throw new Refusal('deposit.unsupported-format', 'no document in this mail, or it is not written by who sends it');
      return 'kept; the answer follows by mail';
    },
    onError,
  });
  return {
    takeDelivered: (raw) =>
      take(raw, async ({ from = '', returnPath }) =>
        from === returnPath && domains.has(domainOf(from)) ? senderOfMailbox(journey.db, from, config.CIGOGNE_MODE) : undefined,
      ),
    port: listener?.port,
    stop: async () => listener?.stop(),
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The certificate of the system itself; or that of an operator that we trust, writing for an address of a trusted domain. */
async function provedBy({ config, journey, domains }: MailDoorDeps, from: string, { certificate }: SmtpPeer): Promise<Sender | undefined> {
  const { CIGOGNE_MODE: mode } = config;
  const sender = await senderOfMailbox(journey.db, from, mode);
  const holder = certificate && (await senderOfCertificate(journey.db, certificate.raw.toString('base64'), mode));
  if (holder) return holder.clientId === sender?.clientId ? sender : undefined;
  return domains.has(domainOf(from)) ? sender : undefined;
}

type Door = Pick<Parameters<typeof startSmtpListener>[0], 'admit' | 'isOurs' | 'take' | 'onError'>;

async function listen({ config }: MailDoorDeps, door: Door): Promise<SmtpListener | undefined> {
  const { MAIL_DOOR_PORT: port, MAIL_DOOR_HOST: host, DEPOSIT_MAX_BYTES } = config;
  if (port === undefined) return undefined;
  const tls = certificatesOf(config);
  // In base64, with what surrounds it.
  const maxBytes = Math.ceil(DEPOSIT_MAX_BYTES * 1.5);
  return startSmtpListener({ host, port, maxBytes, ...(tls && { tls }), ...door }).catch(() => {
    throw new StartError(`The port ${port} of ${host} cannot be opened for mail: choose another MAIL_DOOR_PORT or MAIL_DOOR_HOST.`);
  });
}

function certificatesOf({ CIGOGNE_MODE, MAIL_DOOR_HOST, MAIL_DOOR_CERTIFICATE_FILE, MAIL_DOOR_KEY_FILE, MAIL_DOOR_CA_FILE }: Config) {
  const files = [MAIL_DOOR_CERTIFICATE_FILE, MAIL_DOOR_KEY_FILE, MAIL_DOOR_CA_FILE];
  const isLocalDemo = CIGOGNE_MODE === 'demo' && MAIL_DOOR_HOST === '127.0.0.1';
  if (isLocalDemo && files.every((file) => file === undefined)) return undefined;
  try {
    const [cert, key, ca] = files.map((file) => readFileSync(file!, 'utf8'));
    return { cert: cert!, key: key!, ca: ca! };
  } catch {
    throw new StartError(
      'MAIL_DOOR_PORT needs MAIL_DOOR_CERTIFICATE_FILE, MAIL_DOOR_KEY_FILE and MAIL_DOOR_CA_FILE, files that this account may read: without them nobody can prove who writes.',
    );
  }
}
