import PostalMime from 'postal-mime';

/** What a notification says of one mail of ours. */
export interface Receipt {
  kind: 'delivered' | 'delayed' | 'failed' | 'read' | 'filed' | 'not-filed' | 'deleted';
  /** Original-Envelope-Id: the id we gave with the mail. */
  envelopeId?: string;
  /** Message-ID of the mail it is about. */
  messageId?: string;
  /** The address that it speaks for. */
  recipient?: string;
  /** Who sent the notification. */
  from?: string;
  /** Status, disposition: the words of the protocol. */
  detail: string;
  /** Enhanced status code (RFC 3463). */
  status?: string;
  /** A person answered for the document in their software, which is more than to have displayed a mail (`X-Cigogne-Answered: yes`, RFC 8098 §3.3). */
  isAnswered?: true;
}

/** A notification is small; what is larger is not one. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Reads a notification of delivery (RFC 3464) or of disposition (RFC 8098); one for each recipient. Any other mail gives none.
 * Matched by what programs wrote, never by the words for people.
 */
export async function readReceipts(raw: Uint8Array): Promise<Receipt[]> {
  if (raw.length > MOST_BYTES) return [];
  const email = await PostalMime.parse(raw).catch(() => undefined);
  if (!email) return [];
  const parts = email.attachments.map(({ mimeType, content }) => ({ mimeType, text: textOf(content) }));
  const part = (type: RegExp) => parts.find(({ mimeType }) => type.test(mimeType))?.text;
  const from = email.from?.address?.toLowerCase();
  const returned = /^message-id:\s*(<[^>\s]+>)/im.exec(
    part(/^(message\/rfc822|text\/rfc822-headers|message\/rfc822-headers)$/i) ?? '',
  )?.[1];
  const about = { ...(from && { from }), ...(returned && { messageId: returned }) };
  const delivery = part(/^message\/(global-)?delivery-status$/i);
  if (delivery !== undefined) return deliveryReceipts(delivery, about);
  const disposition = part(/^message\/(global-)?disposition-notification$/i);
  return disposition === undefined ? [] : dispositionReceipts(disposition, about);
}

type About = Pick<Receipt, 'from' | 'messageId'>;

/** Action, RFC 3464 §2.3.3: a server that hands over to one without notifications says `relayed`, which is all that we shall hear. */
const ACTIONS: Readonly<Record<string, Receipt['kind']>> = {
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
  delayed: 'delayed',
  failed: 'failed',
};

function deliveryReceipts(text: string, about: About): Receipt[] {
  const [message, ...recipients] = blocks(text);
  const envelopeId = message?.get('original-envelope-id');
  return recipients.flatMap((fields) => {
    const kind = ACTIONS[fields.get('action')?.toLowerCase() ?? ''];
    if (!kind) return [];
    const recipient = addressOf(fields.get('original-recipient') ?? fields.get('final-recipient'));
    const status = fields.get('status')?.split(/\s/)[0];
    const detail = [fields.get('action'), status, fields.get('diagnostic-code')].filter(Boolean).join(' ');
    return [{ ...about, kind, detail, ...(envelopeId && { envelopeId }), ...(recipient && { recipient }), ...(status && { status }) }];
  });
}

function dispositionReceipts(text: string, about: About): Receipt[] {
  const fields = blocks(text)[0];
  const disposition = fields?.get('disposition');
  if (!fields || !disposition) return [];
  const [, type = '', modifier = ''] = /;\s*([a-z]+)\s*(?:\/\s*(.*))?$/i.exec(disposition) ?? [];
  const kind = kindOf(type.toLowerCase(), modifier.toLowerCase());
  if (!kind) return [];
  const messageId = fields.get('original-message-id') ?? about.messageId;
  const recipient = addressOf(fields.get('final-recipient') ?? fields.get('original-recipient'));
  const error = fields.get('error');
  return [
    {
      ...about,
      kind,
      detail: [disposition, error].filter(Boolean).join(' '),
      ...(fields.get('x-cigogne-answered') === 'yes' && { isAnswered: true as const }),
      ...(messageId && { messageId }),
      ...(recipient && { recipient }),
    },
  ];
}

/** RFC 8098 §3.2.6: `displayed` a person saw it; `processed` a program filed it, or says why not (CI-SIS MSSanté §4, error 902…). */
function kindOf(type: string, modifier: string): Receipt['kind'] | undefined {
  if (type === 'displayed') return 'read';
  if (type === 'processed' || type === 'dispatched') return /error|fail/.test(modifier) ? 'not-filed' : 'filed';
  return type === 'deleted' ? 'deleted' : undefined;
}

/** Groups of header fields between empty lines, folded lines put back; the first of each name counts. */
function blocks(text: string): Map<string, string>[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .map((block) => {
      const fields = new Map<string, string>();
      for (const line of block.replaceAll(/\n[ \t]+/g, ' ').split('\n')) {
        const at = line.indexOf(':');
        const name = line.slice(0, at).trim().toLowerCase();
        if (at > 0 && !fields.has(name)) fields.set(name, line.slice(at + 1).trim());
      }
      return fields;
    })
    .filter((fields) => fields.size > 0);
}

/** `rfc822;someone@place` */
const addressOf = (field: string | undefined): string | undefined =>
  field
    ?.slice(field.indexOf(';') + 1)
    .trim()
    .replaceAll(/[<>]/g, '')
    .toLowerCase();

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Buffer.from(content as ArrayBuffer).toString('utf8');
}
