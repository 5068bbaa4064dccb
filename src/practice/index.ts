/** The connector that files documents in the software of a practice. */
export { type PracticeConfig, readPracticeConfig } from './config.ts';
export { runConnector } from './connector.ts';
export { fileFor, markSeen, refuse, unfile } from './decide.ts';
export { candidatesFor } from './recognise.ts';
export { makeConnector, openConnector } from './connector.ts';
export type { OutgoingMail } from './receipts.ts';
export type { SharedRecord } from './record.ts';
export { FILING } from './software/transaction.ts';
export { type Node, nodeOf, nodesOf, parseKeepingDigits, textOf } from './software/fhir-json.ts';
export { BY_ITSELF } from './take.ts';
export { countPlaces, documentOf, filedAlone, inTriage, practicePatients, stepsOf } from './store.ts';
