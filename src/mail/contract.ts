/** The mail screen: mailboxes that the region keeps, threads, what is attached. Shared with the browser; types only. */

export type BoxKind = 'personal' | 'organisation' | 'application' | 'delegated' | 'patient';

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
}

/** `GET /api/mail?box=`. */
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
}

export interface MailMessage {
  messageId: string;
  direction: 'in' | 'out';
  otherName: string;
  at: string;
  words: string;
  attachments: MailAttachment[];
  documents: EnclosedDocument[];
  state: 'received' | 'waiting' | 'sent' | 'dead';
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
  patient?: { patientId: string; name: string; birthDate: string };
  messages: MailMessage[];
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
}
