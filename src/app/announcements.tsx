import { Link } from '@tanstack/react-router';
import { type Announcement, Announcements } from '#record/web';

/** What is to be told, each one key away from its document. */
export default function AnnouncementsOfReader() {
  return <Announcements DocumentLink={DocumentLink} />;
}

function DocumentLink({ announcement: { patientId, documentId, title } }: { announcement: Announcement }) {
  return (
    <Link to="/patients/$patientId/documents" params={{ patientId }} search={{ report: documentId, view: 'document' }}>
      {title}
    </Link>
  );
}
