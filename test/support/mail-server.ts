import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  to: string;
  raw: Buffer;
  email: Email;
}

/** An SMTP server of the outside world, on loopback. `answer` says what it does with a recipient: an error refuses it. */
export async function mailServer(options: SMTPServerOptions = {}) {
  const mails: ReceivedMail[] = [];
  const answer: { rcpt: (address: string) => { code: number; text: string } | undefined } = { rcpt: () => undefined };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideDSN: false,
    logger: false,
    onRcptTo({ address }, _session, done) {
      const refused = answer.rcpt(address);
      done(refused && Object.assign(new Error(refused.text), { responseCode: refused.code }));
    },
    onData(stream, session, done) {
      void (async () => {
        const raw = Buffer.concat(await stream.toArray());
        const email = await PostalMime.parse(raw);
        for (const { address } of session.envelope.rcptTo) mails.push({ to: address, raw, email });
        done(null, '2.0.0 kept');
      })();
    },
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { mails, answer, port, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
