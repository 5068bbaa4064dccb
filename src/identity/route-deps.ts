import type { Db } from '#kernel';
import type { Mode } from './ins.ts';
import type { AfterDecision } from './worklist.ts';

/** What the routes of this module are given: the database, the mode, and what the flows do after a decision. */
export interface IdentityDeps extends Pick<AfterDecision, 'resume'>, Partial<Omit<AfterDecision, 'resume'>> {
  db: Db;
  mode: Mode;
  now?: () => Date;
}
