import type { Principal } from '#access';
import { formatOfBytes, hl7MessagesIn, hprimDossiersIn, openXdm, type XdmDocument, type XdmInside, type XdmSubmission } from '#formats';
import { readHl7Time, Refusal } from '#kernel';
import { findFiledUnder, idText, type RelationToStore, type SubmissionSaid, writeSubmission } from '#record';
import { headerOf, type ReadArrival, readArrival } from './read-arrival.ts';
import { type Arrival, arrive, type Deposited, type ReceiveDeps, receiveDocument } from './receive-document.ts';
import { receiveWithdrawal } from './receive-withdrawal.ts';
import { keepRefused } from './refused-deposit.ts';

/** What became of one document of a file that held several. */
export type PartTaken =
  | { at: string; deposited: Deposited }
  /** The document that was withdrawn from reading. */
  | { at: string; withdrawn: string }
  | { at: string; refusal: Refusal };

/** What a file gave: a document, as ever; or several, each on its own journey. */
export type Taken = Deposited | { parts: PartTaken[] };

/** One document of a file, ready for its journey. */
interface Part {
  at: string;
  /** What it was sent with, when it came in an archive. */
  submission?: SubmissionSaid;
  take(): Promise<{ deposited: Deposited } | { withdrawn: string }>;
}

/**
 * A file that a sender deposits: one document, an archive (IHE XDM), a batch of HL7 v2 messages or several dossiers of HPRIM. Each document of it goes its own
 * way, with its own receipt: one that is refused holds none of the others back. What cannot be opened is refused as a whole.
 *
 * @throws RefusedDeposit the file, when it is one document or cannot be opened
 * @throws Refusal `store.unavailable`: the sender sends the whole file again; what was stored of it is known again by its bytes
 */
export async function receiveFile(deps: ReceiveDeps, arrival: Arrival): Promise<Taken> {
  const parts = await partsOf(deps, arrival);
  if (!parts) return receiveDocument(deps, arrival);
  const taken: PartTaken[] = [];
  for (const { at, take } of parts) taken.push({ at, ...(await outcomeOf(take)) });
  await keepSubmissions(deps, parts, taken);
  return { parts: taken };
}

async function outcomeOf(take: Part['take']): Promise<{ deposited: Deposited } | { withdrawn: string } | { refusal: Refusal }> {
  try {
    return await take();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return { refusal: error };
  }
}

/** The documents of a file that may hold several; undefined for one that comes alone. */
async function partsOf(deps: ReceiveDeps, arrival: Arrival): Promise<Part[] | undefined> {
  const format = formatOfBytes(arrival.bytes, arrival.mediaType);
  try {
    if (format === 'xdm') return partsOfArchive(deps, arrival);
    if (format === 'hl7') return partsEach(deps, arrival, 'message', hl7MessagesIn(arrival.bytes));
    return format === 'hprim' ? partsEach(deps, arrival, 'dossier', hprimDossiersIn(arrival.bytes)) : undefined;
  } catch (error) {
    const arrived = arrive(arrival);
    throw await keepRefused(deps.db, arrived, arrived, error);
  }
}

function partsEach(deps: ReceiveDeps, arrival: Arrival, name: string, files: readonly Uint8Array[]): Part[] | undefined {
  if (files.length === 1) return undefined;
  return files.map((bytes, n) => ({
    at: `${name} ${n + 1}`,
    take: async () => ({ deposited: await receiveDocument(deps, { ...arrival, bytes: Buffer.from(bytes) }) }),
  }));
}

/** What was read in a document of an archive, or why it could not be: read once, for its label and for its journey. */
type Inside = XdmInside & { read: () => ReadArrival };

function partsOfArchive(deps: ReceiveDeps, arrival: Arrival): Part[] {
  const structures = arrival.sender.structures ?? [];
  const { submissions } = openXdm(arrival.bytes, (bytes) => lookInside(bytes, structures));
  const documents = submissions.flatMap((submission) => submission.documents.map((document) => ({ document, submission })));
  return documents.map(({ document, submission }, n) => ({
    at: `document ${n + 1}`,
    submission: saidOf(submission, document),
    take: async () => {
      if (document.action === 'delete') return { withdrawn: await withdraw(deps, arrival, document, submission.set.uniqueId) };
      const reading = () => asAnnounced(document, arrival.sender);
      const { mimeType: mediaType, visibility: masks } = document.metadata;
      const more = { masks, relations: relationsOf(document, submission), submission: saidOf(submission, document), reading };
      return { deposited: await receiveDocument(deps, { ...arrival, bytes: Buffer.from(document.bytes), mediaType, ...more }) };
    },
  }));
}

function saidOf({ set }: XdmSubmission<Inside>, { metadata: { entryUuid } }: XdmDocument<Inside>): SubmissionSaid {
  const submittedAt = new Date(readHl7Time(set.submittedAt, 'UTC')?.epochMs ?? Date.now()).toISOString();
  const { patientId: _named, ...said } = set;
  return { uniqueId: set.uniqueId, sourceId: set.sourceId, submittedAt, metadata: JSON.stringify(said), entryUuid };
}

/** What the archive says that this document adds to, transforms or signs; what it replaces, the document says itself. */
function relationsOf({ metadata }: XdmDocument<Inside>, { documents, relations }: XdmSubmission<Inside>): RelationToStore[] {
  return relations.flatMap(({ kind, source, target }) => {
    if (source !== metadata.entryUuid || kind === 'RPLC') return [];
    const other = documents.find((document) => document.metadata.entryUuid === target);
    return [{ kind: kind === 'XFRM_RPLC' ? 'XFRM' : kind, target: other ? idText(other.metadata.uniqueId) : target }];
  });
}

/** What was sent together is kept as that, once its documents are in a record. */
async function keepSubmissions({ db }: ReceiveDeps, parts: readonly Part[], taken: readonly PartTaken[]): Promise<void> {
  const sets = Map.groupBy(parts.keys(), (n) => parts[n]!.submission?.uniqueId);
  for (const [uniqueId, places] of sets) {
    if (uniqueId === undefined) continue;
    const stored = [...places].flatMap((n) => {
      const part = taken[n]!;
      const { submission } = parts[n]!;
      return 'deposited' in part && part.deposited.receipt.documentId !== null ? [{ ...part.deposited.receipt, submission }] : [];
    });
    const documentIds = stored.map(({ documentId }) => documentId!);
    const [first] = stored;
    const filed = first?.uniqueId ? await findFiledUnder(db, first.uniqueId) : [];
    const patientId = filed.find(({ documentId }) => documentId === first?.documentId)?.patientId;
    if (patientId === undefined) continue;
    const entries = Object.fromEntries(stored.map(({ documentId, submission }) => [submission!.entryUuid!, documentId!]));
    const { entryUuid: _own, submittedAt, ...said } = first!.submission!;
    await writeSubmission(db, { ...said, patientId, documentIds, submittedAt: new Date(submittedAt), entries });
  }
}

function lookInside(bytes: Uint8Array, structures: readonly string[]): Inside {
  try {
    const read = readArrival(bytes, 'text/xml', structures);
    const { id, setId, version, patient } = headerOf(read);
    return { id, ...(setId && { setId }), version, patientIds: patient.ids, read: () => read };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      patientIds: [],
      read: () => {
        throw error;
      },
    };
  }
}

/**
 * The document as it was read, when it is what the archive announces.
 * @throws Refusal `archive.mismatch` when the archive says that it replaces another, and the document neither names one nor is a later version:
 *   the former one would stay beside it as if it were still true
 */
function asAnnounced({ action, inside, bytes, metadata }: XdmDocument<Inside>, sender: Principal): ReadArrival {
  const read = inside ? inside.read() : readArrival(bytes, metadata.mimeType, sender.structures ?? []);
  const { replaces, version } = headerOf(read);
  if (action === 'replace' && replaces.length === 0 && version === 1) {
    throw new Refusal(
      'archive.mismatch',
      'METADATA.XML says that the document replaces another, and the document neither names it nor has a later version',
      { at: 'ClinicalDocument/relatedDocument' },
    );
  }
  return read;
}

function withdraw(deps: ReceiveDeps, { sender, receivedAt }: Arrival, document: XdmDocument<Inside>, submission: string): Promise<string> {
  const { inside, metadata } = document;
  const header = inside ? headerOf(inside.read()) : undefined;
  return receiveWithdrawal(deps, {
    patient: header?.patient ?? metadata.sourcePatient,
    uniqueIds: [idText(header?.id ?? metadata.uniqueId)],
    reason: `IHE XDM ${submission}`,
    sender,
    receivedAt,
  });
}
