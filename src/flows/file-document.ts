import { createHash } from 'node:crypto';
import { passDoor, type Principal } from '#access';
import { pdfText, writeClinicalDocument } from '#formats';
import { identify, patientById, personOf } from '#identity';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import {
  documentById,
  type DocumentFiled,
  type DocumentFiling,
  type DocumentItem,
  type DocumentToStore,
  filingType,
  findByUniqueId,
  idText,
  isOwnDocument,
  type ReportToStore,
  storeDocument,
  structureOf,
} from '#record';
import { checkLengths } from './check-lengths.ts';
import { joinSameBytes } from './further-copy.ts';
import { refuseKeptOut } from './kept-out.ts';
import { madeDocument } from './made-document.ts';
import { answering, headerOf, type InHand, readArrival } from './read-arrival.ts';
import { type ReceiveDeps, resultsOf } from './receive-document.ts';
import { isUsedIdentifier } from './refused-deposit.ts';
import { isReport, toStore } from './to-store.ts';

export interface ToFile {
  who: Principal;
  patientId: string;
  filing: DocumentFiling;
  /** Through what, for the audit. */
  via: string;
  now: Date;
}

/**
 * A document filed by a person into the record open before them. Its patient is not looked for: a PDF is that patient's, and a CDA that says
 * another is refused. Stored like any document, with its event; answers only when all is durable.
 *
 * @throws Refusal `document.other-patient`, `document.type-unknown`, `deposit.*`, `report.*`, and those of the door (`document.feed`)
 */
export async function fileDocument(deps: ReceiveDeps, { who, patientId: asked, filing, via, now }: ToFile): Promise<DocumentFiled> {
  const { db } = deps;
  const { patientId, homes } = await personOf(db, asked);
  const replaced = await replacedBy(db, who, homes, filing.replaces);
  const isMadeHere = filing.mediaType === 'application/pdf';
  const bytes = isMadeHere ? await wrapped(db, { who, patientId, filing, now, replaced }) : bytesOf(filing);
  const isOwn = isMadeHere && filing.about?.author === undefined;
  return fileBytes(deps, { who, patientId, homes, bytes, isMadeHere, isOwn, via, now });
}

export interface BytesToFile extends Pick<ToFile, 'who' | 'patientId' | 'via' | 'now'> {
  homes: readonly string[];
  /** By which right. */
  action?: 'document.feed' | 'letter.sign';
  /** One document: CDA unless `mediaType` says otherwise. */
  bytes: Buffer;
  mediaType?: string;
  /** Of who wrote it (FINESS), when a report in HPRIM does not say it. */
  structures?: string[];
  /** Written here, or compared already: of the patient whose record is open, nobody else's. */
  isMadeHere: boolean;
  /** Its author is who files it, under the name that the region knows. */
  isOwn?: boolean;
  /** By which way it came: from a screen when not said. */
  channel?: InHand['channel'];
  /** What else is written in the transaction that stores it, once. */
  alongside?: (tx: Sql, documentId: string) => Promise<void>;
}

/** A CDA on its way into the record that is open, through the door. @throws Refusal as `fileDocument` */
export async function fileBytes(deps: ReceiveDeps, asked: BytesToFile): Promise<DocumentFiled> {
  const { who, patientId, homes, action = 'document.feed', via, now } = asked;
  const inHand = takeInHand(asked);
  refuseKeptOut(inHand.read);
  checkLengths(inHand.header);
  if (!asked.isMadeHere) await checkOwnCda(deps, inHand, who, homes);
  const kept = { patientId, joinedBy: 'opened', documentId: uuidv7(now.getTime()) };
  const made = toStore(deps.zone, inHand, kept, resultsOf(deps, inHand.read));
  const document = isReport(made) ? made : { ...made, head: { ...made.head, ...filedBy(asked) } };
  const category = isReport(document) ? 'biology-report' : document.head.category;
  const door = { who, action, patientId, category, object: kept.documentId, via, now };
  const file = () => passDoor(deps.db, door, (tx) => store(tx, inHand, document, asked));
  // Sent twice at once: the second finds what the first stored.
  const filed = await file().catch((error: unknown) => (isUsedIdentifier(error) ? file() : Promise.reject(error)));
  deps.relay.wake();
  return filed;
}

/** Who answers for the filing, and the author as they are known here: a patient has no number of professionals. */
function filedBy({ who: { id, name, organisation }, isOwn = false }: BytesToFile) {
  const own = { name, id, ...(organisation && { institution: organisation.name }) };
  return { filedBy: { id, name }, ...(isOwn && { authors: [own] }) };
}

/** @throws Refusal `request.not-found` when there is no such document, or it is not theirs to replace: told in one way */
export async function replacedBy(
  sql: Sql,
  who: Principal,
  homes: readonly string[],
  documentId: string | undefined,
): Promise<DocumentItem | undefined> {
  if (documentId === undefined) return undefined;
  const found = await documentById(sql, homes, documentId);
  if (!found || !isOwnDocument(who, found) || found.status === 'deleted' || !found.current)
    throw new Refusal('request.not-found', 'you filed no such document that is in force', { at: 'body.replaces' });
  return found;
}

interface Taken extends Pick<ToFile, 'who' | 'patientId' | 'filing' | 'now'> {
  replaced: DocumentItem | undefined;
}

function takeInHand({ who, bytes, mediaType = 'application/xml', structures = [], channel = 'screen', now }: BytesToFile): InHand {
  const read = readArrival(bytes, mediaType, structures);
  return {
    sha256: createHash('sha256').update(bytes).digest(),
    depositId: uuidv7(now.getTime()),
    bytes,
    mediaType,
    receivedAt: now,
    sender: who,
    channel,
    read,
    header: headerOf(read),
    // Who works for no structure, a patient among them, answers in their own name.
    ...(!who.organisation && { answeredBy: { finess: who.id, name: who.name } }),
  };
}

async function wrapped(sql: Sql, { who, patientId, filing, now, replaced }: Taken): Promise<Buffer> {
  const { about } = filing;
  const type = about && filingType(about.type);
  if (!about || !type) throw new Refusal('document.type-unknown', 'say the type, the title and the day of a PDF', { at: 'body.about' });
  // A PDF that is broken or locked would be kept for nobody to read.
  await pdfText(bytesOf(filing));
  const patient = await patientById(sql, patientId);
  if (!patient) throw new Refusal('request.not-found', 'no such patient', { at: 'params.patientId' });
  return Buffer.from(writeClinicalDocument(madeDocument({ who, patient, filing, about, type, now, replaced })));
}

const bytesOf = ({ file }: DocumentFiling) => Buffer.from(file, 'base64');

/** A CDA filed by hand says whose it is: this patient, by their INS; and who answers for it: the structure of the one who files it. */
async function checkOwnCda({ db, mode }: ReceiveDeps, { header }: InHand, who: Principal, homes: readonly string[]): Promise<void> {
  const structure = structureOf(header).finess;
  if (structure !== who.organisation?.finess)
    throw new Refusal('deposit.wrong-structure', 'this document is of another structure than yours', {
      at: 'ClinicalDocument/custodian//id',
    });
  const found = await identify(db, { senderFiness: structure, patient: header.patient, mode, now: new Date() });
  if (found.kind !== 'one' || found.joinedBy !== 'ins' || !homes.includes(found.patientId))
    throw new Refusal('document.other-patient', 'the document does not name the patient whose record is open', {
      at: 'ClinicalDocument/recordTarget',
    });
}

/** The same filing sent again, or the same file, is one document. The identifier of one made here is drawn from all that was filed. */
async function store(
  tx: Sql,
  inHand: InHand,
  document: ReportToStore | DocumentToStore,
  { homes, isMadeHere, alongside }: BytesToFile,
): Promise<DocumentFiled> {
  const again = await findByUniqueId(tx, idText(inHand.header.id), answering(inHand).finess);
  if (again && isMadeHere && homes.includes(again.patientId)) return { documentId: again.documentId, isNew: false };
  if (!again && (await storeDocument(tx, document))) {
    await alongside?.(tx, document.head.documentId);
    return { documentId: document.head.documentId, isNew: true };
  }
  const first = await joinSameBytes(tx, inHand);
  if (first && homes.includes(first.patientId)) return { documentId: first.documentId, isNew: false };
  throw new Refusal('deposit.conflicting-bytes', 'a document with this identifier was already deposited', { at: 'ClinicalDocument/id' });
}
