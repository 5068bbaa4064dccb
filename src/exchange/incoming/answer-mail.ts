import MailComposer from 'nodemailer/lib/mail-composer';
import { REFUSALS, type RefusalCode } from '#kernel';
import { domainOf } from '../find-address.ts';
import type { MailPart } from './store-incoming.ts';

export interface Answered {
  mailId: string;
  from: string;
  to: string;
  messageId: string;
  date: Date;
  parts: readonly MailPart[];
}

/**
 * What the sender of documents is told of each, in words and as data; no name and no result. Marked as made by a program (RFC 3834), so that nobody's
 * program answers it.
 */
export function answerMail({ mailId, from, to, messageId, date, parts }: Answered): Promise<Buffer> {
  const composer = new MailComposer({
    from,
    to,
    date,
    messageId: `<${mailId}@${domainOf(from)}>`,
    inReplyTo: messageId,
    references: messageId,
    subject: parts.some(({ state }) => state === 'refused') ? 'Accusé de dépôt : à corriger' : 'Accusé de dépôt',
    headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' },
    text: `${wordsOf(parts).join('\r\n')}\r\n`,
    attachments: [
      {
        filename: 'accuse.json',
        contentType: 'application/json',
        content: Buffer.from(JSON.stringify({ mail: messageId, documents: parts.map(withRemedy) }, undefined, 2)),
      },
    ],
  });
  return composer.compile().build();
}

const STATES: Readonly<Record<string, string>> = {
  stored: 'classé dans le dossier du patient',
  identity: 'reçu ; la cellule d’identitovigilance doit dire de qui il est',
  processing: 'reçu, en cours',
  withdrawn: 'retiré de la lecture, comme demandé',
};

function wordsOf(parts: readonly MailPart[]): string[] {
  if (parts.length === 0) return ['Votre message ne contenait aucun document à déposer.'];
  return parts.map((part) => {
    const { at, state, depositId, code, where } = withRemedy(part);
    if (state === 'refused') return `${at} : refusé (${code}${where === undefined ? '' : `, ${where}`}). Rien n’est entré au dossier.`;
    return `${at} : ${STATES[state] ?? state}${depositId === undefined ? '' : ` (dépôt ${depositId})`}.`;
  });
}

const withRemedy = (part: MailPart): MailPart & { remedy?: string } =>
  part.code !== undefined && Object.hasOwn(REFUSALS, part.code) ? { ...part, remedy: REFUSALS[part.code as RefusalCode].remedy } : part;
