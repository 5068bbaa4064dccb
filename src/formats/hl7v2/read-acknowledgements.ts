import { Refusal } from '#kernel';
import { components, firstNamed, segmentsNamed, words, wordsOf, raw } from './lexer.ts';
import type { AckMessage, MessageHeader, ZamMessage } from './message.ts';
import type { Hl7Context } from './read-types.ts';

/** ACK: MSA and ERR (HL7 v2.5 §2.15.8). @throws Refusal `report.unreadable` when it does not say what it answers */
export function readAck(c: Hl7Context, header: MessageHeader): AckMessage {
  const msa = firstNamed(c, 'MSA');
  const [code, answers, text] = [words(c, msa, 1), words(c, msa, 2), words(c, msa, 3)];
  if (code === undefined || answers === undefined) {
    throw new Refusal('report.unreadable', 'an acknowledgement says its code and the message that it answers', { at: 'MSA' });
  }
  const errors = errorsOf(c);
  if (errors.length === 0 && text !== undefined) errors.push({ text });
  return { kind: 'ack', header, code, answers, errors, warnings: c.warnings };
}

/** ZAM^Z01, Z02, Z03 (CI-SIS). @throws Refusal `report.unreadable` when it does not say what became of which message */
export function readZam(c: Hl7Context, header: MessageHeader): ZamMessage {
  const event = (['Z01', 'Z02', 'Z03'] as const).find((known) => known === header.event);
  if (!event) throw new Refusal('deposit.unsupported-format', 'events of ZAM that are read: Z01, Z02, Z03', { at: 'MSH-9' });
  const [answer, mailbox] = segmentsNamed(c, 'OBX');
  const [about, said] = [words(c, answer, 4), words(c, answer, 5)];
  if (about === undefined || (said !== 'Y' && said !== 'N')) {
    throw new Refusal('report.unreadable', 'an acknowledgement says which message it is about (OBX-4), and Y or N (OBX-5)', {
      at: 'OBX[1]',
    });
  }
  const address = words(c, mailbox, 5, 4);
  const ofId = words(c, mailbox, 4);
  return {
    kind: 'zam',
    header,
    event,
    about,
    isPositive: said === 'Y',
    ...((address ?? ofId) !== undefined && { mailbox: { ...(address !== undefined && { address }), ...(ofId !== undefined && { ofId }) } }),
    errors: errorsOf(c),
    warnings: c.warnings,
  };
}

/** ERR-2 place, ERR-3 code, ERR-5 the application's own code and words, ERR-8 words for people. */
function errorsOf(c: Hl7Context): AckMessage['errors'] {
  return segmentsNamed(c, 'ERR').map((err) => {
    const at = placeIn(c, raw(err, 2));
    const own = words(c, err, 5);
    const code = own ?? words(c, err, 3);
    const text = words(c, err, 8) ?? words(c, err, 5, 2) ?? words(c, err, 7) ?? words(c, err, 3, 2);
    return { ...(at !== undefined && { at }), ...(code !== undefined && { code }), ...(text !== undefined && { text }) };
  });
}

/** ERL: `OBX^3^5` is OBX[3]-5. */
function placeIn(c: Hl7Context, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [segment, nth, field] = components(c, value).map((part) => wordsOf(c, part));
  return `${segment ?? '?'}${nth === undefined ? '' : `[${nth}]`}${field === undefined ? '' : `-${field}`}`;
}
