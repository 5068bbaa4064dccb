import type { FilingType } from '#record/contract';

/** The mail screen: mailboxes that the region keeps, threads, what is attached. Shared with the browser; types only. */

export type BoxKind = 'personal' | 'organisation' | 'application' | 'delegated' | 'patient';

/** Which threads of a mailbox: all, those in which something came or left, what is still to be dealt with, what was. */
export type MailFolder = 'all' | 'todo' | 'received' | 'sent' | 'done';

/** What became of a message: what left is `delivered` or `read` when a notification says so. */
export type MailState = 'received' | 'waiting' | 'sent' | 'delivered' | 'read' | 'dead';

export interface MailBox {
  /** An address; `patient:` and the record for a patient's own. */
  box: string;
  kind: BoxKind;
  maySend: boolean;
  /** Says who else reads it. */
  mayDelegate: boolean;
  unread: number;
}

/** What came with a mail, by its number. */
export interface MailAttachment {
  name: string;
  mediaType: string;
  /** Bytes. */
  size: number;
}

/** An attachment as the thread shows it. */
export interface ShownAttachment extends MailAttachment {
  /** A PDF that was filed: in whose record. */
  patientId?: string;
  /** A PDF that was filed in the record: the document. */
  documentId?: string;
}

export interface ThreadLine {
  /** Its first message: the thread is opened by it. */
  messageId: string;
  subject: string;
  otherName: string;
  /** ISO 8601. */
  at: string;
  count: number;
  unread: boolean;
  /** Something of it did not leave. */
  isFailed: boolean;
  /** What came is still to be dealt with. */
  isToDo: boolean;
  /** What became of the last message, when it left from here. */
  sent?: MailState;
  patientName?: string;
}

export interface MailTemplate {
  templateId: string;
  name: string;
  subject: string;
  words: string;
}

export interface MailDelegate {
  delegate: string;
  name: string;
  maySend: boolean;
  /** ISO 8601: from when, and until when (excluded); absent: from when it was given, until it is taken back. */
  fromAt?: string;
  untilAt?: string;
}

/** `GET /api/mail?box=&folder=&q=`. */
export interface MailList {
  boxes: MailBox[];
  /** The one shown; absent: this person has none. */
  box?: string;
  threads: ThreadLine[];
  templates: MailTemplate[];
  /** Of the mailbox shown, when this person says who reads it. */
  delegates: MailDelegate[];
  colleagues: { id: string; name: string }[];
  /** Patients have a mailbox here. */
  hasPatientMail: boolean;
}

/** A document enclosed, safe to show. */
export interface EnclosedDocument {
  /** Number of the attachment, then of the document in it. */
  attachment: number;
  part: number;
  title: string;
  sections: { title: string; html: string; depth: number }[];
  /** Already in the record: the document. */
  documentId?: string;
  /** In whose record it may be filed; `isSure`: it names them by a qualified INS. Absent: by what it prints, nobody or several. */
  of?: { patientId: string; name: string; birthDate: string; isSure: boolean };
}

export interface MailMessage {
  messageId: string;
  direction: 'in' | 'out';
  otherName: string;
  at: string;
  words: string;
  attachments: ShownAttachment[];
  documents: EnclosedDocument[];
  state: MailState;
  /** When a notification said so; ISO 8601. */
  toldAt?: string;
  reason?: string;
  /** Who wrote it, when it is not the holder of the mailbox. */
  byName?: string;
}

/** `GET /api/mail/messages/:messageId`: the whole thread. */
export interface MailThread {
  box: string;
  subject: string;
  /** To whom an answer goes. */
  otherName: string;
  mayAnswer: boolean;
  /** The other one is a patient. */
  isWithPatient: boolean;
  /** What came is dealt with; absent: nothing came. */
  isDone?: boolean;
  patient?: { patientId: string; name: string; birthDate: string };
  /** Types under which this reader may file a PDF of the thread, each in the record of whom it is about. */
  mayFile: FilingType[];
  messages: MailMessage[];
}

/** What a PDF does not say of itself, and whoever files it says. */
export interface PdfAbout {
  type: string;
  title: string;
  /** `YYYY-MM-DD`: the day of the act documented. */
  day: string;
  author?: string;
}

/** A file joined to a mail. */
export interface FileToSend {
  name: string;
  mediaType: string;
  /** Base64. */
  file: string;
}

/** `POST /api/mail/messages`. */
export interface MailToWrite {
  box: string;
  /** An address; `patient` for that of the patient named; absent of an answer. */
  to?: string;
  subject: string;
  words: string;
  /** The message answered. */
  answers?: string;
  patientId?: string;
  /** The patient may answer: yes unless said otherwise. */
  mayAnswer?: boolean;
  /** 7 MiB in all: operators take mails of 10 MB. */
  files?: FileToSend[];
  /** A document of the record of the patient whom it is about, as it is exchanged. */
  documentId?: string;
}
