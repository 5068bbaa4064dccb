import { MOST_COUNTED } from '../version-number.ts';

/** How a version is told: by its number when its sender counts versions, otherwise by its date alone. */
export const versionNumber = (version: number): { version: number; counted: 'yes' | 'no' } => ({
  version,
  counted: version < MOST_COUNTED ? 'yes' : 'no',
});
