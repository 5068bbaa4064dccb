import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, Button, Notice, showBirthDate, showDate, showTime, Tag, useLanguage, useText } from '#ui';
import type { Found } from '#identity/contract';
import type { MailMessage, MailThread, ShownAttachment } from '../contract.ts';
import { Answer } from './answer.tsx';
import { Enclosed, FileSure } from './enclosed.tsx';
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
      {direction === 'in' ? <FileSure message={message} /> : null}
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

function Attachment({ attachment: { name, mediaType, size, documentId, patientId }, n, message, thread, onOpen }: AttachmentProps) {
  const t = useText();
  const [isFiling, setIsFiling] = useState(false);
  const { patient, mayFile } = thread;
  const isPdf = mediaType === 'application/pdf' || /\.pdf$/i.test(name);
  // A PDF beside a document with its data is its readable copy: the document is what is filed.
  const mayFileIt = isPdf && message.direction === 'in' && message.documents.length === 0 && mayFile.length > 0;
  const filedFor = patientId ?? patient?.patientId;
  return (
    <li>
      <a href={`/api/mail/messages/${message.messageId}/attachments/${n}`} target="_blank" rel="noreferrer">
        {name}
      </a>{' '}
      <span className="ui-caption">{t('mail.size', { size: Math.max(1, Math.round(size / 1024)) })}</span>{' '}
      {filedFor !== undefined && documentId !== undefined ? (
        <Button onPress={() => onOpen(filedFor, documentId)}>{t('mail.openFiled')}</Button>
      ) : mayFileIt ? (
        <Button aria-label={t('mail.filePdfOf', { name })} onPress={() => setIsFiling(true)}>
          {t('mail.filePdf')}
        </Button>
      ) : null}
      {isFiling ? <FilePdf thread={thread} message={message} attachment={n} onClose={() => setIsFiling(false)} /> : null}
    </li>
  );
}
