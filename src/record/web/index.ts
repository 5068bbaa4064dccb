/** Pages of the laboratory about its own reports. */
export { type ReportLinkProps, VersionsPage } from './versions.page.tsx';
