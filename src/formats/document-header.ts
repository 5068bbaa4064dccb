/**
 * What every document of the region says before its body, and the pieces that all formats share: codes, identifiers, people, the patient.
 *
 * As in the rest of the model, nothing is interpreted: times stay HL7 TS text (`20250314` keeps its day precision), codes stay as received.
 *
 * Sources: CI-SIS « structuration minimale des documents de santé », HL7 CDA R2.
 */

/** HL7 TS text as received: `YYYY[MM[DD[HH[MM[SS[.s…]]]]]][±ZZZZ]`. Read it with `readHl7Time` of the kernel. */
export type Hl7Time = string;

/** A code as received. `code` absent and `originalText` present: an uncoded concept. `translations`: other codings of the same. */
export interface Coded {
  code?: string;
  /** OID of the code system. */
  system?: string;
  systemName?: string;
  display?: string;
  /** The words printed for it; a reference into the narrative is already followed. */
  originalText?: string;
  /** xsd:ID of the narrative element that the words come from: what a screen highlights. */
  ref?: string;
  nullFlavor?: string;
  /** What narrows the concept: laterality, a stage… `name` says which. */
  qualifiers?: { name?: Coded; value?: Coded }[];
  translations?: Coded[];
}

/** An HL7 instance identifier: `root` alone, or `root` and `extension`. */
export interface Identifier {
  root: string;
  extension?: string;
  assigningAuthority?: string;
}

export interface Address {
  /** Lines as printed, or the split parts, never both (CI-SIS structuration minimale). */
  lines?: string[];
  houseNumber?: string;
  streetName?: string;
  additionalLocator?: string;
  unitId?: string;
  postBox?: string;
  precinct?: string;
  postalCode?: string;
  city?: string;
  /** In a birthplace: the INSEE COG code. */
  county?: string;
  country?: string;
  use?: string;
  nullFlavor?: string;
}

/** `value` with its scheme (`tel:`, `mailto:`). */
export interface Telecom {
  value?: string;
  use?: string;
  nullFlavor?: string;
}

export interface PersonName {
  family?: string;
  given?: string;
  /** M, MME… (JDV_J245) */
  prefix?: string;
  /** DR, PR… (JDV_J246) */
  suffix?: string;
}

export interface Organization {
  ids: Identifier[];
  name?: string;
  telecoms?: Telecom[];
  address?: Address;
  /** standardIndustryClassCode (JDV_J04). */
  industry?: Coded;
  /** The larger structure that it is part of. */
  partOf?: { ids: Identifier[]; code?: Coded; name?: string };
}

/** A person or a device with a role: author, validator, prescriber, performer. */
export interface Participant {
  ids: Identifier[];
  name?: PersonName;
  /** An analyser or a software instead of a person. */
  device?: { model?: string; software?: string };
  /** Profession and speciality (JDV_J01), or the function code of a participation. */
  code?: Coded;
  function?: Coded;
  /** What ties a relative to the patient: ECON (to call), NOK (trusted person)… Relatives only. */
  relation?: string;
  time?: Hl7Time;
  telecoms?: Telecom[];
  address?: Address;
  organization?: Organization;
}

/** A header participation, `typeCode` as in CDA: REF prescriber, PRF sampler, INF informant… */
export interface TypedParticipant extends Participant {
  type: string;
}

/** Traits as printed by the sender (RNIV). Never a regional identity: only `identity` decides which record this joins. */
export interface PrintedPatient {
  ids: Identifier[];
  birthFamily?: string;
  /** All given names of the birth certificate, space separated. */
  birthGivens?: string;
  firstBirthGiven?: string;
  usedFamily?: string;
  usedGiven?: string;
  prefix?: string;
  suffix?: string;
  /** M, F or UN (JDV_J143), as received. */
  sex?: string;
  birthDate?: Hl7Time;
  birthPlace?: { cog?: string; label?: string };
  addresses?: Address[];
  telecoms?: Telecom[];
  deceasedAt?: Hl7Time;
  /** Said dead without a day (PID-30 `Y`, FHIR `deceasedBoolean`). */
  isDeceased?: true;
  /** The sender says that these traits hide who it is (PID-32 `ANOM`, FHIR name of use `anonymous`). */
  isAnonymous?: true;
  /** Legal representatives. */
  guardians?: Participant[];
  /** The structure that gave the local identifier. */
  provider?: Organization;
}

/** The act documented: one per chapter (`documentationOf/serviceEvent`). */
export interface ServiceEvent {
  ids?: Identifier[];
  code?: Coded;
  /** `completed`, `active` (preliminary report), `aborted`. */
  status?: string;
  start?: Hl7Time;
  end?: Hl7Time;
  performer?: Participant;
  /** Performers after the first: a team has several. */
  otherPerformers?: Participant[];
}

export interface Encounter {
  ids?: Identifier[];
  code?: Coded;
  start?: Hl7Time;
  end?: Hl7Time;
  responsible?: Participant;
  /** Where the patient went (JDV of the way out). */
  disposition?: Coded;
  /** ADM admitted, ATND followed, CON was consulted… */
  participants?: TypedParticipant[];
  facility?: { code?: Coded; name?: string; id?: Identifier; address?: Address };
}

/** Something a careful reader of the document should know; never a patient's data. */
export interface ReadingWarning {
  /** `narrative.mismatch`, `reference.dangling`… */
  code: string;
  /** Where: an XPath, `OBX[3]-5`. */
  at: string;
  message: string;
}

/** A related document other than the one replaced. */
export interface RelatedDocument {
  /** APND an addendum to it, XFRM a transformation of it. */
  type: string;
  ids: Identifier[];
  code?: Coded;
  setId?: Identifier;
  version?: string;
}

/** An order fulfilled, with more than its identifier. */
export interface OrderDetail {
  ids: Identifier[];
  code?: Coded;
  priority?: Coded;
  /** Number by which an imaging department follows it (DICOM PS3.20). */
  accession?: Identifier;
}

/** A consent that the document states (`authorization/consent`). */
export interface StatedConsent {
  ids: Identifier[];
  code?: Coded;
  status?: string;
}

/** What every document of the region says before its body (CI-SIS « structuration minimale », CDA R2 §4.2). */
export interface DocumentHeader {
  realm?: string;
  /** Identifier of this version of the document. */
  id: Identifier;
  /** Constant over the versions. */
  setId?: Identifier;
  version: number;
  /** Its sender says that it corrects one sent before, beside what its version and the documents that it replaces say. */
  isCorrection?: true;
  /** Documents that this one replaces. */
  replaces: Identifier[];
  /** Documents that it completes or was made from. */
  related?: RelatedDocument[];
  code: Coded;
  title: string;
  createdAt: Hl7Time;
  /** N, R or V. */
  confidentiality: Coded;
  language?: string;
  patient: PrintedPatient;
  authors: Participant[];
  informants?: Participant[];
  dataEnterer?: Participant;
  /** The structure that keeps the original: its FINESS says whose document it is. */
  custodian: Organization;
  recipients?: Participant[];
  legalAuthenticator?: Participant;
  validators: Participant[];
  participants: TypedParticipant[];
  orders: Identifier[];
  /** All that each order says, when one says more than its identifiers. */
  orderDetails?: OrderDetail[];
  events: ServiceEvent[];
  consents?: StatedConsent[];
  encounter?: Encounter;
}
