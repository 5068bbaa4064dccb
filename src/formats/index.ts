/** Bytes ⇄ values: every format a region speaks. Pure: no database, no clock, no network. */
export * from './lab-report.ts';
