/** Bytes ⇄ values: every format a region speaks. Pure: no database, no clock, no network. */
export * from './lab-report.ts';
export * from './document-metadata.ts';
export { entryUuidOf, metadataOf, type DescribedDocument, type DocumentFile } from './metadata-of.ts';
export * from './clinical-document.ts';
export { readClinicalDocument } from './cda/document/read.ts';
export { kindOfDocument } from './document-kinds.ts';
export { type ResultPlace, resultsOf } from './results-of.ts';
export { readLabReport } from './read-lab-report.ts';
export { withNarrative } from './cda/narrate.ts';
export { preparedReport, writeCda, type WriteOptions } from './cda/write.ts';
export { narrativeToHtml, narrativeToText } from './cda/narrative-html.ts';
export { describeReading, type ResultReading } from './describe.ts';
export type { Finding } from './cda/rules/rule.ts';
export { validateCda } from './cda/validate.ts';
export { printReference, printTime, printValue } from './print-value.ts';
