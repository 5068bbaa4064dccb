import type { Db, Sql } from '#kernel';
import type { ItemReader } from '#access';
import type { Filed, OwnCorrection } from './contract.ts';
import type { Mode } from './ins.ts';
import type { ScoreSettings } from './score.ts';
import type { AfterDecision } from './worklist.ts';

/** What the routes of this module are given: the database, the mode, what the flows do after a decision, and what the record knows. */
export interface IdentityDeps extends AfterDecision {
  db: Db;
  mode: Mode;
  /** Documents at home in these records. */
  filedIn(sql: Sql, patientIds: readonly string[]): Promise<Filed[]>;
  /** How many documents arrived since the beginning, filed or waiting. */
  arrivals(sql: Sql): Promise<number>;
  /** What was corrected of the values that the patient of this record had read, and that they may see. */
  corrections(tx: Sql, patientId: string, reader: ItemReader): Promise<OwnCorrection[]>;
  score?: ScoreSettings;
  now?: () => Date;
}
