import { DocumentsPage } from '#record/web';
import { PatientPage } from './patient-page.tsx';
import { usePerson } from './session.tsx';

/** Ties the page of documents to the address and to the open patient. */
export function PatientDocumentsPage() {
  const { id, role, organisation } = usePerson();
  const follows = role === 'biologist' ? organisation?.finess : undefined;
  return <PatientPage to="/patients/$patientId/documents" render={(props) => <DocumentsPage {...props} me={id} follows={follows} />} />;
}
