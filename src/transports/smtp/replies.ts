import type { Socket } from 'node:net';

/** A reply of a server: its code, its words on one line as it is shown and kept, its lines without the code. */
export interface Reply {
  code: number;
  text: string;
  lines: string[];
}

/** A server that says more than this before it ends a reply is none. */
const MOST_BYTES = 65_536;

/** Reads the replies of a server (RFC 5321 §4.2), in the order in which they were asked for. */
export class ReplyReader {
  readonly #socket: Socket;
  #rest = '';
  #lines: string[] = [];
  #asked: { resolve: (reply: Reply) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }[] = [];
  #fault: Error | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#hear);
    socket.on('error', this.#fail);
    socket.on('close', this.#closed);
  }

  /** @throws the fault of the connection, or ETIMEDOUT */
  next(patienceMs: number): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#fault) return reject(this.#fault);
      const timer = setTimeout(() => this.#fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), patienceMs);
      this.#asked.push({ resolve, reject, timer });
    });
  }

  /** Another reads this connection from now on. */
  leave(): void {
    this.#socket.off('data', this.#hear);
    this.#socket.off('error', this.#fail);
    this.#socket.off('close', this.#closed);
  }

  readonly #hear = (bytes: Buffer): void => {
    const text = this.#rest + bytes.toString('latin1');
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#line(text.slice(from, end).replace(/\r$/, ''));
      from = end + 1;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length + this.#lines.join('').length > MOST_BYTES) this.#fail(noServer());
  };

  #line(line: string): void {
    const [, code, separator = ' ', words = ''] = /^([2-5]\d\d)(?:([ -])(.*))?$/.exec(line) ?? [];
    if (code === undefined) return this.#fail(noServer());
    this.#lines.push(words);
    if (separator === '-') return;
    const lines = this.#lines;
    this.#lines = [];
    const asked = this.#asked.shift();
    clearTimeout(asked?.timer);
    asked?.resolve({ code: Number(code), text: `${code} ${lines.join(' ')}`.trim(), lines });
  }

  readonly #closed = (): void => this.#fail(Object.assign(new Error('the connection ended'), { code: 'ECONNRESET' }));

  readonly #fail = (error: Error): void => {
    this.#fault ??= error;
    for (const { reject, timer } of this.#asked.splice(0)) {
      clearTimeout(timer);
      reject(this.#fault);
    }
  };
}

const noServer = (): Error => Object.assign(new Error('what answers speaks no SMTP'), { code: 'EPROTOCOL' });
