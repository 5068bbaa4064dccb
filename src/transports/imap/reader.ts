import { ImapFlow } from 'imapflow';

export interface MailboxSettings {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS, which must succeed. */
  secure: boolean;
  user: string;
  password: string;
  /** PEM. Ours, when the operator asks for it, and the authorities of the operator's. */
  certificate?: { cert: string; key: string };
  ca?: string;
}

/** Marks what was taken, so that it is taken once; a mail that is none of ours to settle stays unread for people. */
const TAKEN = '$CigogneTaken';
/** Between two looks when the server announces nothing, and after a conversation that broke. */
const REST_MS = 30_000;

/**
 * Reads a mailbox for as long as it runs (IMAP4rev1, IDLE): each mail is given to `take`, then marked, so that one is taken at least once.
 * @param take returns whether it settled the mail, which is then marked read
 * @returns how to stop
 */
export function readMailbox(
  settings: MailboxSettings,
  take: (raw: Buffer) => Promise<boolean>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const life: { stopped: boolean; isAwaited: boolean; client?: ImapFlow; endRest: () => void } = {
    stopped: false,
    isAwaited: false,
    endRest: () => {},
  };
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REST_MS);
      life.endRest = () => {
        clearTimeout(timer);
        resolve();
      };
      // What came while the mails before it were being taken was announced once, before this rest.
      if (life.stopped || life.isAwaited) life.endRest();
    });
  const converse = async () => {
    const client = connection(settings);
    client.on('error', onError);
    client.on('exists', () => {
      life.isAwaited = true;
      life.endRest();
    });
    life.client = client;
    await client.connect();
    await client.mailboxOpen('INBOX');
    while (!life.stopped && client.usable) {
      life.isAwaited = false;
      await client.noop();
      await takeAll(client, take);
      // Not awaited: it lasts until the next command, and `exists` ends our rest.
      client.idle().catch(onError);
      await rest();
    }
  };
  const running = (async () => {
    while (!life.stopped) {
      await converse().catch(onError);
      life.client?.close();
      // A server that is away is asked again after a rest, whatever it announced before.
      life.isAwaited = false;
      if (!life.stopped) await rest();
    }
  })();
  return async () => {
    life.stopped = true;
    life.endRest();
    life.client?.close();
    await running;
  };
}

function connection({ host, port, secure, user, password, certificate, ca }: MailboxSettings): ImapFlow {
  return new ImapFlow({
    host,
    port,
    secure,
    doSTARTTLS: !secure,
    auth: { user, pass: password },
    tls: { ...certificate, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.2' },
    logger: false,
    disableAutoIdle: true,
  });
}

async function takeAll(client: ImapFlow, take: (raw: Buffer) => Promise<boolean>): Promise<void> {
  if (!client.mailbox || client.mailbox.exists === 0) return;
  const found = await client.search({ unKeyword: TAKEN, deleted: false }, { uid: true });
  for (const uid of found || []) {
    const mail = await client.fetchOne(String(uid), { source: true }, { uid: true });
    if (!mail || !mail.source) continue;
    const isSettled = await take(mail.source);
    await client.messageFlagsAdd(String(uid), isSettled ? [TAKEN, '\\Seen'] : [TAKEN], { uid: true });
  }
}
