import { useQuery } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { api, showBirthDate, showDate, Tag, useLanguage, useText } from '#ui';
import type { Announcement, Announcements as Answer } from '../contract.ts';
import { REGION_ZONE } from './document-rows.tsx';

interface AnnouncementsProps {
  /** A link to the document of an announcement. */
  DocumentLink: ComponentType<{ announcement: Announcement }>;
}

/** What this reader still has to tell patients, the most urgent first; nothing when there is nothing. */
export function Announcements({ DocumentLink }: AnnouncementsProps) {
  const t = useText();
  const language = useLanguage();
  const { data } = useQuery({ queryKey: ['announcements'], queryFn: ({ signal }) => api<Answer>('/api/announcements', { signal }) });
  const all = data?.announcements ?? [];
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="announcements-title">
      <h2 id="announcements-title">{t('record.announcements.title', { count: all.length })}</h2>
      <ul className="ui-card rec-announcements">
        {all.map((one) => (
          <li key={one.documentId}>
            <span>
              {one.patient ? (
                <>
                  <bdi>{one.patient.name}</bdi> · {showBirthDate(one.patient.birthDate)}
                </>
              ) : (
                t('record.announcements.unlinked')
              )}
            </span>
            {one.patient ? <DocumentLink announcement={one} /> : <span>{one.title}</span>}
            <span className="ui-caption">{one.structure}</span>
            <Tag tone={one.state === 'waiting' ? 'plain' : 'notice'}>
              {t(`record.announcements.${one.state}`, { date: showDate(one.dueAt, language, REGION_ZONE) })}
            </Tag>
          </li>
        ))}
      </ul>
    </section>
  );
}
