import { createTransport } from 'nodemailer';
import { type MailOutcome, outcomeOf, type SmtpFailure } from './outcome.ts';

export interface MailRelaySettings {
  host: string;
  port: number;
  /** TLS from the first byte (submissions, RFC 8314); otherwise STARTTLS, which must succeed unless `plain`. */
  secure: boolean;
  /** No TLS at all: only to a server of the same machine. */
  plain?: boolean;
  /** PEM. Ours, that the operator asks for, and the authorities of the operator's. */
  certificate?: { cert: string; key: string };
  ca?: string;
  /** Conversations at once. */
  connections?: number;
}

/** One mail, already written byte for byte. */
export interface MailToSend {
  from: string;
  to: string;
  raw: Buffer;
  /** Comes back in delivery notifications (RFC 3461 §4.4). */
  envelopeId: string;
}

export interface MailRelay {
  /** Never throws: what went wrong is an outcome. */
  send(mail: MailToSend): Promise<MailOutcome>;
  close(): void;
}

/** Longer than any answer of a working operator; a hung conversation is given up, and the mail tried again. */
const PATIENCE_MS = 30_000;

/** The operator of secure mail to which ours go: SMTP submission (RFC 6409), notifications of delivery asked for (RFC 3461). */
export function openMailRelay({ host, port, secure, plain, certificate, ca, connections = 4 }: MailRelaySettings): MailRelay {
  const transport = createTransport({
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    host,
    port,
    secure,
    requireTLS: !secure && plain !== true,
    ignoreTLS: plain === true,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    tls: { ...certificate, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.2' },
  });
  return {
    async send({ from, to, raw, envelopeId }) {
      try {
        const { response } = await transport.sendMail({
          envelope: { from, to: [to] },
          raw,
          dsn: { id: envelopeId, return: 'headers', notify: ['success', 'failure', 'delay'] },
        });
        return { kind: 'accepted', reply: response };
      } catch (error) {
        return outcomeOf(error as SmtpFailure);
      }
    },
    close: () => transport.close(),
  };
}
