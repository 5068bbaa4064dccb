import type { Hl7Time, Identifier, LabReport, Participant, PrintedPatient, ReadingWarning } from '../lab-report.ts';

/** An application or a structure as it names itself (HD): a local name, a universal identifier, or both. */
export interface Hl7Party {
  name?: string;
  /** OID, UUID, FINESS… as received. */
  universalId?: string;
  /** ISO, UUID, M, N, L… */
  universalIdType?: string;
}

/** MSH: who speaks to whom, about what. */
export interface MessageHeader {
  /** `ORU`, `ADT`… (MSH-9.1) */
  type: string;
  /** `R01`, `A40`… (MSH-9.2) */
  event: string;
  /** MSH-10: unique for its sender; the answer repeats it. */
  controlId: string;
  sendingApplication: Hl7Party;
  sendingFacility: Hl7Party;
  receivingApplication: Hl7Party;
  receivingFacility: Hl7Party;
  at?: Hl7Time;
  /** P production, T training, D debugging (MSH-11). */
  processing?: string;
  /** `2.5` (MSH-12.1). */
  version?: string;
  /** Profiles that the message claims (MSH-21): `2.1^CISIS_CDA_HL7_V2`. */
  profiles: string[];
}

/** CX: an identifier with what tells which kind it is. `root` is the OID of its authority, see `rootOf`. */
export interface PatientIdentifier extends Identifier {
  /** PI local number (IPP), INS national identity, AN account, VN visit (table 0203). */
  type?: string;
  /** The authority as received. */
  authority: Hl7Party;
  /** Given to the patient from this day on. */
  since?: Hl7Time;
}

/** Consent of the patient: a CON segment (HL7 v2.5 §9.9.3), or the shared national record's ZFA (IHE PAM-FR 2.11). */
export type Consent =
  | {
      kind: 'con';
      id?: Identifier;
      /** Table 0496: 001 release of information… as received. */
      type?: string;
      /** V verbal, W written, T telephone (table 0497). */
      mode?: string;
      /** A active, L limited, R refused, P pending, X rescinded, B bypassed (table 0498). */
      status?: string;
      decidedAt?: Hl7Time;
      from?: Hl7Time;
      until?: Hl7Time;
    }
  | {
      kind: 'dmp';
      /** ACTIF, FERME, INEXISTANT… as received (ZFA-1). */
      state?: string;
      stateAt?: Hl7Time;
      closedAt?: Hl7Time;
      /** INO no objection to being fed, IO objection, NA not asked (ZFA-9). */
      feeding?: string;
      feedingAt?: Hl7Time;
      /** IC consent to being consulted, INC refusal, NA not asked (ZFA-11). */
      consultation?: string;
      consultationAt?: Hl7Time;
    };

/** PV1: a stay or a consultation. */
export interface Visit {
  ids: Identifier[];
  /** I in-patient, O out-patient, E emergency, R recurring, N none (PV1-2). */
  class?: string;
  /** Ward, room, bed and structure of PV1-3. */
  ward?: string;
  room?: string;
  bed?: string;
  facility?: Hl7Party;
  attending?: Participant[];
  admittedAt?: Hl7Time;
  dischargedAt?: Hl7Time;
}

/** ZBE: the movement that the message is about (IHE PAM-FR). */
export interface Movement {
  ids: Identifier[];
  at?: Hl7Time;
  /** INSERT, UPDATE or CANCEL. */
  action?: string;
  isHistoric?: boolean;
  /** The event that an update or a cancellation is about. */
  originalEvent?: string;
  medicalUnit?: { name?: string; code?: string };
  nursingUnit?: { name?: string; code?: string };
  /** S, H, M, L, D, SM and their combinations. */
  nature?: string;
}

/** A40: the identifiers that the sender gives up, and those it keeps. */
export interface Merge {
  patient: PrintedPatient;
  /** What stays (PID-3). */
  identifiers: PatientIdentifier[];
  /** What is merged into it (MRG-1). */
  prior: PatientIdentifier[];
}

interface Received {
  header: MessageHeader;
  warnings: ReadingWarning[];
}

/** Events of ADT that are read. Others are refused, never taken for one of these. */
export const ADT_EVENTS = ['A01', 'A03', 'A04', 'A08', 'A40'] as const;

/** A01 admission, A03 discharge, A04 out-patient, A08 update, A40 merge of two local identities. */
export interface AdtMessage extends Received {
  kind: 'adt';
  event: (typeof ADT_EVENTS)[number];
  /** When it happened (EVN-6), else when it was recorded (EVN-2). */
  happenedAt?: Hl7Time;
  /** Traits as printed, `ids` included. */
  patient: PrintedPatient;
  /** The same identifiers with their kinds. */
  identifiers: PatientIdentifier[];
  /** Traits that the sender says there are none of any more (`""`), to tell apart from those it did not give. */
  cleared: (keyof PrintedPatient)[];
  /** Reliability of the identity by table 0445-FR: VALI, PROV, DOUT, FICT… (PID-32). */
  reliability: string[];
  /** Of A40 only, never empty then. */
  merges: Merge[];
  visit?: Visit;
  movement?: Movement;
  consents: Consent[];
  /** How the INS was collected (ZFD-5): INSI, carte Vitale… as received. */
  insCollection?: string;
}

/** What is asked about a document: a new one, its replacement, or its withdrawal. */
export type DocumentAction = 'new' | 'replace' | 'delete';

/** An address in the secure mail of health, with who reads it. */
export interface MailAddress {
  address: string;
  ids: Identifier[];
  /** RPPS, IDNPS, INS, FINEG… (the type of the identifier). */
  idType?: string;
  name?: Participant['name'];
}

/** How a document has to be carried on, as its author asked (CI-SIS « Transmission d'un document CDA en HL7 v2 »). */
export interface DocumentRouting {
  /** The flags as sent, `MASQUE_PS` → true. */
  flags: Record<string, boolean>;
  sender?: Participant;
  recipients: MailAddress[];
  replyTo?: MailAddress;
  mailToProfessional?: string;
  mailToPatient?: string;
}

/** A document inside a message (OBX-5 of type ED). */
export interface CarriedDocument {
  /** Media type as far as the message tells: `text/xml`, `application/pdf`… */
  mediaType: string;
  base64: string;
  code?: string;
  title?: string;
}

/** A document in CDA carried by ORU^R01, or any document by MDM^T02, T04 or T10. */
export interface DocumentMessage extends Received {
  kind: 'document';
  action: DocumentAction;
  patient: PrintedPatient;
  identifiers: PatientIdentifier[];
  visit?: Visit;
  orders: Identifier[];
  /** One; two when a CDA comes with the same as a PDF. */
  documents: CarriedDocument[];
  /** TXA-12, of MDM. */
  documentId?: Identifier;
  /** TXA-13: the document that this one replaces or withdraws. */
  parentId?: Identifier;
  routing: DocumentRouting;
}

/** Results in OBX segments, ORU^R01. */
export interface OruMessage extends Received {
  kind: 'oru';
  report: LabReport;
}

/** ACK: what became of a message of ours. */
export interface AckMessage extends Received {
  kind: 'ack';
  /** AA taken, AE and AR refused, CA CE CR (table 0008). */
  code: string;
  /** MSH-10 of the message that is answered. */
  answers: string;
  errors: { at?: string; code?: string; text?: string }[];
}

/** ZAM: what became, further on, of a document that we sent (CI-SIS). */
export interface ZamMessage extends Received {
  kind: 'zam';
  /** Z01 taken by the national record, Z02 by the mail, Z03 read. */
  event: 'Z01' | 'Z02' | 'Z03';
  /** MSH-10 of the message that carried the document. */
  about: string;
  isPositive: boolean;
  /** Whose mailbox, or who read it, of Z02 and Z03; `ofId` is national. */
  mailbox?: { address?: string; ofId?: string };
  errors: { at?: string; code?: string; text?: string }[];
}

export type Hl7Message = OruMessage | DocumentMessage | AdtMessage | AckMessage | ZamMessage;
