import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { FrameReader, framed } from './frames.ts';

export interface MllpClientOptions {
  host: string;
  port: number;
  /** With it the connection is TLS: what proves us to the other side, and whom we believe (PEM). */
  tls?: {
    cert?: string;
    key?: string;
    ca?: string /** Name that the other side must prove, when it is not `host`. */;
    servername?: string;
  };
  /** For a connection to be made. */
  connectMilliseconds?: number;
  /** For an answer to come. */
  answerMilliseconds?: number;
}

/** The answer did not come: whether the message was taken is not known, so it is to be sent again as it is. */
export class MllpError extends Error {
  override readonly name = 'MllpError';
}

const MOST_ANSWER_BYTES = 1024 * 1024;

/**
 * One destination, one connection, messages in order: each is sent when the former is answered. The connection is made at the first message, kept, and
 * made again at the next message after it broke. Trying again is for the caller, who keeps the message until its answer.
 */
export class MllpClient {
  readonly #options: MllpClientOptions;
  #connection: Connection | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MllpClientOptions) {
    this.#options = options;
  }

  /**
   * Sends one message.
   * @param isWanted asked when its turn comes: a message that waited behind a silence need not wait for another
   * @returns its answer, without frame
   * @throws MllpError
   */
  send(message: Uint8Array, isWanted: () => boolean = () => true): Promise<Buffer> {
    const answer = this.#last.then(() => {
      if (!isWanted()) throw new MllpError('the message before it had no answer');
      return this.#exchange(message);
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  /** Closes once what is being sent is answered. */
  async close(): Promise<void> {
    await this.#last;
    this.#connection?.socket.destroy();
    this.#connection = undefined;
  }

  async #exchange(message: Uint8Array): Promise<Buffer> {
    const { answerMilliseconds = 30_000 } = this.#options;
    if (this.#connection?.socket.destroyed) this.#connection = undefined;
    this.#connection ??= await openConnection(this.#options);
    const connection = this.#connection;
    try {
      return await within(answerMilliseconds, 'no answer came in time', exchange(connection, message));
    } catch (error) {
      // An answer that comes later would be taken for that of the next message.
      connection.socket.destroy();
      this.#connection = undefined;
      throw error;
    }
  }
}

interface Connection {
  socket: Socket;
  frames: FrameReader;
}

async function openConnection({ host, port, tls, connectMilliseconds = 10_000 }: MllpClientOptions): Promise<Connection> {
  const socket = tls ? connectTls({ host, port, ...tls, minVersion: 'TLSv1.2' }) : connectTcp({ host, port });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  const made = new Promise<void>((resolve, reject) => {
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve());
    socket.on('error', (cause) => reject(new MllpError(`the connection failed (${cause.message})`, { cause })));
  });
  try {
    await within(connectMilliseconds, 'the connection was not made in time', made);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { socket, frames: new FrameReader(MOST_ANSWER_BYTES) };
}

function exchange({ socket, frames }: Connection, message: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off('data', onData).off('close', onClose);
      act();
    };
    const onClose = () => settle(() => reject(new MllpError('the connection closed before the answer')));
    const onData = (chunk: Buffer) => {
      const [answer] = frames.push(chunk);
      if (answer) settle(() => resolve(answer));
      else if (frames.fault) settle(() => reject(new MllpError('the answer is no message of MLLP', { cause: frames.fault })));
    };
    socket.on('data', onData).on('close', onClose);
    if (socket.destroyed) onClose();
    else socket.write(framed(message));
  });
}

async function within<T>(milliseconds: number, otherwise: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MllpError(otherwise)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
