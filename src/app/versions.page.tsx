import { Link } from '@tanstack/react-router';
import { type ReportLinkProps, VersionsPage as Versions } from '#record/web';
import { RefusedPage } from './refused.page.tsx';

/** Ties the worklist of contradicting versions to the addresses of reports. */
export function VersionsPage() {
  return <Versions ReportLink={ReportLink} Refused={RefusedPage} />;
}

function ReportLink({ patientId, documentId, children }: ReportLinkProps) {
  return (
    <Link to="/patients/$patientId/biology" params={{ patientId }} search={{ view: 'report', report: documentId }}>
      {children}
    </Link>
  );
}
