/** What every module may use and no health knowledge: refusals, time, identifiers, configuration, database. */
export { atMostEvery } from './at-most-every.ts';
export { backoffMs } from './backoff.ts';
export { ConfigError, readConfig, type Config } from './config.ts';
export { brokenConstraint, openDb, type Db, type Sql } from './db.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
export { hl7Day, readHl7Time, type ReadTime, type TimePrecision } from './hl7-time.ts';
export { uuidv7 } from './ids.ts';
export { joined } from './joined.ts';
export { holdFolder } from './lock.ts';
export { findMigrations, migrate, type Migration } from './migrate.ts';
export { makeWritableFolder } from './postgres-files.ts';
export { prepareDatabase } from './prepare.ts';
export { identify, isAlive, type ProcessId, processesIn, signal, until } from './processes.ts';
export { Refusal, REFUSALS, refusalBody, type RefusalCode } from './refusal.ts';
export { StartError } from './start-error.ts';
export { findMode, type Mode } from './store.ts';
export * from './xml/index.ts';
export * from './zip/index.ts';
