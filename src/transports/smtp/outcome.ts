/** What became of one mail handed to the operator of secure mail. */
export type MailOutcome =
  | { kind: 'accepted'; reply: string }
  /** Try again: nothing says that the message or the address is wrong. `scope` says what else will fail for the same reason. */
  | { kind: 'later'; scope: 'relay' | 'domain' | 'mailbox'; code: MailFault; reply: string }
  /** Never as it stands: a person has to mend something. */
  | { kind: 'refused'; code: MailFault; reply: string };

export type MailFault =
  | 'relay.unreachable'
  | 'relay.refuses-us'
  | 'mailbox.unavailable'
  | 'mailbox.full'
  | 'address.refused'
  | 'message.too-large'
  | 'message.refused'
  | 'operator.refused';

/** What the SMTP client tells of a failure. */
export interface SmtpFailure {
  /** `ECONNECTION`, `EENVELOPE`… of the client. */
  code?: string;
  /** SMTP reply code (RFC 5321 §4.2). */
  responseCode?: number;
  /** SMTP reply, with its enhanced code (RFC 3463). */
  response?: string;
  message: string;
}

/** The client speaks to nobody, or not in a way that either understands. */
const NO_CONVERSATION = new Set([
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'ETLS',
  'EAUTH',
  'EPROTOCOL',
  'ECONNREFUSED',
  'ECONNRESET',
]);

/** Reads a failure of SMTP (RFC 5321 reply codes, RFC 3463 enhanced codes). What is not understood is tried again, never dropped. */
export function outcomeOf({ code = '', responseCode = 0, response, message }: SmtpFailure): MailOutcome {
  const reply = response ?? message;
  const enhanced = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? '';
  if (NO_CONVERSATION.has(code)) {
    return {
      kind: 'later',
      scope: 'relay',
      code: code === 'EAUTH' || code === 'EPROTOCOL' ? 'relay.refuses-us' : 'relay.unreachable',
      reply,
    };
  }
  if (responseCode >= 500) return { kind: 'refused', code: refusedBecause(code, enhanced), reply };
  if (responseCode >= 400) {
    // 4.2.x is about one mailbox, 452 without a code most often too (RFC 3463 §3.3); the rest, about the system behind it or the way there.
    const isOfMailbox = enhanced.startsWith('4.2.') || (enhanced === '' && responseCode === 452);
    const fault = enhanced === '4.2.2' ? 'mailbox.full' : 'mailbox.unavailable';
    return { kind: 'later', scope: isOfMailbox ? 'mailbox' : 'domain', code: fault, reply };
  }
  return { kind: 'later', scope: 'relay', code: 'relay.unreachable', reply };
}

function refusedBecause(code: string, enhanced: string): MailFault {
  if (enhanced.startsWith('5.1.') || enhanced.startsWith('5.2.1')) return 'address.refused';
  if (enhanced === '5.2.2') return 'mailbox.full';
  if (enhanced === '5.3.4' || enhanced === '5.2.3') return 'message.too-large';
  if (enhanced.startsWith('5.7.')) return 'operator.refused';
  return code === 'EENVELOPE' ? 'address.refused' : 'message.refused';
}
