import { useNavigate } from '@tanstack/react-router';
import { InboxPage as Inbox, UnacknowledgedPage as Unacknowledged } from '#exchange/web';
import { ExpectResult } from './expect-result.tsx';
import { RefusedPage } from './refused.page.tsx';
import { usePerson } from './session.tsx';

/** Those who prescribe, and so await what they prescribed. */
const PRESCRIBERS: readonly string[] = ['gp', 'specialist', 'midwife', 'dentist'];

/** Results received, in the shell: one opened goes to the record of its patient. */
export function InboxPage() {
  const navigate = useNavigate();
  const open = (patientId: string, report?: string) =>
    void (report === undefined
      ? navigate({ to: '/patients/$patientId/biology', params: { patientId } })
      : navigate({ to: '/patients/$patientId/documents', params: { patientId }, search: { view: 'document', report } }));
  const { role } = usePerson();
  // The regulation centre has no mailbox.
  const write = ({ patientId }: { patientId: string }) => void navigate({ to: '/mail', search: { write: patientId } });
  return (
    <Inbox
      onOpen={open}
      onWrite={role === 'regulator' ? undefined : write}
      Expect={PRESCRIBERS.includes(role) ? ExpectResult : undefined}
      Refused={RefusedPage}
    />
  );
}

/** What nobody acknowledged of a laboratory's reports, in the shell. */
export function UnacknowledgedPage() {
  const navigate = useNavigate();
  return <Unacknowledged Refused={RefusedPage} onInbox={() => void navigate({ to: '/inbox' })} />;
}
