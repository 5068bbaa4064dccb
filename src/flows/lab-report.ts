import { createHash } from 'node:crypto';
import { decide, type Principal } from '#access';
import { type LabReport, readLabReport } from '#formats';
import {
  confirmLink,
  createFromArrival,
  identify,
  type Identification,
  type Identified,
  keepWaiting,
  noteFiledByLink,
  type ToCreate,
  type Waits,
} from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import type { MappingTables } from '#mapping';
import {
  idText,
  keepWaitingOriginal,
  packOriginal,
  type Receipt,
  receiptOfBytes,
  type Relay,
  reportHead,
  type ReportToStore,
  type StoredResult,
  storeDocument,
  structureOf,
} from '#record';
import { checkLengths } from './check-lengths.ts';
import { normaliseResults } from './normalise-results.ts';
import { keepRefused } from './refused-deposit.ts';

/** Bytes that came by a door, from a sender that the door has authenticated. */
export interface Arrival {
  bytes: Buffer;
  mediaType: string;
  sender: Principal;
  receivedAt: Date;
}

export interface LabReportDeps {
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
}

/**
 * A laboratory report, from the bytes that arrived to the people who may read it. Answers only when all is durable.
 *
 * @throws RefusedDeposit whose original waits in quarantine: what the report or its sender did wrong
 * @throws Refusal `store.unavailable`: nothing was kept, the sender tries again
 */
export async function receiveLabReport(deps: LabReportDeps, arrival: Arrival): Promise<Deposited> {
  const sha256 = createHash('sha256').update(arrival.bytes).digest(); //         arrive
  const depositId = uuidv7(arrival.receivedAt.getTime());
  try {
    const report = readLabReport(arrival.bytes, arrival.mediaType); //            read: as printed
    checkLengths(report);
    checkSender(arrival.sender, report);
    const inHand: InHand = { ...arrival, sha256, depositId, report };
    const identified = await identifyPatient(deps, inHand); //                    identify: this patient, a new one, or ask a person
    if (identified.kind === 'wait') return await waitForPerson(deps, inHand, identified);
    const results = normaliseResults(report, deps.zone, deps.tables.normalise); //                       normalise: beside what was printed, not instead
    return await store(deps, inHand, identified, results); //                     store, with the event that routes it
  } catch (error) {
    throw await keepRefused(deps.db, arrival, { sha256, depositId }, error);
  }
}

/** A report on its journey, with the deposit it came in. */
export interface InHand {
  sha256: Buffer;
  depositId: string;
  bytes: Buffer;
  mediaType: string;
  receivedAt: Date;
  sender: { id: string };
  report: LabReport;
}

/** A system deposits only for its own structures: nobody can write in the name of another laboratory. */
function checkSender(sender: Principal, report: LabReport): void {
  const structure = structureOf(report).finess;
  const decision = decide({ who: sender, action: 'deposit.send', producer: structure, links: [] });
  if (decision.allowed) return;
  throw new Refusal('deposit.wrong-structure', `this system may not deposit for the structure ${structure}`, {
    at: 'ClinicalDocument/custodian//id',
  });
}

function identifyPatient(deps: LabReportDeps, inHand: InHand): Promise<Identification> {
  return identify(deps.db, arriving(deps, inHand));
}

function arriving({ mode }: LabReportDeps, { report, receivedAt }: InHand) {
  return { senderFiness: structureOf(report).finess, patient: report.patient, mode, now: receivedAt };
}

/** One report, one transaction: a single statement when the patient is known by their INS. */
async function store(deps: LabReportDeps, inHand: InHand, identified: Identified | ToCreate, results: StoredResult[]): Promise<Deposited> {
  if (identified.kind === 'one' && identified.joinedBy === 'ins') return storeOf(deps, deps.db, inHand, identified, results);
  return deps.db.transaction(async (tx) => {
    const settled = identified.kind === 'create' ? await createFromArrival(tx, identified) : await confirmLink(tx, arriving(deps, inHand));
    if (settled.kind === 'wait') return keepForPerson(tx, inHand, settled);
    const deposited = await storeOf(deps, tx, inHand, settled, results);
    if (deposited.isNew && settled.joinedBy === 'link') await noteFiledByLink(tx, { ...printedBy(inHand), patientId: settled.patientId });
    return deposited;
  });
}

/** Who was printed, by whom, as the identity cell keeps it. */
function printedBy({ report, depositId, receivedAt }: InHand) {
  return { depositId, sender: structureOf(report), patient: report.patient, receivedAt };
}

async function storeOf(
  deps: LabReportDeps,
  sql: Sql,
  inHand: InHand,
  { patientId, joinedBy }: Identified,
  results: StoredResult[],
): Promise<Deposited> {
  const documentId = uuidv7(inHand.receivedAt.getTime());
  const isNew = await storeDocument(sql, toStore(deps, inHand, { patientId, joinedBy, documentId }, results));
  if (!isNew) return { receipt: await firstReceipt(sql, inHand), isNew };
  deps.relay.wake();
  return { receipt: newReceipt(inHand, 'stored', documentId), isNew };
}

/** Nobody but a person can say whose it is: the original waits, the sender is told so. */
function waitForPerson(deps: LabReportDeps, inHand: InHand, doubt: Waits): Promise<Deposited> {
  return deps.db.transaction((tx) => keepForPerson(tx, inHand, doubt));
}

async function keepForPerson(tx: Sql, inHand: InHand, doubt: Waits): Promise<Deposited> {
  const { report, receivedAt, sender } = inHand;
  const isNew = await keepWaitingOriginal(tx, {
    ...inHand,
    senderId: sender.id,
    uniqueId: idText(report.id),
    structure: structureOf(report).finess,
    receivedAt: receivedAt.toISOString(),
  });
  if (isNew) await keepWaiting(tx, { ...printedBy(inHand), doubt });
  return { receipt: isNew ? newReceipt(inHand, 'identity', null) : await firstReceipt(tx, inHand), isNew };
}

function newReceipt({ depositId, report, receivedAt }: InHand, state: Receipt['state'], documentId: string | null): Receipt {
  return { depositId, state, documentId, uniqueId: idText(report.id), receivedAt: receivedAt.toISOString(), refusal: null };
}

/**
 * The receipt given when these bytes were taken the first time.
 * @throws Refusal `deposit.conflicting-bytes` when another system of the structure deposited them: one of the two must not
 */
async function firstReceipt(sql: Sql, { sha256, sender, report }: InHand): Promise<Receipt> {
  const receipt = await receiptOfBytes(sql, sha256, sender.id);
  if (receipt) return receipt;
  throw new Refusal('deposit.conflicting-bytes', `the document ${idText(report.id)} was already deposited by another system`, {
    at: 'ClinicalDocument/id',
  });
}

export interface Kept {
  patientId: string;
  joinedBy: string;
  documentId: string;
}

/** Everything of a report in hand, as the record stores it. */
export function toStore({ zone }: Pick<LabReportDeps, 'zone'>, inHand: InHand, identified: Kept, results: StoredResult[]): ReportToStore {
  const { report, bytes, sha256, mediaType, receivedAt, depositId, sender } = inHand;
  const kept = { ...identified, receivedAt: receivedAt.toISOString(), zone };
  return {
    patientId: identified.patientId,
    head: reportHead(report, results, kept),
    results: JSON.stringify(results),
    resultCount: results.length,
    original: { ...packOriginal(bytes, report.pdf?.base64), sha256, mediaType },
    deposit: { depositId, senderId: sender.id },
    eventId: uuidv7(),
  };
}
