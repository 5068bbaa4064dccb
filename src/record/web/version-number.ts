/** Beyond, a version is no count: messages of HL7 v2 have none, and are put in order by the second they were sent. */
const MOST_COUNTED = 10_000;

/** How a version is told: by its number when its sender counts versions, otherwise by its date alone. */
export const versionNumber = (version: number): { version: number; counted: 'yes' | 'no' } => ({
  version,
  counted: version < MOST_COUNTED ? 'yes' : 'no',
});
