import { useNavigate } from '@tanstack/react-router';
import { InboxPage as Inbox, UnacknowledgedPage as Unacknowledged } from '#exchange/web';
import { RefusedPage } from './refused.page.tsx';

/** Results received, in the shell: one opened goes to the record of its patient. */
export function InboxPage() {
  const navigate = useNavigate();
  const open = (patientId: string, report?: string) =>
    void (report === undefined
      ? navigate({ to: '/patients/$patientId/biology', params: { patientId } })
      : navigate({ to: '/patients/$patientId/documents', params: { patientId }, search: { view: 'document', report } }));
  return <Inbox onOpen={open} Refused={RefusedPage} />;
}

/** What nobody acknowledged of a laboratory's reports, in the shell. */
export function UnacknowledgedPage() {
  return <Unacknowledged Refused={RefusedPage} />;
}
