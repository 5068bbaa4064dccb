import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api, base64Of, Button, showDate, useLanguage, useText } from '#ui';
import type { DocumentList } from '#record/contract';
import type { MailToWrite } from '../contract.ts';

/** What goes with a mail that is being written. */
export interface Enclosed {
  files: File[];
  /** Of the record of the patient whom it is about. */
  documentId: string;
}

export const NOTHING: Enclosed = { files: [], documentId: '' };
/** The server says the same: operators take mails of 10 MB. */
const MOST_BYTES = 7 * 1024 * 1024;

export const isTooLarge = ({ files }: Enclosed) => files.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES;

/** As the server takes it. */
export async function toSend({ files, documentId }: Enclosed): Promise<Pick<MailToWrite, 'files' | 'documentId'>> {
  const sent = await Promise.all(
    files.map(async (file) => ({ name: file.name, mediaType: file.type || 'application/octet-stream', file: await base64Of(file) })),
  );
  return { ...(sent.length > 0 && { files: sent }), ...(documentId !== '' && { documentId }) };
}

/** Files of this computer, and a document of the record: a patient reads theirs in their own record. */
export function Enclose({
  value,
  onChange,
  patientId,
  mayTakeDocument,
}: {
  value: Enclosed;
  onChange: (value: Enclosed) => void;
  patientId: string | undefined;
  mayTakeDocument: boolean;
}) {
  const t = useText();
  const id = useId();
  return (
    <div className="mail-enclose">
      <label className="ui-field" htmlFor={id}>
        <span className="ui-label">{t('mail.files')}</span>
        <input
          id={id}
          type="file"
          multiple
          className="ui-input"
          onChange={({ target }) => onChange({ ...value, files: [...(target.files ?? [])] })}
        />
      </label>
      {isTooLarge(value) ? <p className="ui-field-error">{t('mail.filesTooLarge')}</p> : null}
      {mayTakeDocument && patientId ? <OfRecord key={patientId} patientId={patientId} value={value} onChange={onChange} /> : null}
    </div>
  );
}

/** The list of documents is a reading of the record: asked for by a person, and no sooner. */
function OfRecord({ patientId, value, onChange }: { patientId: string; value: Enclosed; onChange: (value: Enclosed) => void }) {
  const t = useText();
  const language = useLanguage();
  const [isAsked, setIsAsked] = useState(false);
  const { data } = useQuery({
    queryKey: ['mail', 'to-enclose', patientId],
    queryFn: ({ signal }) => api<DocumentList>(`/api/patients/${patientId}/documents?period=all`, { signal }),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!isAsked)
    return (
      <div>
        <Button onPress={() => setIsAsked(true)}>{t('mail.takeDocument')}</Button>
      </div>
    );
  const shown = data?.documents.filter(({ current, status }) => current && status === 'current') ?? [];
  return (
    <label className="ui-field">
      <span className="ui-label">{t('mail.document')}</span>
      <select className="ui-input" value={value.documentId} onChange={({ target }) => onChange({ ...value, documentId: target.value })}>
        <option value="">{t(data ? 'mail.noDocument' : 'mail.loading')}</option>
        {shown.map(({ documentId, title, servedAt, structure }) => (
          <option key={documentId} value={documentId}>
            {[showDate(servedAt, language), title, structure.name].filter(Boolean).join(' · ')}
          </option>
        ))}
      </select>
    </label>
  );
}
