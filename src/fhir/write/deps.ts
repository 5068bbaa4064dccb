import type { Principal } from '#access';
import type { FiledDocument, Mask, PlaceSaid, RelationToStore, SubmissionSaid, SubmissionToKeep } from '#record';
import type { FhirDeps } from '../world/door.ts';
import type { JsonObject } from '../wire/json.ts';

export interface BatchEntry {
  fullUrl?: string;
  resource?: JsonObject;
  request: { method: string; url: string; ifNoneExist?: string; ifMatch?: string; ifNoneMatch?: string };
}

export interface EntryAnswer {
  resource?: unknown;
  response: { status: string; [key: string]: unknown };
}

/** What the journey of a report answers about its deposit. */
export interface Deposited {
  receipt: { depositId: string; state: string; documentId: string | null; uniqueId: string | null; receivedAt: string };
  isNew: boolean;
  /** Where it stands in the record, once it is there. */
  place?: { patientId: string; structure: string; setId: string; version: number };
  /** What its reader doubted, or could not show. */
  warnings?: readonly { at: string; message: string }[];
}

export interface DepositToTake {
  bytes: Buffer;
  mediaType: string;
  sender: Principal;
  receivedAt: Date;
  /** From whom the document is hidden from the start. */
  masks?: readonly Mask[];
  /** What its fiche says it adds to, transforms or signs, beside what the document says itself. */
  relations?: readonly RelationToStore[];
  /** Records of the documents that its fiche names: refused when it is of someone else. */
  relatedIn?: readonly string[];
  /** Where its fiche says that it was made, whatever the document says itself. */
  place?: PlaceSaid;
  /** What it was sent with. */
  submission?: SubmissionSaid;
}

/** That somebody read a document, or tried to and failed. */
export interface ReadingHeard {
  about: string;
  reader: string;
  hasFailed: boolean;
  sender: Principal;
  via: 'fhir';
  receivedAt: Date;
}

export interface WriteDeps extends FhirDeps {
  /** Where a document of a structure was filed, by its identifier: asked in the name of the system, which reads no patient's data. */
  filed(uniqueId: string, structure: string): Promise<FiledDocument | undefined>;
  /** From whom a document filed is hidden now: asked in the name of the system that filed it. */
  hiddenFrom(filed: FiledDocument): Promise<Mask[]>;
  /** A document of this person, by its number: asked in the name of the system; nothing of it is told. */
  held(patientId: string, documentId: string): Promise<{ patientId: string; uniqueId: string } | undefined>;
  /** Documents of this identifier, whoever filed them, two at most: asked in the name of the system; nothing of it is told before the door. */
  filedUnder(uniqueId: string): Promise<Pick<FiledDocument, 'patientId' | 'documentId'>[]>;
  /** Keeps what was sent together; the same again changes nothing. */
  keepSubmission(submission: SubmissionToKeep): Promise<void>;
  /** Withdraws from reading a document that this system filed, of this record when one is named. @throws Refusal */
  withdraw(asked: { sender: Principal; uniqueId: string; patientId?: string; receivedAt: Date }): Promise<void>;
  /** Somebody read, or tried to, in the software of a place, what it was given: the event of it, in the trail of the patient. @throws Refusal */
  hearReading(told: ReadingHeard): Promise<{ patientId: string; place: string }>;
  /** Takes a document all the way: the same journey as by every other door. @throws Refusal */
  deposit(arrival: DepositToTake): Promise<Deposited>;
  /** Takes several documents the same way, all or none. @throws Refusal */
  depositTogether(arrivals: readonly DepositToTake[]): Promise<Deposited[]>;
}
