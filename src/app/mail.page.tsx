import { useNavigate, useSearch } from '@tanstack/react-router';
import { MailPage as Mail } from '#mail/web';
import { RefusedPage } from './refused.page.tsx';

/** The mail, in the shell: a document that was filed is read where documents are. */
export function MailPage() {
  const navigate = useNavigate();
  const { write } = useSearch({ from: '/mail' });
  const open = (patientId: string, report?: string) =>
    void navigate({
      to: '/patients/$patientId/documents',
      params: { patientId },
      search: report === undefined ? {} : { view: 'document', report },
    });
  return <Mail onOpen={open} writeTo={write} Refused={RefusedPage} />;
}
