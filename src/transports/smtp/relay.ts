import { Conversation, type MailToSend, type SmtpError } from './conversation.ts';
import { type MailOutcome, outcomeOf } from './outcome.ts';

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
  /** Conversations at once, 4 when not said. */
  connections?: number;
}

export interface MailRelay {
  /** Never throws: what went wrong is an outcome. */
  send(mail: MailToSend): Promise<MailOutcome>;
  close(): void;
}

/** Longer than any answer of a working operator; a hung conversation is given up, and the mail tried again. */
const PATIENCE_MS = 30_000;
/** An idle conversation is ended before the operator ends it. */
const IDLE_MS = 20_000;

interface Waiting {
  mail: MailToSend;
  since: number;
  resolve: (outcome: MailOutcome) => void;
}

/** It waited too long for those before it: the operator is too slow for what there is to send. */
const TOO_LATE: MailOutcome = { kind: 'later', scope: 'relay', code: 'relay.unreachable', reply: 'not sent in time' };

/** The operator of secure mail to which ours go: SMTP submission (RFC 6409), notifications of delivery asked for (RFC 3461). */
export function openMailRelay({ host, port, secure, plain = false, certificate, ca, connections = 4 }: MailRelaySettings): MailRelay {
  const tls = { ...certificate, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.2' as const };
  const settings = { host, port, secure, plain, tls, patienceMs: PATIENCE_MS };
  const waiting: Waiting[] = [];
  const idle: { conversation: Conversation; timer: NodeJS.Timeout }[] = [];
  let busy = 0;
  let isClosed = false;

  const takeIdle = (): Conversation | undefined => {
    for (let one = idle.pop(); one; one = idle.pop()) {
      clearTimeout(one.timer);
      if (!one.conversation.isOver) return one.conversation;
    }
    return undefined;
  };
  const putAside = (conversation: Conversation) => {
    if (conversation.isOver) return;
    if (isClosed) return conversation.end();
    conversation.rest();
    const timer = setTimeout(() => {
      const at = idle.findIndex((one) => one.conversation === conversation);
      if (at >= 0) idle.splice(at, 1);
      conversation.end();
    }, IDLE_MS).unref();
    idle.push({ conversation, timer });
  };
  /** Mails that wait, one after the other over one conversation. */
  const work = async (): Promise<void> => {
    let conversation = takeIdle();
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { mail, since, resolve } = next;
      if (performance.now() - since > (mail.withinMs ?? Number.POSITIVE_INFINITY)) {
        resolve(TOO_LATE);
        continue;
      }
      let isOpen = false;
      try {
        if (!conversation || conversation.isOver) conversation = await Conversation.open(settings);
        isOpen = true;
        resolve({ kind: 'accepted', reply: await conversation.send(mail) });
      } catch (error) {
        const failure = error as SmtpError;
        if (failure.isUntaken) waiting.unshift(next);
        else resolve(outcomeOf(failure));
        if (failure.responseCode !== undefined && isOpen) continue;
        conversation?.end();
        conversation = undefined;
        // Nobody answers there: those that wait would each wait as long to hear the same.
        if (!isOpen || failure.code === 'ETIMEDOUT') for (const other of waiting.splice(0)) other.resolve(outcomeOf(failure));
      }
    }
    if (conversation) putAside(conversation);
    busy -= 1;
  };
  return {
    send: (mail) =>
      new Promise((resolve) => {
        waiting.push({ mail, since: performance.now(), resolve });
        if (busy >= connections) return;
        busy += 1;
        void work();
      }),
    close() {
      isClosed = true;
      for (const { conversation, timer } of idle.splice(0)) {
        clearTimeout(timer);
        conversation.end();
      }
    },
  };
}
