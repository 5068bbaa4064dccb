import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, Button, Notice, showBirthDate, showDate, showTime, Tag, useAnnounce, useLanguage, useText } from '#ui';
import type { Found } from '#identity/contract';
import type { EnclosedDocument, MailMessage, MailThread, ShownAttachment } from '../contract.ts';
import { Answer } from './answer.tsx';
import { FilePdf } from './file-pdf.tsx';
import { threadQuery, useMailAct, useShownAsRead } from './use-mail.ts';

interface ThreadProps {
  messageId: string;
  onOpen: (patientId: string, documentId?: string) => void;
}

/** A thread: whom it is about, each message with its documents, the answer. */
export function ThreadView({ messageId, onOpen }: ThreadProps) {
  const t = useText();
  const { data, error } = useQuery(threadQuery(messageId));
  useShownAsRead(messageId, data !== undefined);
  if (error) return <Notice isAlert>{t('mail.notRead')}</Notice>;
  if (!data) return <p className="mail-empty">{t('mail.loading')}</p>;
  return (
    <article className="ui-card mail-thread" aria-labelledby="mail-thread">
      <header className="mail-thread-head">
        <h2 id="mail-thread">{data.subject}</h2>
        {data.isDone === undefined ? null : <Done messageId={messageId} isDone={data.isDone} />}
      </header>
      <About thread={data} messageId={messageId} onOpen={onOpen} />
      {data.messages.map((message) => (
        <Message key={message.messageId} message={message} thread={data} onOpen={onOpen} />
      ))}
      {data.mayAnswer ? <Answer thread={data} /> : <p className="ui-caption">{t('mail.mayNotAnswer')}</p>}
    </article>
  );
}

/** What came is dealt with, or is not. */
function Done({ messageId, isDone }: { messageId: string; isDone: boolean }) {
  const t = useText();
  const { mutate, isPending } = useMailAct();
  return (
    <Button isDisabled={isPending} onPress={() => mutate({ act: 'done', messageId, isDone: !isDone })}>
      {t(isDone ? 'mail.undone' : 'mail.done')}
    </Button>
  );
}

function About({ thread: { patient, box }, messageId, onOpen }: ThreadProps & { thread: MailThread }) {
  const t = useText();
  const [patientId, setPatientId] = useState('');
  const { mutate, isPending, isError } = useMailAct();
  const isOwn = box.startsWith('patient:');
  const { data } = useQuery({
    queryKey: ['patients', 'mine'],
    queryFn: ({ signal }) => api<Found>('/api/patients/mine', { signal }),
    enabled: !patient && !isOwn,
  });
  if (isOwn) return null;
  if (patient)
    return (
      <p className="mail-about">
        {t('mail.about', { name: patient.name, birthDate: showBirthDate(patient.birthDate) })}{' '}
        <Button look="quiet" onPress={() => onOpen(patient.patientId)}>
          {t('mail.openRecord')}
        </Button>
      </p>
    );
  return (
    <div className="mail-about">
      <label className="ui-label" htmlFor="mail-patient">
        {t('mail.aboutWhom')}
      </label>
      <select id="mail-patient" className="ui-input" value={patientId} onChange={({ target }) => setPatientId(target.value)}>
        <option value="">{t('mail.choosePatient')}</option>
        {data?.patients.map((one) => (
          <option key={one.patientId} value={one.patientId}>
            {`${one.traits.birthFamily} ${one.traits.firstBirthGiven} · ${showBirthDate(one.traits.birthDate)}`}
          </option>
        ))}
      </select>
      <Button isDisabled={patientId === '' || isPending} onPress={() => mutate({ act: 'tie', messageId, patientId })}>
        {t('mail.tie')}
      </Button>
      {isError ? <Notice isAlert>{t('mail.notTied')}</Notice> : null}
    </div>
  );
}

function Message({ message, thread, onOpen }: { message: MailMessage; thread: MailThread; onOpen: ThreadProps['onOpen'] }) {
  const t = useText();
  const language = useLanguage();
  const { messageId, direction, otherName, at, words, attachments, documents, state, byName, reason } = message;
  const name = direction === 'in' ? (otherName === 'Patient' ? (thread.patient?.name ?? otherName) : otherName) : (byName ?? t('mail.me'));
  return (
    <section className={`mail-message mail-${direction}`} aria-label={`${name}, ${showDate(at, language)}`}>
      <header className="mail-message-head">
        <strong>{name}</strong>
        <time dateTime={at}>
          {showDate(at, language)}, {showTime(at)}
        </time>
        {direction === 'out' ? <Became message={message} /> : null}
      </header>
      {state === 'dead' ? <Notice>{t('mail.dead', { reason: reason ?? '' })}</Notice> : null}
      <p className="mail-words">{words}</p>
      {documents.map((document) => (
        <Enclosed
          key={`${document.attachment}.${document.part}`}
          document={document}
          messageId={messageId}
          thread={thread}
          onOpen={onOpen}
        />
      ))}
      {attachments.length > 0 ? (
        <ul className="mail-attachments" aria-label={t('mail.attachments')}>
          {attachments.map((attachment, n) => (
            // Attachments never change their order; two may bear one name.
            // oxlint-disable-next-line react/no-array-index-key
            <Attachment key={n} attachment={attachment} n={n} message={message} thread={thread} onOpen={onOpen} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** What notifications say of a mail that left: delivered, read, or not. */
function Became({ message: { state, toldAt } }: { message: MailMessage }) {
  const t = useText();
  const language = useLanguage();
  return (
    <Tag tone={state === 'dead' ? 'notice' : 'plain'}>
      {t(`mail.state.${state}`)}
      {toldAt === undefined ? '' : ` · ${showDate(toldAt, language)} ${showTime(toldAt)}`}
    </Tag>
  );
}

interface AttachmentProps {
  attachment: ShownAttachment;
  n: number;
  message: MailMessage;
  thread: MailThread;
  onOpen: ThreadProps['onOpen'];
}

function Attachment({ attachment: { name, mediaType, size, documentId }, n, message, thread, onOpen }: AttachmentProps) {
  const t = useText();
  const [isFiling, setIsFiling] = useState(false);
  const { patient, mayFile } = thread;
  const isPdf = mediaType === 'application/pdf' || /\.pdf$/i.test(name);
  // A PDF beside a document with its data is its readable copy: the document is what is filed.
  const mayFileIt = isPdf && message.direction === 'in' && message.documents.length === 0 && patient && mayFile.length > 0;
  return (
    <li>
      <a href={`/api/mail/messages/${message.messageId}/attachments/${n}`} target="_blank" rel="noreferrer">
        {name}
      </a>{' '}
      <span className="ui-caption">{t('mail.size', { size: Math.max(1, Math.round(size / 1024)) })}</span>{' '}
      {patient && documentId !== undefined ? (
        <Button onPress={() => onOpen(patient.patientId, documentId)}>{t('mail.openFiled')}</Button>
      ) : mayFileIt ? (
        <Button onPress={() => setIsFiling(true)}>{t('mail.file', { name: patient.name })}</Button>
      ) : null}
      {isFiling ? <FilePdf thread={thread} message={message} attachment={n} onClose={() => setIsFiling(false)} /> : null}
    </li>
  );
}

interface EnclosedProps {
  document: EnclosedDocument;
  messageId: string;
  thread: MailThread;
  onOpen: ThreadProps['onOpen'];
}

/** A document enclosed, safe to show, filed in the record with one gesture. */
function Enclosed({
  document: { title, sections, documentId, attachment, part },
  messageId,
  thread: { patient, box },
  onOpen,
}: EnclosedProps) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending, error } = useMailAct();
  const file = () => mutate({ act: 'file', messageId, attachment, part }, { onSuccess: () => announce(t('mail.filed')) });
  return (
    <details className="mail-document">
      <summary>{title}</summary>
      {patient && !box.startsWith('patient:') ? (
        <p>
          {documentId === undefined ? (
            <Button isDisabled={isPending} onPress={file}>
              {t('mail.file', { name: patient.name })}
            </Button>
          ) : (
            <Button onPress={() => onOpen(patient.patientId, documentId)}>{t('mail.openFiled')}</Button>
          )}
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
