/** What every module may use and no health knowledge: refusals, time, identifiers, configuration, database. */
export { ConfigError, readConfig, type Config } from './config.ts';
export { brokenConstraint, openDb, sqlState, type Db, type Sql } from './db.ts';
export { hl7Day, readHl7Time, type ReadTime, type TimePrecision } from './hl7-time.ts';
export { uuidv7 } from './ids.ts';
export { findMigrations, migrate, type Migration } from './migrate.ts';
export { Refusal, REFUSALS, refusalBody, type RefusalCode } from './refusal.ts';
