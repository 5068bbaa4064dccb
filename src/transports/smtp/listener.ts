import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Refusal } from '#kernel';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** Who holds the conversation, as far as the connection proves it. */
export interface SmtpPeer {
  /** That it showed, signed by an authority that we trust. */
  certificate?: X509Certificate;
}

export interface SmtpListenerOptions {
  host: string;
  port: number;
  /** PEM: ours, and the authorities of those who may speak to us. Absent: no TLS, from this machine only. */
  tls?: { cert: string; key: string; ca: string };
  maxBytes: number;
  /** @throws Refusal `access.unauthenticated`, `access.denied`: this peer may not write from this address */
  admit(from: string, peer: SmtpPeer): Promise<void>;
  /** Is it ours? */
  isOurs(to: string): boolean;
  /** Keeps the mail; the peer is told that we have it when this ends. @returns what it is told. @throws Refusal `store.unavailable` */
  take(raw: Buffer, envelope: { from: string; peer: SmtpPeer }): Promise<string>;
  onError(error: unknown): void;
}

export interface SmtpListener {
  port: number;
  stop(): Promise<void>;
}

/**
 * Takes mail by SMTP (RFC 5321) with STARTTLS (RFC 3207), which must come first, and the certificate of the peer. A mail is acknowledged when `take`
 * has kept it: a peer that hears nothing sends it again.
 */
export async function startSmtpListener({ host, port, tls, maxBytes, ...door }: SmtpListenerOptions): Promise<SmtpListener> {
  const peers = new Map<string, SmtpPeer>();
  const peerOf = ({ id }: SMTPServerSession): SmtpPeer => peers.get(id) ?? {};
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...(tls && { ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' }),
    hideDSN: false,
    logger: false,
    size: maxBytes,
    onSecure(socket, session, done) {
      const raw = socket instanceof TLSSocket && socket.authorized ? socket.getPeerCertificate().raw : undefined;
      if (raw) peers.set(session.id, { certificate: new X509Certificate(raw) });
      done();
    },
    onClose: ({ id }) => void peers.delete(id),
    onMailFrom({ address }, session, done) {
      void answer(done, async () => {
        if (tls && !session.secure) throw replied(530, '5.7.0 Must issue a STARTTLS command first');
        await door.admit(address.toLowerCase(), peerOf(session));
      });
    },
    onRcptTo({ address }, _session, done) {
      void answer(done, async () => {
        if (!door.isOurs(address.toLowerCase())) throw replied(550, '5.1.1 no such mailbox here');
      });
    },
    onData(stream, session, done) {
      void (async () => {
        try {
          const raw = Buffer.concat(await stream.toArray());
          if (stream.sizeExceeded) throw replied(552, '5.3.4 larger than this door takes');
          const from = session.envelope.mailFrom ? session.envelope.mailFrom.address.toLowerCase() : '';
          done(null, `2.0.0 ${await door.take(raw, { from, peer: peerOf(session) })}`);
        } catch (error) {
          done(asReply(error));
        }
      })();
    },
  });
  const asReply = (error: unknown): Error => {
    if (error instanceof Error && 'responseCode' in error) return error;
    if (error instanceof Refusal && error.code !== 'store.unavailable') return replied(550, `5.7.1 ${error.message}`);
    door.onError(error);
    return replied(451, '4.3.0 not now: nothing was kept');
  };
  const answer = async (done: (error?: Error | null) => void, work: () => Promise<void>) => {
    let fault: Error | null = null;
    try {
      await work();
    } catch (error) {
      fault = asReply(error);
    }
    done(fault);
  };
  server.on('error', (error: NodeJS.ErrnoException) => {
    // Peers that break off, or whose certificate nobody signed: theirs to mend, told to them by the connection itself.
    if (error.syscall === 'listen') door.onError(error);
  });
  const listening = once(server.server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const replied = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
