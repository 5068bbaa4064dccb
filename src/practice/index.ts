/** The connector that files documents in the software of a practice. */
export { type PracticeConfig, readPracticeConfig } from './config.ts';
export { runConnector } from './connector.ts';
export { fileFor, markSeen, refuse, unfile } from './decide.ts';
export { candidatesFor } from './recognise.ts';
export { countPlaces, inTriage, practicePatients } from './store.ts';
