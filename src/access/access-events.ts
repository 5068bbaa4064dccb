import type { Sql } from '#kernel';
import type { ChainedEvent } from './audit.ts';
import { latestEvents } from './store-audit.ts';

/** One event of the trail of a patient, as it is kept: for those to whom `accesses.read` was granted. */
export type AccessEvent = ChainedEvent;

/** The latest events about a patient, newest first. Call it behind the door (`accesses.read`). */
export const accessEvents = (sql: Sql, patientId: string, limit: number): Promise<AccessEvent[]> =>
  latestEvents(sql, patientId, Number.MAX_SAFE_INTEGER, limit);
