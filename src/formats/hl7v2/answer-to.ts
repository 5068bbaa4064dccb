import { Refusal } from '#kernel';
import { readHl7Message } from './read-message.ts';

/** What the receiver of a message said of it. */
export interface Hl7Answer {
  /** MSA-1. */
  code: string;
  /** AA, or CA of who acknowledges the transport alone. */
  isTaken: boolean;
  /** AR, CR: as it stands the message will never be taken; else (AE, CE) it may be another time. */
  isFinal: boolean;
  /** Codes and places of ERR (`102 at OBX[3]-5`), never its words: they may name a patient. */
  faults: string[];
}

/**
 * Reads the acknowledgement of a message that was sent.
 * @param controlId MSH-10 of the message sent
 * @throws Refusal `store.unavailable` when what came answers something else: whether the message was taken is not known
 */
export function answerTo(controlId: string, bytes: Uint8Array): Hl7Answer {
  const answer = read(bytes);
  if (answer?.kind !== 'ack' || answer.answers !== controlId)
    throw new Refusal('store.unavailable', 'the software answered something else than an acknowledgement of this message', { at: 'MSA' });
  const { code, errors } = answer;
  const faults = errors.flatMap(({ at, code: fault }) => {
    const known = fault !== undefined && /^[\w.-]{1,40}$/.test(fault) ? [fault] : [];
    return [[...known, ...(at === undefined ? [] : [`at ${at}`])].join(' ')].filter((said) => said !== '');
  });
  return { code, isTaken: code === 'AA' || code === 'CA', isFinal: code === 'AR' || code === 'CR', faults };
}

function read(bytes: Uint8Array) {
  try {
    return readHl7Message(bytes);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
