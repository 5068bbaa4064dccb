import type { X509Certificate } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { Refusal } from '#kernel';
import { FrameReader, framed } from './frames.ts';

/** Who is at the other end. */
export interface MllpPeer {
  address: string;
  isTls: boolean;
  /** The certificate that it showed, of which it proved to hold the key. */
  certificate?: X509Certificate;
}

export interface MllpListenerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** PEM. With it, every peer must show a certificate; whether it is a known one is for `receive` to say. */
  tls?: { cert: string; key: string };
  /** Takes one message and gives the answer: called only once per message, and its answer sent only when it resolves, so that what is acknowledged is durable. */
  receive(message: Buffer, peer: MllpPeer): Promise<Buffer>;
  /** The answer to what is no message, or is too large; `head`: its first bytes. The connection closes after it. */
  refuse(refusal: Refusal, head: Buffer): Buffer;
  /** A bug in `receive`: nothing is answered, the connection closes, the sender sends again. */
  onError(error: unknown): void;
  limits?: Partial<MllpLimits>;
}

export interface MllpLimits {
  /** Bytes of one message. */
  messageBytes: number;
  /** Bytes of all the messages that are not whole yet. */
  heldBytes: number;
  connections: number;
  /** From its first byte, a message has this long to be whole: who sends more slowly holds memory for nothing. */
  messageMilliseconds: number;
  /** For a connection to be made with TLS. */
  handshakeMilliseconds: number;
  /** For the messages in hand to be answered when the listener stops. */
  stopMilliseconds: number;
}

const LIMITS: MllpLimits = {
  messageBytes: 20 * 1024 * 1024,
  heldBytes: 256 * 1024 * 1024,
  connections: 2_000,
  messageMilliseconds: 90_000,
  handshakeMilliseconds: 10_000,
  stopMilliseconds: 10_000,
};

/** After this long without a byte the system asks whether the peer still lives; an idle connection is kept as long as it does. */
const KEEP_ALIVE_MILLISECONDS = 60_000;

export interface MllpListener {
  port: number;
  /** Connections open now. */
  connections(): number;
  /** Takes no more messages, answers those in hand, closes. */
  stop(): Promise<void>;
}

/**
 * Listens for messages of HL7 v2 in MLLP. On one connection messages are taken one at a time, in order, each answered before the next is read: a sender that
 * does not wait is held back by TCP.
 */
export async function startMllpListener(options: MllpListenerOptions): Promise<MllpListener> {
  const limits = { ...LIMITS, ...options.limits };
  const open = new Set<Connection>();
  const shared: Shared = { options, limits, held: 0 };
  const accept = (socket: Socket) => {
    const connection = new Connection(socket, shared, () => open.delete(connection));
    open.add(connection);
  };
  const server = makeServer(options, limits, accept);
  await listening(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => open.size,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const patience = setTimeout(() => {
        for (const connection of open) connection.destroy();
      }, limits.stopMilliseconds);
      for (const connection of open) connection.finish();
      await closed;
      clearTimeout(patience);
    },
  };
}

function makeServer({ tls }: MllpListenerOptions, limits: MllpLimits, accept: (socket: Socket) => void): Server {
  if (!tls) {
    const server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MILLISECONDS, noDelay: true }, accept);
    server.maxConnections = limits.connections;
    return server;
  }
  // Certificates of laboratories may be self-signed: the register says which are known (RFC 8705 §2.2), not an authority.
  const server = createTlsServer(
    { ...tls, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2', handshakeTimeout: limits.handshakeMilliseconds },
    accept,
  );
  server.maxConnections = limits.connections;
  // A peer that speaks no TLS is only turned away.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

function listening(server: Server, { host, port }: MllpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Shared {
  options: MllpListenerOptions;
  limits: MllpLimits;
  /** Bytes of the messages that are not whole yet, of all connections. */
  held: number;
}

class Connection {
  readonly #socket: Socket;
  readonly #shared: Shared;
  readonly #frames: FrameReader;
  readonly #peer: MllpPeer;
  #counted = 0;
  #isBusy = false;
  #isFinishing = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(socket: Socket, shared: Shared, onClose: () => void) {
    this.#socket = socket;
    this.#shared = shared;
    this.#frames = new FrameReader(shared.limits.messageBytes);
    this.#peer = peerOf(socket);
    if (socket instanceof TLSSocket) socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
    socket.on('data', (chunk: Buffer) => void this.#take(chunk));
    // A reset is how many senders hang up.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(this.#deadline);
      shared.held -= this.#counted;
      this.#counted = 0;
      onClose();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Closes once the message in hand is answered; now when there is none. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isBusy) this.#socket.destroy();
  }

  async #take(chunk: Buffer): Promise<void> {
    this.#socket.pause();
    try {
      const messages = this.#frames.push(chunk);
      const fault = this.#frames.fault ?? this.#count();
      for (const message of messages) await this.#answer(message);
      if (fault) this.#turnAway(fault);
      else this.#socket.resume();
    } catch (error) {
      this.#shared.options.onError(error);
      this.#socket.destroy();
    }
  }

  /** Says why, lets the rest of what comes go by so that the answer can be read, and closes. */
  #turnAway(refusal: Refusal): void {
    this.#socket.end(framed(this.#shared.options.refuse(refusal, this.#frames.head())));
    this.#socket.removeAllListeners('data').resume();
    this.#deadline ??= setTimeout(() => this.#socket.destroy(), this.#shared.limits.stopMilliseconds);
  }

  async #answer(message: Buffer): Promise<void> {
    if (this.#isFinishing) return;
    this.#isBusy = true;
    try {
      const answer = await this.#shared.options.receive(message, this.#peer);
      if (!this.#socket.destroyed) this.#socket.write(framed(answer));
    } finally {
      this.#isBusy = false;
      if (this.#isFinishing) this.#socket.end();
    }
  }

  /** Memory and time of the message that is not whole yet. @returns why it is too much */
  #count(): Refusal | undefined {
    const [shared, frames] = [this.#shared, this.#frames];
    shared.held += frames.held - this.#counted;
    this.#counted = frames.held;
    if (shared.held > shared.limits.heldBytes) {
      return new Refusal('access.too-many', 'too many large messages at once', { at: 'MLLP' });
    }
    if (!frames.isInside) {
      clearTimeout(this.#deadline);
      this.#deadline = undefined;
    } else this.#deadline ??= setTimeout(() => this.#socket.destroy(), shared.limits.messageMilliseconds);
    return undefined;
  }
}

function peerOf(socket: Socket): MllpPeer {
  const address = socket.remoteAddress ?? '';
  if (!(socket instanceof TLSSocket)) return { address, isTls: false };
  const shown = socket.getPeerX509Certificate();
  return { address, isTls: true, ...(shown && { certificate: shown }) };
}
