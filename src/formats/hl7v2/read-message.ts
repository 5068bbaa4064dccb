import { Refusal } from '#kernel';
import { segmentsNamed } from './lexer.ts';
import type { Hl7Message } from './message.ts';
import { readAck, readZam } from './read-acknowledgements.ts';
import { readAdt } from './read-adt.ts';
import { readDocumentMessage } from './read-document.ts';
import { isXml } from './read-encapsulated.ts';
import { openMessage } from './read-header.ts';
import { readOru } from './read-oru.ts';

/**
 * Reads one HL7 v2 message: results (ORU^R01), documents (ORU^R01 with a CDA inside, MDM^T02, T04, T10), identities and stays
 * (ADT^A01, A03, A04, A08, A40), acknowledgements (ACK, ZAM).
 *
 * @throws Refusal `report.unreadable`, `report.hostile`, `report.identity-incomplete`; `deposit.unsupported-format` for another type
 */
export function readHl7Message(bytes: Uint8Array): Hl7Message {
  const { c, header } = openMessage(bytes);
  switch (header.type) {
    case 'ORU':
      if (header.event !== 'R01') break;
      return segmentsNamed(c, 'OBX').some((obx) => isXml(c, obx)) ? readDocumentMessage(c, header) : readOru(c, header);
    case 'MDM':
      if (!['T02', 'T04', 'T10'].includes(header.event)) break;
      return readDocumentMessage(c, header);
    case 'ADT':
      return readAdt(c, header);
    case 'ACK':
      return readAck(c, header);
    case 'ZAM':
      return readZam(c, header);
    default:
  }
  throw new Refusal('deposit.unsupported-format', 'this is not a type of HL7 message that is read here', { at: 'MSH-9' });
}
