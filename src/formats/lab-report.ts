/**
 * A laboratory report as it was printed, whatever format carried it: what every reader gives and every writer takes.
 *
 * Nothing here is interpreted. Numbers stay text (`7.20` keeps its zero), times stay HL7 TS text (`20250314` keeps its day
 * precision), codes stay as received. What Cigogne makes of a value is kept elsewhere, beside it, never instead of it.
 *
 * Sources: CI-SIS volume « Compte rendu d'examens biologiques » 2024.01, IHE XD-LAB, HL7 CDA R2.
 */

import type { Coded, DocumentHeader, Hl7Time, Identifier, Participant, ReadingWarning, TypedParticipant } from './document-header.ts';

export * from './document-header.ts';

export interface PrintedQuantity {
  /** Decimal text as received, dot as separator. */
  value: string;
  /** As received; UCUM in CDA, the laboratory's spelling elsewhere. */
  unit?: string;
  /** How the unit was printed beside its code, where the two are not one spelling: whether they are one unit is looked at (FHIR Quantity.unit). */
  said?: string;
}

/** `>640` of a titre: the side is beyond what was measured. */
export interface RatioSide extends PrintedQuantity {
  comparator?: '<' | '<=' | '>' | '>=';
}

export interface Bound extends PrintedQuantity {
  /** Absent when the sender did not say: CDA then means inclusive, and narratives often disagree. Never invent it. */
  inclusive?: boolean;
}

/** One value, by the type it was sent in (CDA `xsi:type`, HL7 v2 OBX-2). */
export type ResultValue =
  | ({ type: 'quantity' /** The same quantity in other units (CDA PQ.translation). */; translations?: PrintedQuantity[] } & PrintedQuantity)
  /** Below or above the measuring range, or an interval: `<1` is `high` alone. */
  | { type: 'range'; low?: Bound; high?: Bound }
  | { type: 'integer'; value: string }
  | { type: 'real'; value: string }
  | { type: 'coded'; code: Coded }
  /** `ref`: xsd:ID of the narrative element that holds the words. */
  | { type: 'text'; text: string; mediaType?: string; ref?: string }
  /** Text with a code beside it (CDA SC). */
  | { type: 'coded-text'; text: string; code?: Coded }
  | { type: 'time'; value: Hl7Time }
  /** A titre such as 1/160. */
  | { type: 'ratio'; numerator: RatioSide; denominator: RatioSide }
  | { type: 'boolean'; value: boolean }
  | { type: 'attachment'; mediaType: string; base64: string }
  /** `reason`: why, when its sender says more than a null flavour does. */
  | { type: 'absent'; nullFlavor: string; reason?: Coded };

export interface ReferenceRange {
  low?: Bound;
  high?: Bound;
  /** The interval in words, when it is not two numbers. */
  text?: string;
  interpretation?: string;
  /** Age, sex… that the interval is for. */
  preconditions?: Coded[];
}

/** A previous value of the same analyte, as the laboratory reprints it. */
export interface PreviousResult {
  code: Coded;
  status: string;
  at: Hl7Time;
  value?: ResultValue;
  interpretations?: string[];
}

export interface Specimen {
  ids?: Identifier[];
  /** JDV_HL7_SpecimenType. */
  type?: Coded;
  /** The sampling act (NABM). */
  act?: Coded;
  sampledAt?: Hl7Time;
  receivedAt?: Hl7Time;
  site?: Coded;
  sampler?: Participant;
  comments?: string[];
}

export interface Result {
  kind: 'result';
  id?: Identifier;
  /** LOINC when coded; otherwise no `code`, the local code in `translations`, the words in `originalText`. */
  code: Coded;
  /** `completed`, `aborted`; other formats map to these and add `active` for a provisional value. */
  status: string;
  /** The biologically relevant time: the sampling. */
  at?: Hl7Time;
  value?: ResultValue;
  /** Values after the first: the French model allows one, older documents carry several. */
  otherValues?: ResultValue[];
  /** Codes of ObservationInterpretation as received: H, L, HH, LL, A, AA, N, S, I, R, POS, NEG… */
  interpretations?: string[];
  method?: Coded;
  specimen?: Specimen;
  performer?: Participant;
  /** Who or what produced this very result, when it is not the author of the report. */
  authors?: Participant[];
  validators?: Participant[];
  device?: Participant;
  /** Other participations: CSM the kit used, RESP… */
  participants?: TypedParticipant[];
  comments?: string[];
  previous?: PreviousResult[];
  reference?: ReferenceRange;
  /** Intervals after the first: the French model allows one. */
  otherReferences?: ReferenceRange[];
  /** What the narrative says for this entry as a whole, when it points to it. */
  narrative?: string;
  /** Pictures and documents hung on this very result. */
  media?: (Image | Attachment)[];
}

/** A panel: NFS, ionogramme, antibiogramme (LOINC 18769-0). */
export interface Battery {
  kind: 'battery';
  id?: Identifier;
  code?: Coded;
  status: string;
  at?: Hl7Time;
  items: Item[];
  comments?: string[];
  performer?: Participant;
  authors?: Participant[];
  validators?: Participant[];
  /** Other participations: DEV the automate, RESP who answers for it… */
  participants?: TypedParticipant[];
  specimen?: Specimen;
}

/** One organism grown from the specimen, with its count and its antibiogram. */
export interface Isolate {
  kind: 'isolate';
  id?: Identifier;
  organism: Coded;
  /** What was looked for, when it is not bacteria in general (LOINC 634-6). */
  code?: Coded;
  /** What it grew from, where it says so itself. */
  specimen?: Specimen;
  /** Identifiers of the strain. */
  specimenIds?: Identifier[];
  /** Codes of ObservationInterpretation, as received. */
  interpretations?: string[];
  status: string;
  at?: Hl7Time;
  items: Item[];
  comments?: string[];
  performer?: Participant;
  authors?: Participant[];
  validators?: Participant[];
  participants?: TypedParticipant[];
}

/** A curve or a picture printed in the report. */
export interface Image {
  kind: 'image';
  /** xsd:ID by which the narrative shows it. */
  ref?: string;
  mediaType: string;
  base64: string;
}

/** A document enclosed in the report: the scan of a subcontractor's report, the PDF copy. */
export interface Attachment {
  kind: 'attachment';
  id?: Identifier;
  status?: string;
  type?: Coded;
  at?: Hl7Time;
  ref?: string;
  mediaType: string;
  base64: string;
}

/** A vaccine given or, `isNegated`, not given: history that a screening report recalls. */
export interface Administration {
  kind: 'administration';
  id?: Identifier;
  code?: Coded;
  status: string;
  at?: Hl7Time;
  isNegated?: boolean;
  product?: Coded;
  productName?: string;
  narrative?: string;
  comments?: string[];
}

export type Item = Result | Battery | Isolate | Image | Attachment | Administration;

/** The act that an entry of a section describes. */
export interface Entry {
  /** The entry is its one item, with no act around it: screening reasons, vaccines, enclosed documents. */
  isBare?: boolean;
  id?: Identifier;
  code?: Coded;
  status: string;
  performer?: Participant;
  authors?: Participant[];
  validators?: Participant[];
  participants?: TypedParticipant[];
  specimens?: Specimen[];
  items: Item[];
  comments?: string[];
}

/** A chapter, a sub-chapter, a comment section… Either `narrative` and `entry`, or sub-sections. */
export interface Section {
  kind: 'chapter' | 'sub-chapter' | 'second-intention' | 'comment' | 'reason' | 'vaccinations' | 'pdf-copy' | 'other';
  id?: Identifier;
  code?: Coded;
  title?: string;
  /** The inside of `section/text`, byte for byte as received: the legally readable content. */
  narrative?: string;
  entries: Entry[];
  sections: Section[];
}

export interface Conclusion {
  text?: string;
  codes?: Coded[];
}

export interface LabReport extends DocumentHeader {
  format: 'cda-cr-bio' | 'cda-n1' | 'hl7v2-oru' | 'hprim' | 'fhir';
  /** Version of the model the document claims (`2024.01`), absent when it claims none. */
  modelVersion?: string;
  /**
   * How far it has come, in the words of its sender where these say more than preliminary, final or corrected (FHIR). `appended` only adds to what was
   * issued before.
   */
  state?: 'registered' | 'partial' | 'amended' | 'appended';
  sections: Section[];
  /** What it concludes as a whole, where its format has a place for that (FHIR); its words are a comment section besides, for every reader. */
  conclusion?: Conclusion;
  /** The laboratory's own PDF when the document holds one: the whole body of an N1, the copy in an N3. Base64 without blanks. */
  pdf?: { base64: string; ref?: string };
  warnings: ReadingWarning[];
}
