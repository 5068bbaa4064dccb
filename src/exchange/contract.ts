/** What `/api/exchange` answers. Shared with the browser; types only. */

import type { InboxStep, LineState, Severity } from './inbox/contract.ts';

export type DeliveryState = 'waiting' | 'sent' | 'delivered' | 'read' | 'held' | 'dead' | 'cancelled';

export type RecipientRole = 'prescriber' | 'copy' | 'patient' | 'shared' | 'software';

/** How the software of a place is spoken to. */
export type SoftwareLink =
  /**
   * Documents by IHE MHD (ITI-65): the CDA with its fiche. `results`: reports of biology as documents too (when not said), or as their resources (Patient, DiagnosticReport,
   * Observation…) in one transaction, with the fiche of the CDA.
   */
  | { kind: 'fhir'; base: string; sourceId: string; results?: 'document' | 'resources' | undefined }
  /** HL7 v2 in MLLP. `results`: reports of biology as ORU^R01 or as MDM; any other document is an MDM. */
  | {
      kind: 'hl7';
      host: string;
      port: number;
      isTls: boolean;
      results: 'oru' | 'mdm';
      /** MSH-5 and MSH-6. */
      application?: string | undefined;
      facility?: string | undefined;
    }
  /** Files in a folder of this server. What the format cannot say (a letter in HPRIM) is a PDF. */
  | { kind: 'folder'; format: 'xdm' | 'cda' | 'hl7' | 'hprim' | 'pdf' };

/** The software of a hospital or of a practice to which rules send documents. */
export interface SoftwareDestination {
  /** Named by rules as `software:ID`. */
  id: string;
  name: string;
  /** FINESS of the places that it serves: it is sent what concerns somebody who works there. */
  serves: string[];
  link: SoftwareLink;
}

/** `GET /api/exchange/software`: version 0 is an empty list. */
export interface SoftwareInForce {
  version: number;
  destinations: SoftwareDestination[];
  /** Latest first. */
  history: { version: number; at: string; byName: string; words: string }[];
}

/** What must hold for a rule to apply: every part that is given. Lists: any of. */
export interface Condition {
  /** FINESS. */
  senders?: string[] | undefined;
  /** JDV_J07. */
  types?: string[] | undefined;
  /** Status of the identity of the record. */
  identity?: ('provisional' | 'retrieved' | 'validated' | 'qualified')[] | undefined;
  roles?: RecipientRole[] | undefined;
  /** `rpps:8…`, `finess:…`: what one recipient prefers. */
  recipients?: string[] | undefined;
  masks?: ('MASQUE_PS' | 'INVISIBLE_PATIENT' | 'INVISIBLE_REPRESENTANTS_LEGAUX')[] | undefined;
  isSensitive?: boolean | undefined;
  /** The patient refuses that their record be fed. */
  isOpposed?: boolean | undefined;
  /** The patient shut this recipient out. */
  isShutOut?: boolean | undefined;
  /** Named by an earlier version of the document only. */
  isFollowing?: boolean | undefined;
  /** Told by a discharge letter that this result would come. */
  isAwaiting?: boolean | undefined;
  /** Days between the issue of the document and its arrival. */
  olderThanDays?: number | undefined;
}

/** Send by secure mail (to a shared record: publish there; to a software: as it is spoken to), file without sending, or ask a person. */
export type Effect = 'send' | 'keep' | 'hold';

/** The first rule that holds for a recipient decides. */
export interface RoutingRule {
  id: string;
  /** What it says, as the trace tells it. */
  words: string;
  when: Condition;
  effect: Effect;
  /** The address to prefer when the directory knows it for the recipient. */
  address?: string | undefined;
}

/** `GET /api/exchange/rules`: version 0 is what Cigogne comes with. */
export interface RulesInForce {
  version: number;
  rules: RoutingRule[];
  /** What no region may change, by number. */
  fixed: { id: string; words: string }[];
  /** Latest first. */
  history: { version: number; at: string; byName: string; words: string }[];
}

/** What the rules say of one recipient. */
export interface Verdict {
  role: RecipientRole;
  name: string;
  recipient: string;
  does: 'mail' | 'held' | 'nothing';
  rule: string;
  words: string;
  /** Absent for the patient's. */
  address?: string;
  reason?: string;
}

/** What would happen to one document: nothing was written. */
export interface RoutingPreview {
  rulesVersion: number;
  /** The record that it would join is known; otherwise the identity cell is asked first, and nothing leaves before. */
  isIdentified: boolean;
  identity?: string;
  type: string;
  isSensitive: boolean;
  isOpposed: boolean;
  masks: string[];
  verdicts: Verdict[];
  rules: { rule: string; words: string }[];
}

/** What other rules would have done to the documents that were routed. */
export interface RulesTrial {
  /** Documents looked at, of those routed since `from`. */
  seen: number;
  from: string;
  changed: number;
  /** The first of those changed. */
  lines: { uniqueId: string; structure: string; notedAt: string; before: Verdict[]; after: Verdict[] }[];
}

/** Something tried or heard. */
export interface TraceStep {
  at: string;
  step: string;
  /** `cigogne`, the address that a notification speaks for, or the principal id of who replayed. */
  actor: string;
  detail?: string;
  tookMs?: number;
}

export interface TracedDelivery {
  deliveryId: string;
  action: 'send' | 'recall';
  role: RecipientRole;
  recipient: string;
  recipientName: string;
  address?: string;
  rule: string;
  state: DeliveryState;
  reason?: string;
  /** What a person does about it, in English; screens take their words by `reason`. */
  remedy?: string;
  tries: number;
  /** When it is tried again. */
  nextAt?: string;
  /** What was sent, kept byte for byte: last mail first. */
  messages: { messageId: string; address: string; sha256: string; sizeBytes: number; preparedAt: string }[];
  steps: TraceStep[];
}

/** How the document came: by which door, as which bytes, how it was read and whose it was found to be. */
export interface TracedArrival {
  at: string;
  sender: string;
  channel: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  /** The format that it was read as. */
  format?: string;
  results: number;
  /** `ins`, `link`, `worklist`, `opened`. */
  joinedBy: string;
  /** Milliseconds that each step took, one after the other from `at`; absent when a person decided in between. */
  took?: { read: number; identify: number; normalise: number };
}

/** Who read it in the record. Recipients are named; others too when the document was replaced or left the record, so that each can be told. */
export interface TracedReaders {
  named: { name: string; role: string; at: string }[];
  /** Those who are not named. */
  others: number;
}

/** Who has to answer for it in their inbox, how far others were told, the calls made. */
export interface TracedAnswer {
  name: string;
  severity: Severity;
  state: LineState;
  /** When the next of the list is told. */
  nextAt?: string;
  steps: InboxStep[];
}

/** One document, from the door that it came by to the receipt of each reader. */
export interface Trace {
  documentId: string;
  uniqueId?: string;
  structure?: { finess: string; name: string };
  /** For the laboratory that issued it; an operator sees no patient. */
  patient?: { name: string; birthDate: string; sex: string };
  /** When the record told of it, and when the rules were applied. */
  /** Absent once the document left the record. */
  arrival?: TracedArrival;
  /** For the laboratory that issued it. */
  readers?: TracedReaders;
  /** For the laboratory that issued it: of those whom it was addressed to, and of all who read it once they have to be told. */
  answers?: TracedAnswer[];
  notedAt: string;
  /** It left the record that it was in, or is withdrawn from reading. */
  isRecalled: boolean;
  /** When the exchange heard of it. */
  recalledAt?: string;
  routedAt?: string;
  /** Why it could not be routed the last time: the code of a refusal. */
  fault?: string;
  rules: { rule: string; words: string }[];
  deliveries: TracedDelivery[];
}

/** One line of what a person has to mend. */
export interface ToMend {
  deliveryId: string;
  uniqueId: string;
  structure: string;
  recipientName: string;
  address?: string;
  state: 'held' | 'dead';
  reason: string;
  remedy: string;
  createdAt: string;
}

/** One message on its way or arrived, as lists show it: no patient in it. */
export interface MessageLine {
  deliveryId: string;
  uniqueId: string;
  /** FINESS of whose document it is. */
  structure: string;
  action: 'send' | 'recall';
  role: RecipientRole;
  recipientName: string;
  state: DeliveryState;
  reason?: string;
  createdAt: string;
  /** When it came to its state, of one that is not waiting. */
  settledAt?: string;
}

/** `GET /api/exchange/messages`: latest first; `senders` are those whose messages may be asked for. */
export interface Messages {
  lines: MessageLine[];
  senders: { finess: string; name: string }[];
}

export type { InboxLine, ValueChange } from './inbox/contract.ts';

/** `GET /api/exchange/state`: how far the exchange is, for who runs it. No patient in it. */
export interface ExchangeState {
  waiting: {
    toRoute: number;
    toSend: number;
    toMend: number;
    /** Of what could have left already: how late the work is. */
    oldestAt?: string;
  };
  /** Destinations that failed and have not answered since: `relay` is our own operator. */
  circuits: { destination: string; failures: number; isLeftAlone: boolean; reason: string; openUntil?: string }[];
  /** The last days in the zone of the region (`YYYY-MM-DD`), today last: a day on which nothing came is one of them. */
  days: string[];
  /** Messages made on each of these days, and what became of them since. */
  mails: { day: string; sent: number; arrived: number; failed: number }[];
  /** What each system deposited on those of these days on which it did; those that stopped first. */
  senders: { name: string; lastAt: string; isSilent: boolean; days: { day: string; deposits: number; refused: number }[] }[];
}
