import { Refusal } from '#kernel';
import { components, firstNamed, type Hl7Reading, lexMessage, raw, repetitions, words, wordsOf } from './lexer.ts';
import { decodeHl7 } from './charset.ts';
import type { MessageHeader } from './message.ts';
import { type Hl7Context, partyOf } from './read-types.ts';

/** A message split into segments, with its header read. @throws Refusal `report.unreadable`, `report.hostile` */
export function openMessage(bytes: Uint8Array): { c: Hl7Context; header: MessageHeader } {
  const { text, warnings } = decodeHl7(bytes);
  const r = lexMessage(text, warnings);
  const header = readHeader(r);
  const { universalId, name } = header.sendingFacility;
  return { c: { ...r, facility: universalId ?? name ?? '', known: new Map() }, header };
}

function readHeader(r: Hl7Reading): MessageHeader {
  const msh = firstNamed(r, 'MSH');
  const party = (field: number) => partyOf(r, components(r, raw(msh, field) ?? ''));
  const [type, event] = [words(r, msh, 9, 1), words(r, msh, 9, 2)];
  const controlId = words(r, msh, 10);
  if (type === undefined) throw new Refusal('report.unreadable', 'the message does not say its type', { at: 'MSH-9' });
  if (controlId === undefined) throw new Refusal('report.unreadable', 'the message has no control id', { at: 'MSH-10' });
  const at = words(r, msh, 7);
  const processing = words(r, msh, 11);
  const version = words(r, msh, 12);
  return {
    type,
    event: event ?? '',
    controlId,
    sendingApplication: party(3),
    sendingFacility: party(4),
    receivingApplication: party(5),
    receivingFacility: party(6),
    ...(at !== undefined && { at }),
    ...(processing !== undefined && { processing }),
    ...(version !== undefined && { version }),
    profiles: repetitions(r, msh, 21).map((profile) =>
      components(r, profile)
        .map((part) => wordsOf(r, part) ?? '')
        .join('^')
        .replace(/\^+$/, ''),
    ),
  };
}

/** The header of a message that may be unreadable further on, so that a refusal can say which message it refuses; undefined without one. */
export function messageHeaderOf(bytes: Uint8Array): MessageHeader | undefined {
  const head = Buffer.from(bytes.subarray(0, HEADER_BYTES)).toString('latin1').replace(/^\v/, '');
  try {
    return readHeader(lexMessage(head.split(/[\r\n]/, 1)[0]!, []));
  } catch {
    return undefined;
  }
}

const HEADER_BYTES = 4_096;
