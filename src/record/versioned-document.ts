/** What decides which version of a report is the one to read. */
export interface VersionedDocument {
  documentId: string;
  uniqueId: string;
  setId: string;
  version: number;
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
