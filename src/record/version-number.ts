/** Beyond, a version is no count: messages of HL7 v2 have none, and are put in order by the second they were sent. */
export const MOST_COUNTED = 10_000;

/** Whether a document says that it corrects another: it names what it replaces, or is not the first of its counted versions. */
export const isCorrection = ({ version, replaces }: { version: number; replaces: readonly unknown[] }): boolean =>
  replaces.length > 0 || (version > 1 && version < MOST_COUNTED);
