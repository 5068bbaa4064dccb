import { Link } from '@tanstack/react-router';
import { Announcements } from '#record/web';

/** What is to be told, each one key away from its document. */
export default function AnnouncementsOfReader() {
  return (
    <Announcements
      link={({ patientId, documentId }, words) => (
        <Link to="/patients/$patientId/documents" params={{ patientId }} search={{ report: documentId, view: 'document' }}>
          {words}
        </Link>
      )}
    />
  );
}
