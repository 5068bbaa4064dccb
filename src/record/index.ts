/** What is kept: documents, their versions, their originals; what waits, what was refused. Rows are added, never changed. */
export type {
  Channel,
  DocumentAuthor,
  DocumentHead,
  EntryCode,
  DocumentItem,
  Mask,
  PatientEvent,
  PlaceSaid,
  StoredReport,
  StoredResult,
} from './contract.ts';
export { announcementRoutes, announcementsDue, type DueAnnouncement } from './announcements.ts';
export { conflictRoutes } from './conflict-routes.ts';
export { heardBy, withItems } from './heard-events.ts';
export { conclusionOf } from './conclusion.ts';
export { contentKey } from './content-key.ts';
export { type FreshReading, freshReading, keepReading, type Reading } from './fresh-readings.ts';
export { packBytes, packOriginal } from './originals.ts';
export { originalOf, textsOfDocuments } from './show-original.ts';
export type { Validation } from './contract.ts';
export { type PrintedResult, printedResults } from './printed-results.ts';
export { type Relay, startRelay } from './relay.ts';
export { regionRoutes } from './region-routes.ts';
export { changeStatus, changeVisibility, isOwnDocument } from './document-acts.ts';
export { documentRoutes } from './document-routes.ts';
export type { DocumentFiled, DocumentFiling, FilingType } from './filing-contract.ts';
export { filingType, filingTypes } from './filing-types.ts';
export { compareVersions, isCorrection } from './version-number.ts';
export { recordRoutes } from './routes.ts';
export { patientReportsJson } from './show-patient.ts';
export { changedSince, documentById, documentsOf, documentsSince } from './registry.ts';
export { documentHead, entryOfReport } from './document-head.ts';
export { documentsToSend } from './documents-to-send.ts';
export { documentsSaying, itemOfDocument, itemToOpen, visibleDocuments } from './visible-documents.ts';
export { addReadings, type DocumentResults, producers, resultsOfStructure } from './store-readings.ts';
export {
  arrivalsOfType,
  type FiledDocument,
  findByBytes,
  findByUniqueId,
  hasDraft,
  isWithdrawnIn,
  resultsBefore,
  seriesOf,
  type StatesOfSeries,
  findFiledUnder,
  type SubmissionSaid,
  type SubmissionToKeep,
  submissionsOf,
  writeArrival,
  writeDocumentEvent,
  writeSubmission,
} from './store-registry.ts';
export {
  type DocumentToStore,
  type MaskToPut,
  type RelationToStore,
  type TimeOfSteps,
  type ReportToStore,
  storeDocument,
  storeWaitedDocument,
} from './store-write.ts';
export {
  arrivalOfDocument,
  depositCounts,
  depositOfDocument,
  depositsByDay,
  type DepositsOfDay,
  filedIn,
  forgetQuarantine,
  quarantine,
  type Receipt,
  receiptById,
  receiptOfBytes,
} from './store-deposits.ts';
export {
  findWaiting,
  keepWaitingOriginal,
  lockWaitingOriginal,
  renewWaiting,
  moveWaitingArrivals,
  refuseWaiting,
  writeWaitingArrival,
} from './store-waiting.ts';
export { idText } from './id-text.ts';
export { announcerOf, personName, reportHead, structureOf } from './stored-report.ts';
export { type FoundDocument, type StandingDocument, standingDocument } from './standing-documents.ts';
export { eventsWaiting } from './store.ts';
export { familiesOfReport, type ReaderReports, reportItem, type VisibleReport, visibleReports } from './visible-reports.ts';
export { openPages, tellOpenPage } from './watch.ts';
export { withdrawFiled, withdrawReport } from './withdraw.ts';
export { type ReportRights, rightsOfReport } from './report-rights.ts';
