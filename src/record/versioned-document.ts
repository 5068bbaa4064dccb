/** What decides which version of a report is the one to read. */
export interface VersionedDocument {
  documentId: string;
  uniqueId: string;
  setId: string;
  version: number;
  /** When it was issued (ISO 8601): put beside counted versions, one that has none is in the order of the times. */
  issuedAt?: string | null;
  /** uniqueIds that this one replaces. */
  replaces: readonly string[];
  /** FINESS of the structure that keeps it: nobody replaces the report of another. */
  structure: string;
  /** A biologist of that structure said that this one is right among those that contradict one another. */
  isChosen?: boolean;
  /** Digest of what it says, and where it came from: `copies.ts`. */
  contentKey?: string | null;
  source?: string;
}
