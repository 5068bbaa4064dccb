import { ApiError, Button, Notice, showBirthDate, useAnnounce, useText } from '#ui';
import type { EnclosedDocument, MailMessage, MailThread } from '../contract.ts';
import { useMailAct } from './use-mail.ts';

/** What names its patient surely, filed all at once: each in the record of its own. */
export function FileSure({ message: { messageId, documents } }: { message: MailMessage }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutateAsync, isPending, isError } = useMailAct();
  const sure = documents.flatMap(({ of, documentId, attachment, part }) =>
    of?.isSure && documentId === undefined ? [{ attachment, part, patientId: of.patientId }] : [],
  );
  const file = () =>
    void mutateAsync({ act: 'file-each', messageId, documents: sure })
      .then(() => announce(t('mail.filedAll')))
      .catch(() => {});
  if (documents.length < 2 || (sure.length === 0 && !isError)) return null;
  return (
    <div className="mail-file-all">
      {sure.length > 0 ? (
        <Button look="primary" isDisabled={isPending} onPress={file}>
          {t('mail.fileSure', { count: sure.length })}
        </Button>
      ) : null}
      {isError ? <Notice isAlert>{t('mail.someNotFiled')}</Notice> : null}
    </div>
  );
}

interface EnclosedProps {
  document: EnclosedDocument;
  messageId: string;
  thread: MailThread;
  onOpen: (patientId: string, documentId?: string) => void;
}

/** A document enclosed, safe to show, filed in the record with one gesture. */
export function Enclosed({
  document: { title, sections, documentId, attachment, part, of },
  messageId,
  thread: { patient, box },
  onOpen,
}: EnclosedProps) {
  const t = useText();
  const announce = useAnnounce();
  const { mutateAsync, isPending, error } = useMailAct();
  // Whom the document itself names, before whom the mail is about.
  const theirs = of ?? patient;
  const file = ({ patientId }: { patientId: string }) =>
    void mutateAsync({ act: 'file', messageId, attachment, part, patientId })
      .then(() => announce(t('mail.filed')))
      .catch(() => {});
  return (
    <details className="mail-document">
      <summary>
        {title}
        {of && of.patientId !== patient?.patientId ? ` · ${of.name}` : ''}
      </summary>
      {theirs && !box.startsWith('patient:') ? (
        <p>
          {documentId === undefined ? (
            <Button isDisabled={isPending} onPress={() => file(theirs)}>
              {t('mail.file', { name: theirs.name })}
            </Button>
          ) : (
            <Button onPress={() => onOpen(theirs.patientId, documentId)}>{t('mail.openFiled')}</Button>
          )}
          {of && !of.isSure ? <span className="ui-caption"> {t('mail.byTraits', { birthDate: showBirthDate(of.birthDate) })}</span> : null}
        </p>
      ) : null}
      {error ? (
        <Notice isAlert>
          {t(error instanceof ApiError && error.code === 'document.other-patient' ? 'mail.otherPatient' : 'mail.notFiled')}
        </Notice>
      ) : null}
      {sections.map((section, n) => (
        // Headings of one document never change their order; two may have one title.
        // oxlint-disable-next-line react/no-array-index-key
        <section key={n} className="mail-section">
          {section.title === '' ? null : <h3>{section.title}</h3>}
          {/* Rendered by the server from a closed list of elements: nothing of the sender's markup reaches here. */}
          <div className="mail-narrative" dangerouslySetInnerHTML={{ __html: section.html }} />
        </section>
      ))}
    </details>
  );
}
