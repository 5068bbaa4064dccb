/** Pages of the record: the documents of a patient, and those of a laboratory about its own reports. */
export { type ReportLinkProps, VersionsPage } from './versions.page.tsx';
export { versionNumber } from './version-number.ts';
export { DocumentsPage } from './documents.page.tsx';
export type { Announcement } from '../contract.ts';
export { Announcements } from './announcements.tsx';
