import { decide, noteDeed, type Principal } from '#access';
import { type DocumentMessage, type Hl7Message, type PrintedPatient, readAny, readHl7Message } from '#formats';
import { identify, personOf } from '#identity';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import { documentById, type FiledDocument, findByUniqueId, idText, withdrawFiled } from '#record';
import type { ReceiveDeps } from './receive-document.ts';

/** What asks for a document to be withdrawn. */
export interface WithdrawalAsked {
  /** Of whom it says that the document is, as printed; or the record that it names. */
  patient?: PrintedPatient;
  patientId?: string;
  /** By which door; HL7 v2 when not said. */
  via?: 'hl7v2' | 'fhir';
  /** Identifiers by which it may name the document, the surest first. */
  uniqueIds: string[];
  /** The message or the archive that asks for it. */
  reason: string;
}

export interface Withdrawal extends WithdrawalAsked {
  sender: Principal;
  receivedAt: Date;
}

/** ORC-1 CA, OBX-11 D, MDM^T04, with whatever separators: only a message that has one is worth reading for it. */
const MAY_WITHDRAW = /\^T04|[\r\n]ORC.CA|.D(?:[|\r\n]|$)/;

/**
 * What a message of HL7 v2 asks to withdraw (MDM^T04, or ORC-1 CA and OBX-11 D); undefined for any other, and for one that cannot be read: the
 * journey tells why.
 */
export function withdrawalIn(bytes: Buffer): WithdrawalAsked | undefined {
  if (!MAY_WITHDRAW.test(bytes.toString('latin1'))) return undefined;
  let message: Hl7Message;
  try {
    message = readHl7Message(bytes);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
  if (message.kind !== 'document' || message.action !== 'delete') return undefined;
  return { patient: message.patient, uniqueIds: namedIn(message), reason: `HL7 v2 ${message.header.controlId}` };
}

/**
 * Withdraws a document from reading, as the structure that produced it asks. Nothing is erased: original, versions and the trail stay, and
 * open pages are told. Asked again, it is done already.
 *
 * The document must have been filed by a structure of this sender, for the patient that is named. In HL7 v2 it is the one that the message
 * carries, else TXA-13, else TXA-12.
 *
 * @returns the document withdrawn
 * @throws Refusal `request.not-found`, `deposit.wrong-structure`, `report.unreadable` at PID-3
 */
export async function receiveWithdrawal({ db, relay, mode }: ReceiveDeps, asked: Withdrawal): Promise<string> {
  const { sender, receivedAt } = asked;
  const filed = await db.transaction(async (tx) => {
    const { structure, document } = await findFiled(tx, asked.uniqueIds, sender);
    const decision = decide({ who: sender, action: 'deposit.withdraw', producer: structure, links: [] });
    if (!decision.allowed)
      throw new Refusal('deposit.wrong-structure', `this system may not withdraw for the structure ${structure}`, { at: 'MSH-3' });
    const { patientId, homes } = await personOf(tx, document.patientId);
    const named = await recordNamed(tx, asked, { senderFiness: structure, mode, now: receivedAt });
    if (named === undefined ? asked.patient !== undefined : !homes.includes(named)) {
      throw new Refusal(
        'report.unreadable',
        'the message names another patient than that of the document to withdraw, or one that is not sure',
        {
          at: 'PID-3',
        },
      );
    }
    const standing = await documentById(tx, homes, document.documentId);
    if (standing?.status !== 'deleted') {
      await withdrawFiled(tx, document, {
        eventId: uuidv7(receivedAt.getTime()),
        at: receivedAt,
        sender,
        reason: asked.reason.slice(0, 200),
      });
    }
    const deed = {
      sender,
      action: 'deposit.withdraw',
      patientId,
      object: document.documentId,
      via: asked.via ?? 'hl7v2',
      rule: 'own-structure',
    } as const;
    await noteDeed(tx, deed, receivedAt);
    return document;
  });
  relay.wake();
  return filed.documentId;
}

/** The record of the patient that is named; undefined when that is not sure, or nobody is. */
async function recordNamed(
  tx: Sql,
  { patient, patientId }: WithdrawalAsked,
  about: Omit<Parameters<typeof identify>[1], 'patient'>,
): Promise<string | undefined> {
  if (!patient) return patientId;
  const identified = await identify(tx, { ...about, patient });
  return identified.kind === 'one' ? identified.patientId : undefined;
}

async function findFiled(
  tx: Sql,
  uniqueIds: readonly string[],
  sender: Principal,
): Promise<{ structure: string; document: FiledDocument }> {
  for (const uniqueId of uniqueIds) {
    for (const structure of sender.structures ?? []) {
      const document = await findByUniqueId(tx, uniqueId, structure);
      if (document) return { structure, document };
    }
  }
  throw new Refusal('request.not-found', 'no structure of this sender filed the document that the message withdraws', { at: 'TXA-12' });
}

/** In the order in which they are sure. */
function namedIn({ documents, parentId, documentId }: DocumentMessage): string[] {
  const inside = documents.flatMap(({ mediaType, base64 }) => (mediaType === 'text/xml' ? headerInside(base64) : []));
  return [...inside, ...[parentId, documentId].flatMap((id) => (id ? [idText(id)] : []))];
}

/** A message may carry, instead of the document to withdraw, words alone: its number then stands in TXA. */
function headerInside(base64: string): string[] {
  try {
    const [content] = readAny(Buffer.from(base64, 'base64'), 'text/xml').contents;
    const header = content?.kind === 'report' ? content.report : content?.kind === 'document' ? content.document : undefined;
    return header ? [idText(header.id)] : [];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
