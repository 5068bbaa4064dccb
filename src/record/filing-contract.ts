/** Filing a document from a screen, in the record that is open. Shared with the browser; types only. */

/** `POST /api/patients/:patientId/documents`. */
export interface DocumentFiling {
  /** Made by the page for this filing: sent again, it is the same filing. */
  filingId: string;
  mediaType: 'application/pdf' | 'application/xml';
  /** Base64. */
  file: string;
  /** What a PDF does not say of itself; a CDA says it all. */
  about?: {
    /** Code of one of the types offered (JDV_J07). */
    type: string;
    title: string;
    /** `YYYY-MM-DD`: the day of the act documented. */
    day: string;
    /** Who wrote it, as printed, when it is not the one who files it. */
    author?: string;
  };
  /** Document that this one replaces: filed by the same person. */
  replaces?: string;
}

/** Its answer. `isNew` is false when this very document was there already. */
export interface DocumentFiled {
  documentId: string;
  isNew: boolean;
}

/** A type that this reader may file, with the national wording. */
export interface FilingType {
  code: string;
  /** OID. */
  system: string;
  display: string;
}
