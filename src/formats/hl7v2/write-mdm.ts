import type { Coded, Identifier, PrintedPatient } from '../lab-report.ts';
import { patient } from './write-oru.ts';
import { joined, segment, words, writeCwe, writeEi } from './write-types.ts';

/** One document for a software that files it. */
export interface MdmToWrite {
  /** MSH-10, at most 20 characters: what the acknowledgement answers. */
  controlId: string;
  /** MSH-7, a TS. */
  at: string;
  /** `new` T02, `replace` T10, `delete` T04. */
  action: 'new' | 'replace' | 'delete';
  sendingApplication: string;
  receivingApplication?: string | undefined;
  /** Its numbers, that of the receiving software first. */
  patient: PrintedPatient;
  id: Identifier;
  /** The version that it replaces. */
  parent?: Identifier | undefined;
  code: Coded;
  title: string;
  /** TS: when the document was issued. */
  issuedAt?: string | undefined;
  /** HL7 table 0272: N, R, V. */
  confidentiality?: string | undefined;
  document: { bytes: Uint8Array; mediaType: string };
}

const EVENTS = { new: 'T02', replace: 'T10', delete: 'T04' } as const;
const LINES = { new: 'F', replace: 'C', delete: 'D' } as const;

/**
 * MDM^T02, T10 or T04 of HL7 v2.5 that carries a whole document in base64, UTF-8. Segments end with CR.
 * Source: HL7 v2.5 §9.5 and §9.6; CI-SIS « Transmission d'un document CDA-R2 en HL7 v2 » 2.1.
 */
export function writeMdm(given: MdmToWrite): string {
  const { action, at, code, id, parent, title, document } = given;
  const segments = [
    segment(
      'MSH',
      [1, '^~\\&'],
      [2, words(given.sendingApplication)],
      [4, words(given.receivingApplication)],
      [6, at],
      [8, `MDM^${EVENTS[action]}^MDM_T02`],
      [9, words(given.controlId)],
      [10, 'P'],
      [11, '2.5'],
      [16, 'FRA'],
      [17, 'UNICODE UTF-8'],
    ),
    segment('EVN', [2, at]),
    patient(given.patient),
    segment('PV1', [1, '1'], [2, 'N']),
    segment(
      'TXA',
      [1, '1'],
      [2, words(code.code)],
      [3, 'TEXT'],
      [4, words(given.issuedAt)],
      [12, numberOf(id)],
      [13, parent && numberOf(parent)],
      [16, words(title)],
      [17, 'LA'],
      [18, words(given.confidentiality)],
      [19, 'AV'],
    ),
    segment(
      'OBX',
      [1, '1'],
      [2, 'ED'],
      [3, writeCwe(code)],
      [5, joined(['', ...typeOf(document.mediaType), 'Base64', Buffer.from(document.bytes).toString('base64')])],
      [11, LINES[action]],
    ),
  ];
  return segments.map((one) => `${one}\r`).join('');
}

/** ED-2 and 3, as French senders say them. */
const typeOf = (mediaType: string): readonly [string, string] =>
  mediaType === 'application/pdf' ? ['application', 'pdf'] : ['TEXT', 'XML'];

/** An identifier that is a whole OID goes alone. */
const numberOf = (id: Identifier) => (id.extension === undefined ? words(id.root) : writeEi(id));
