import { REFUSALS, type Refusal, type RefusalCode } from '#kernel';
import type { Hl7Party, MessageHeader } from './message.ts';
import { composite, joined, segment, words } from './write-types.ts';

/** What an answer says besides its code. */
export interface AckOptions {
  /** MSH-10 of the answer: unique for us. */
  controlId: string;
  /** MSH-7, a TS. */
  at: string;
  /** MSA-3: what to remember, a receipt say. */
  text?: string;
  /** Why not; absent when it was taken. */
  refusal?: Refusal;
}

/** Table 0357, where it has a word for it; else « application internal error ». */
const ERROR_CODES: Readonly<Partial<Record<RefusalCode, readonly [string, string]>>> = {
  'deposit.unsupported-format': ['200', 'Unsupported message type'],
  'deposit.conflicting-bytes': ['205', 'Duplicate key identifier'],
  'report.identity-incomplete': ['101', 'Required field missing'],
  'report.unreadable': ['102', 'Data type error'],
};

/**
 * The answer to a message (HL7 v2.5 §2.9.2, §2.15.5 and §2.15.8): AA when it was taken, else the code of table 0008 that the refusal has, with
 * an ERR that says the place, the reason and what to do. Sender and receiver change places.
 * @param header of the message answered; undefined when even that could not be read
 */
export function writeAck(header: MessageHeader | undefined, { controlId, at, text, refusal }: AckOptions): string {
  const [code, meaning] = (refusal && ERROR_CODES[refusal.code]) ?? ['207', 'Application internal error'];
  const segments = [
    segment(
      'MSH',
      [1, '^~\\&'],
      [2, header && party(header.receivingApplication)],
      [3, header && party(header.receivingFacility)],
      [4, header && party(header.sendingApplication)],
      [5, header && party(header.sendingFacility)],
      [6, at],
      [8, joined(['ACK', words(header?.event), 'ACK'])],
      [9, words(controlId)],
      [10, words(header?.processing ?? 'P')],
      [11, words(header?.version ?? '2.5')],
      [16, 'FRA'],
      [17, 'UNICODE UTF-8'],
    ),
    segment('MSA', [1, refusal ? REFUSALS[refusal.code].ack : 'AA'], [2, words(header?.controlId)], [3, words(text ?? refusal?.message)]),
  ];
  if (refusal) {
    segments.push(
      segment(
        'ERR',
        [2, placeOf(refusal.at)],
        [3, composite(code, meaning, 'HL70357')],
        [4, 'E'],
        [5, composite(refusal.code, refusal.message, 'CIGOGNE')],
        [7, words(refusal.at)],
        [8, words(REFUSALS[refusal.code].remedy)],
      ),
    );
  }
  return segments.map((one) => `${one}\r`).join('');
}

/** HD. MSH-1 is the separator itself, so that fields of MSH stand one place before their number. */
export const party = ({ name, universalId, universalIdType }: Hl7Party): string => composite(name, universalId, universalIdType);

/** ERL of a place such as `OBX[3]-5`; undefined when it is elsewhere: in the document inside, say. */
function placeOf(at: string | undefined): string | undefined {
  const parts = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?(?:-(\d+))?$/.exec(at ?? '');
  return parts ? composite(parts[1], parts[2] ?? '1', parts[3]) : undefined;
}
