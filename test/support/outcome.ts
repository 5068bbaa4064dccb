import { Refusal } from '../../src/kernel/index.ts';

/** What a reader did with hostile bytes, as a sentence: `read`, or `archive.hostile at entry 2`. A fault of ours is thrown on. */
export function outcomeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} at ${error.at ?? ''}`;
    throw error;
  }
}

/** Read, or refused with a place. */
export const READ_OR_REFUSED = /^(?:read|[a-z]+\.[a-z-]+ at .+)$/;
