import { connect, isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { SmtpFailure } from './outcome.ts';
import { asData } from './mail-data.ts';
import { ReplyReader, type Reply } from './replies.ts';

export interface ConversationSettings {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS, which must succeed unless `plain`. */
  secure: boolean;
  plain: boolean;
  tls: ConnectionOptions;
  /** Longer than any answer of a working server. */
  patienceMs: number;
}

/** One mail, already written byte for byte. */
export interface MailToSend {
  from: string;
  to: string;
  raw: Buffer;
  /** Comes back in delivery notifications (RFC 3461 §4.4). */
  envelopeId: string;
  /** Milliseconds after which it does not leave any more: another may have it in hand by then. */
  withinMs?: number;
}

/** What went wrong, as `outcomeOf` reads it; without a reply code, it is of the conversation, which is over. */
export class SmtpError extends Error implements SmtpFailure {
  readonly code: string;
  readonly responseCode?: number;
  readonly response?: string;
  /** A server may end an idle conversation at any time: no word of the mail was said, and another conversation may take it. */
  isUntaken = false;
  constructor(code: string, message: string, reply?: Reply) {
    super(message);
    this.code = code;
    if (reply) {
      this.responseCode = reply.code;
      this.response = reply.text;
    }
  }
}

/**
 * One conversation with a server (RFC 5321), over which mails are sent one after the other. Commands of one mail travel together where the server takes
 * that (PIPELINING, RFC 2920): two exchanges a mail instead of four.
 */
export class Conversation {
  readonly #settings: ConversationSettings;
  #socket: Socket;
  #replies: ReplyReader;
  #extensions = new Set<string>();
  #isOver = false;
  /** A mail was taken over it. */
  #isUsed = false;

  private constructor(settings: ConversationSettings, socket: Socket) {
    this.#settings = settings;
    this.#socket = socket;
    this.#replies = new ReplyReader(socket);
    this.#hold(socket);
  }

  /** Greeted, and under TLS unless it is not asked for. @throws SmtpError */
  static async open(settings: ConversationSettings): Promise<Conversation> {
    const { host, port, secure, tls } = settings;
    const socket = secure ? connectTls({ ...named(host), ...tls, host, port }) : connect({ host, port });
    socket.setNoDelay(true);
    const conversation = new Conversation(settings, socket);
    try {
      await conversation.#greet();
      return conversation;
    } catch (error) {
      conversation.end();
      throw error;
    }
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Nothing keeps the process alive for a conversation in which nothing is said. */
  rest(): void {
    this.#socket.unref();
  }

  /** @returns the words with which the server took it. @throws SmtpError */
  async send({ from, to, raw, envelopeId }: MailToSend): Promise<string> {
    this.#socket.ref();
    const has = (extension: string) => this.#extensions.has(extension);
    const dsn = has('DSN');
    const mail = `MAIL FROM:<${address(from)}>${has('SIZE') ? ` SIZE=${raw.length}` : ''}${dsn ? ` RET=HDRS ENVID=${xtext(envelopeId)}` : ''}`;
    const rcpt = `RCPT TO:<${address(to)}>${dsn ? ' NOTIFY=SUCCESS,FAILURE,DELAY' : ''}`;
    const [ofMail, ofRcpt, ofData] = await this.#ask([mail, rcpt, 'DATA'], has('PIPELINING')).catch((error: SmtpError) => {
      error.isUntaken = this.#isUsed && error.code !== 'ETIMEDOUT';
      throw error;
    });
    const refused = [ofMail, ofRcpt].find((reply) => reply && reply.code >= 300);
    if (refused || ofData?.code !== 354) {
      // It waits for the mail all the same: an empty one, which it refuses since nobody is to have it (RFC 2920 §3.1).
      const undone = ofData?.code === 354 ? ['.', 'RSET'] : ['RSET'];
      for (const command of undone) await this.#ask([command], false).catch(() => {});
      const reply = refused ?? ofData;
      throw new SmtpError(refused ? 'EENVELOPE' : 'EMESSAGE', reply!.text, reply);
    }
    const answer = this.#replies.next(this.#settings.patienceMs);
    this.#write(asData(raw));
    const taken = checked(await this.#heard(answer));
    if (taken.code >= 300) throw new SmtpError('EMESSAGE', taken.text, taken);
    this.#isUsed = true;
    return taken.text;
  }

  end(): void {
    if (!this.#isOver && this.#socket.writable) this.#socket.end('QUIT\r\n');
    this.#isOver = true;
    // Who does not answer "221" has nothing of ours in hand.
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  async #greet(): Promise<void> {
    const { secure, plain, host, tls, patienceMs } = this.#settings;
    const greeting = checked(await this.#heard(this.#replies.next(patienceMs)));
    if (greeting.code !== 220) throw new SmtpError('EPROTOCOL', greeting.text, greeting);
    await this.#introduce();
    if (secure || plain) return;
    const [ready] = await this.#ask(['STARTTLS'], false);
    if (ready!.code !== 220) throw new SmtpError('ETLS', ready!.text);
    // What came in clear before the handshake is nobody's word (RFC 3207 §6).
    this.#replies.leave();
    this.#socket = connectTls({ ...named(host), ...tls, host, socket: this.#socket });
    this.#hold(this.#socket);
    this.#replies = new ReplyReader(this.#socket);
    await this.#introduce();
  }

  async #introduce(): Promise<void> {
    const [hello] = await this.#ask([`EHLO ${ourName()}`], false);
    if (hello!.code !== 250) throw new SmtpError('EPROTOCOL', hello!.text, hello);
    this.#extensions = new Set(hello!.lines.slice(1).map((line) => line.split(' ')[0]!.toUpperCase()));
  }

  /** Commands and their replies; one after the other, until one fails, where they may not travel together. */
  async #ask(commands: readonly string[], areTogether: boolean): Promise<Reply[]> {
    const { patienceMs } = this.#settings;
    if (areTogether) {
      const answers = commands.map(() => this.#replies.next(patienceMs));
      for (const answer of answers) answer.catch(() => {});
      this.#write([Buffer.from(`${commands.join('\r\n')}\r\n`, 'latin1')]);
      const replies: Reply[] = [];
      for (const answer of answers) replies.push(checked(await this.#heard(answer)));
      return replies;
    }
    const replies: Reply[] = [];
    for (const command of commands) {
      const answer = this.#replies.next(patienceMs);
      this.#write([Buffer.from(`${command}\r\n`, 'latin1')]);
      const reply = checked(await this.#heard(answer));
      replies.push(reply);
      if (reply.code >= 400) break;
    }
    return replies;
  }

  async #heard(answer: Promise<Reply>): Promise<Reply> {
    try {
      return await answer;
    } catch (error) {
      this.#isOver = true;
      this.#socket.destroy();
      const { code = 'ESOCKET', message } = error as NodeJS.ErrnoException;
      throw new SmtpError(KNOWN.has(code) ? code : 'ESOCKET', message);
    }
  }

  #write(parts: readonly Buffer[]): void {
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.uncork();
  }

  #hold(socket: Socket): void {
    // Told to who waits for a reply; an idle conversation that breaks is simply over.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (socket === this.#socket) this.#isOver = true;
    });
  }
}

const KNOWN = new Set(['ETIMEDOUT', 'ECONNREFUSED', 'ECONNRESET', 'EPROTOCOL']);

/** @throws SmtpError the server ends the conversation (421): it says nothing of the mail */
function checked(reply: Reply): Reply {
  if (reply.code === 421) throw new SmtpError('ECONNECTION', reply.text);
  return reply;
}

const named = (host: string) => (isIP(host) === 0 ? { servername: host } : {});

const ourName = (): string => {
  const name = hostname();
  return /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(name) ? name : '[127.0.0.1]';
};

/** @throws SmtpError what would be another command */
function address(text: string): string {
  if (!/^[\x21-\x3b\x3d\x3f-\x7e]*$/.test(text))
    throw new SmtpError('EENVELOPE', '5.1.3 no address', { code: 501, text: '5.1.3 no address', lines: [] });
  return text;
}

/** RFC 3461 §4. */
const xtext = (text: string): string =>
  text.replaceAll(
    /[^\x21-\x2a\x2c-\x3c\x3e-\x7e]/g,
    (one) => `+${(one.codePointAt(0)! & 0xff).toString(16).toUpperCase().padStart(2, '0')}`,
  );
