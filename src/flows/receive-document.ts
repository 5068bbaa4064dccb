import { createHash } from 'node:crypto';
import { decide, type Principal } from '#access';
import type { DocumentHeader, ReadingWarning } from '#formats';
import {
  confirmLink,
  createFromArrival,
  identify,
  type Identification,
  type Identified,
  keepWaiting,
  noteFiledByLink,
  type Waits,
} from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import type { MappingTables } from '#mapping';
import {
  type Channel,
  idText,
  keepReading,
  keepWaitingOriginal,
  type Mask,
  type PlaceSaid,
  type Receipt,
  receiptOfBytes,
  type RelationToStore,
  type Relay,
  type StoredResult,
  storeDocument,
  structureOf,
  type SubmissionSaid,
} from '#record';
import { checkLengths } from './check-lengths.ts';
import { joinFirstCopy, joinSameBytes, joinWaiting } from './further-copy.ts';
import { refuseIfClosed } from './filing-closed.ts';
import { refuseKeptOut } from './kept-out.ts';
import { normaliseResults } from './normalise-results.ts';
import { refuseOfAnother } from './refuse-of-another.ts';
import { refuseTwoUnits } from './refuse-two-units.ts';
import { refuseOutOfTurn } from './refuse-out-of-turn.ts';
import { headerOf, type InHand, type ReadArrival, readArrival } from './read-arrival.ts';
import { isUsedIdentifier, keepRefused, noteDeposit } from './refused-deposit.ts';
import { toStore } from './to-store.ts';

/** Bytes that came by a door, from a sender that the door has authenticated. */
export interface Arrival {
  bytes: Buffer;
  mediaType: string;
  sender: Principal;
  receivedAt: Date;
  /** By which door; `deposit` when not said. */
  channel?: Channel;
  /** From whom its sender hides it, beside what the document says itself. */
  masks?: readonly Mask[];
  /** What its sender says it adds to, transforms or signs, beside what the document says itself. */
  relations?: readonly RelationToStore[];
  /** Records of the documents that its sender says it is tied to: refused when it is of someone else. */
  relatedIn?: readonly string[];
  /** Where its sender says that it was made, whatever it says itself. */
  place?: PlaceSaid;
  /** What it was sent with: kept with it while it waits for a person. */
  submission?: SubmissionSaid;
  /** What is in the bytes, for who has read them already; when not said, they are read. @throws Refusal */
  reading?: () => ReadArrival;
}

export interface ReceiveDeps {
  db: Db;
  relay: Pick<Relay, 'wake'>;
  /** What the instance is for: decides which INS it takes. */
  mode: 'demo' | 'production';
  /** IANA zone of printed times that carry no offset. */
  zone: string;
  /** The tables of the region in force, kept warm. */
  tables: Pick<MappingTables, 'normalise'>;
}

/** What the door answers. `isNew` is false when the same bytes were taken before: same receipt, nothing stored twice. */
export interface Deposited {
  receipt: Receipt;
  isNew: boolean;
  /** Where it stands in the record, once it is there. */
  place?: { patientId: string; structure: string; setId: string; version: number };
  /** What its reader doubted, or could not show. */
  warnings?: readonly ReadingWarning[];
}

/**
 * A laboratory report or any other clinical document, from the bytes that arrived to the people who may read it. Answers only when all is
 * durable.
 *
 * @throws RefusedDeposit whose original waits in quarantine: what the document or its sender did wrong
 * @throws Refusal `store.unavailable`: nothing was kept, the sender tries again
 */
export async function receiveDocument(deps: ReceiveDeps, arrival: Arrival): Promise<Deposited> {
  const arrived = arrive(arrival); //                            arrive
  try {
    return await keep(deps, await prepare(deps, arrived)); //    read, identify, normalise; then store, with the event that routes it
  } catch (error) {
    throw await keepRefused(deps.db, arrived, arrived, error);
  }
}

/** Bytes with the number of their deposit. */
export type Arrived = Arrival & Pick<InHand, 'channel' | 'sha256' | 'depositId'>;

export const arrive = (arrival: Arrival): Arrived => ({
  channel: 'deposit',
  ...arrival,
  sha256: createHash('sha256').update(arrival.bytes).digest(),
  depositId: uuidv7(arrival.receivedAt.getTime()),
});

/** A document ready to be stored: read, its patient identified, its results normalised. */
export interface Prepared {
  inHand: InHand;
  identified: Identification;
  results: StoredResult[];
  /** What its sender is told beside. */
  warnings: readonly ReadingWarning[];
}

/** All of the journey that writes nothing. @throws Refusal */
export async function prepare(deps: ReceiveDeps, arrived: Arrived): Promise<Prepared> {
  const lap = stopwatch();
  const read = arrived.reading?.() ?? readArrival(arrived.bytes, arrived.mediaType, arrived.sender.structures ?? []); // read: as printed
  const header = headerOf(read);
  refuseKeptOut(read);
  refuseTwoUnits(read);
  checkLengths(header);
  checkSender(arrived.sender, header);
  const readMs = lap();
  const unidentified: InHand = { ...arrived, read, header };
  const identified = await identifyPatient(deps, unidentified); //    identify: this patient, a new one, or ask a person
  await refuseOfAnother(deps.db, arrived, identified);
  const identifyMs = lap();
  const results = resultsOf(deps, read); //                        normalise: beside what was printed, not instead
  const inHand: InHand = { ...unidentified, took: { read: readMs, identify: identifyMs, normalise: lap() } };
  const behind = await refuseOutOfTurn(deps.db, inHand, identified, results);
  const doubts = read.kind === 'laboratory-report' ? read.report.warnings : read.document.warnings;
  return { inHand, identified, results, warnings: [...behind, ...doubts] };
}

/** Milliseconds since it was last asked, to the tenth. */
function stopwatch(): () => number {
  let from = performance.now();
  return () => {
    const [since, now] = [from, performance.now()];
    from = now;
    return Math.round((now - since) * 10) / 10;
  };
}

/** Only reports of biology have results. */
export function resultsOf({ zone, tables }: Pick<ReceiveDeps, 'zone' | 'tables'>, read: ReadArrival): StoredResult[] {
  return read.kind === 'laboratory-report' ? normaliseResults(read.report, zone, tables.normalise) : [];
}

/** A system deposits only for its own structures: nobody can write in the name of another laboratory. */
function checkSender(sender: Principal, header: DocumentHeader): void {
  const structure = structureOf(header).finess;
  const decision = decide({ who: sender, action: 'deposit.send', producer: structure, links: [] });
  if (decision.allowed) return;
  throw new Refusal('deposit.wrong-structure', `this system may not deposit for the structure ${structure}`, {
    at: 'ClinicalDocument/custodian//id',
  });
}

function identifyPatient(deps: ReceiveDeps, inHand: InHand): Promise<Identification> {
  return identify(deps.db, arriving(deps, inHand));
}

function arriving({ mode }: ReceiveDeps, { header, receivedAt }: InHand) {
  return { senderFiness: structureOf(header).finess, patient: header.patient, mode, now: receivedAt };
}

/** The same identifier with other bytes may be the same document by another channel; anything else under it is refused. */
export async function keep(deps: ReceiveDeps, prepared: Prepared): Promise<Deposited> {
  const { inHand, results } = prepared;
  try {
    return { ...(await storeOnce(deps, prepared)), warnings: prepared.warnings };
  } catch (error) {
    if (!isUsedIdentifier(error) && !isConflict(error)) throw error;
    const first = isConflict(error) ? undefined : await joinFirstCopy(deps, inHand, results);
    if (first) {
      const receipt = { ...newReceipt(inHand, 'stored', first.documentId), depositId: first.depositId };
      return { receipt, isNew: false, place: placeOf(inHand, first.patientId) };
    }
    const depositId = await joinWaiting(deps, inHand, (read) => resultsOf(deps, read));
    if (depositId === undefined) throw error;
    return { receipt: { ...newReceipt(inHand, 'identity', null), depositId }, isNew: false };
  }
}

const isConflict = (error: unknown) => error instanceof Refusal && error.code === 'deposit.conflicting-bytes';

/** One document, one transaction: a single statement when the patient is known by their INS. */
async function storeOnce(deps: ReceiveDeps, prepared: Prepared): Promise<Deposited> {
  const { inHand, identified, results } = prepared;
  if (identified.kind === 'one' && identified.joinedBy === 'ins') return storeOf(deps, deps.db, inHand, identified, results);
  return deps.db.transaction((tx) => storeIn(deps, tx, prepared));
}

/** Settles whose it is and stores it. When nobody but a person can say, the original waits. */
async function storeIn(deps: ReceiveDeps, tx: Sql, { inHand, identified, results }: Prepared): Promise<Deposited> {
  const settled = await settle(deps, tx, inHand, identified);
  if (settled.kind === 'wait') return keepForPerson(tx, inHand, settled);
  const deposited = await storeOf(deps, tx, inHand, settled, results);
  if (deposited.isNew && settled.joinedBy === 'link') await noteFiledByLink(tx, { ...printedBy(inHand), patientId: settled.patientId });
  return deposited;
}

async function settle(deps: ReceiveDeps, tx: Sql, inHand: InHand, identified: Identification): Promise<Identified | Waits> {
  if (identified.kind === 'create') return createFromArrival(tx, identified);
  if (identified.kind === 'one' && identified.joinedBy === 'link') return confirmLink(tx, arriving(deps, inHand));
  return identified;
}

/** Who was printed, by whom, as the identity cell keeps it. */
function printedBy({ header, depositId, receivedAt }: InHand) {
  return { depositId, sender: structureOf(header), patient: header.patient, receivedAt };
}

async function storeOf(
  deps: ReceiveDeps,
  sql: Sql,
  inHand: InHand,
  { patientId, joinedBy }: Identified,
  results: StoredResult[],
): Promise<Deposited> {
  await refuseIfClosed(sql, inHand, patientId, inHand.receivedAt);
  const documentId = uuidv7(inHand.receivedAt.getTime());
  const isNew = await storeDocument(sql, toStore(deps.zone, inHand, { patientId, joinedBy, documentId }, results));
  const place = placeOf(inHand, patientId);
  if (!isNew) return { receipt: await firstReceipt(sql, inHand), isNew, place };
  keepReading(documentId, inHand.read);
  deps.relay.wake();
  return { receipt: newReceipt(inHand, 'stored', documentId), isNew, place };
}

const placeOf = ({ header }: InHand, patientId: string) => ({
  patientId,
  structure: structureOf(header).finess,
  setId: idText(header.setId ?? header.id),
  version: header.version,
});

/** The original waits, and the sender is told so. */
async function keepForPerson(tx: Sql, inHand: InHand, doubt: Waits): Promise<Deposited> {
  const { header, receivedAt, sender } = inHand;
  const isNew = await keepWaitingOriginal(tx, {
    ...inHand,
    senderId: sender.id,
    uniqueId: idText(header.id),
    structure: structureOf(header).finess,
    receivedAt: receivedAt.toISOString(),
  });
  if (isNew) {
    await keepWaiting(tx, { ...printedBy(inHand), doubt });
    await noteDeposit(tx, inHand, 'deposit-waits');
  }
  return { receipt: isNew ? newReceipt(inHand, 'identity', null) : await firstReceipt(tx, inHand), isNew };
}

function newReceipt({ depositId, header, receivedAt }: InHand, state: Receipt['state'], documentId: string | null): Receipt {
  return { depositId, state, documentId, uniqueId: idText(header.id), receivedAt: receivedAt.toISOString(), refusal: null };
}

/**
 * The receipt given when these bytes were taken the first time; to another system of the structure, that of the first copy.
 * @throws Refusal `deposit.conflicting-bytes` when another system deposited them and their patient is not decided yet
 */
async function firstReceipt(sql: Sql, inHand: InHand): Promise<Receipt> {
  const receipt = await receiptOfBytes(sql, inHand.sha256, inHand.sender.id);
  if (receipt) return receipt;
  const first = await joinSameBytes(sql, inHand);
  if (first) return { ...newReceipt(inHand, 'stored', first.documentId), depositId: first.depositId };
  throw new Refusal('deposit.conflicting-bytes', `the document ${idText(inHand.header.id)} was already deposited by another system`, {
    at: 'ClinicalDocument/id',
  });
}
