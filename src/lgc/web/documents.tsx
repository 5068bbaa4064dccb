import { useState } from 'react';
import { Button, Segmented, showDate, Tag, useLanguage, useText } from '#ui';
import type { FiledDocument, User } from '../contract.ts';
import { Misfiled } from './misfiled.tsx';

const SORTS = ['date', 'type', 'producer'] as const;
type Sort = (typeof SORTS)[number];

const ORDER: Record<Sort, (a: FiledDocument, b: FiledDocument) => number> = {
  date: (a, b) => b.issuedAt.localeCompare(a.issuedAt),
  type: (a, b) => a.type.localeCompare(b.type, 'fr') || ORDER.date(a, b),
  producer: (a, b) => a.producer.localeCompare(b.producer, 'fr') || ORDER.date(a, b),
};

/** What is filed for a patient, by date, type or sender; what is filed wrong is said here. */
export function Documents({ documents, me, number }: { documents: readonly FiledDocument[]; me: User; number: string }) {
  const t = useText();
  const language = useLanguage();
  const [sort, setSort] = useState<Sort>('date');
  const [wrong, setWrong] = useState<FiledDocument>();
  return (
    <section aria-labelledby="documents-title">
      <header className="lgc-head">
        <h2 id="documents-title">{t('lgc.documents')}</h2>
        <Segmented<Sort>
          label={t('lgc.sort')}
          value={sort}
          onChange={setSort}
          choices={SORTS.map((value) => ({ value, label: t(`lgc.sort.${value}`) }))}
        />
      </header>
      <ul className="ui-card lgc-documents">
        {documents.toSorted(ORDER[sort]).map((document) => (
          <li key={document.documentId}>
            <time dateTime={document.issuedAt}>{showDate(document.issuedAt, language)}</time>
            <span>
              <strong>{document.title}</strong> <span className="ui-caption">{document.type}</span>
            </span>
            <span>{document.producer}</span>
            <span>
              {document.readBy ? <Tag>{t('lgc.readBy', { name: document.readBy })}</Tag> : <Tag tone="notice">{t('lgc.unread')}</Tag>}
            </span>
            <span className="lgc-actions">
              {me.role === 'secretary' ? null : (
                <a
                  className="ui-button ui-button-plain"
                  href={`/api/documents/${document.documentId}/pdf`}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={t('lgc.openOne', { title: document.title, date: showDate(document.issuedAt, language) })}
                >
                  {t('lgc.open')}
                </a>
              )}
              {me.role === 'gp' || me.role === 'secretary' ? (
                <Button
                  look="quiet"
                  aria-label={t('lgc.misfiledOne', { title: document.title, date: showDate(document.issuedAt, language) })}
                  onPress={() => setWrong(document)}
                >
                  {t('lgc.misfiled')}
                </Button>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
      {wrong ? <Misfiled document={wrong} number={number} onClose={() => setWrong(undefined)} /> : null}
    </section>
  );
}
