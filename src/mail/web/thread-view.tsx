import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, Button, Notice, showBirthDate, showDate, showTime, useAnnounce, useLanguage, useText } from '#ui';
import type { Found } from '#identity/contract';
import type { EnclosedDocument, MailMessage, MailThread } from '../contract.ts';
import { threadQuery, useMailAct } from './use-mail.ts';

interface ThreadProps {
  messageId: string;
  onOpen: (patientId: string, documentId?: string) => void;
}

/** A thread: whom it is about, each message with its documents, the answer. */
export function ThreadView({ messageId, onOpen }: ThreadProps) {
  const t = useText();
  const { data, error } = useQuery(threadQuery(messageId));
  if (error) return <Notice isAlert>{t('mail.notRead')}</Notice>;
  if (!data) return <p className="mail-empty">{t('mail.loading')}</p>;
  return (
    <article className="ui-card mail-thread" aria-labelledby="mail-thread">
      <h2 id="mail-thread">{data.subject}</h2>
      <About thread={data} messageId={messageId} onOpen={onOpen} />
      {data.messages.map((message) => (
        <Message key={message.messageId} message={message} thread={data} onOpen={onOpen} />
      ))}
      {data.mayAnswer ? <Answer thread={data} /> : <p className="ui-caption">{t('mail.mayNotAnswer')}</p>}
    </article>
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
        {direction === 'out' ? <span className="ui-caption">{t(`mail.state.${state}`)}</span> : null}
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
            <li key={n}>
              <a href={`/api/mail/messages/${messageId}/attachments/${n}`} target="_blank" rel="noreferrer">
                {attachment.name}
              </a>{' '}
              <span className="ui-caption">{t('mail.size', { size: Math.max(1, Math.round(attachment.size / 1024)) })}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
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

function Answer({ thread: { box, subject, messages } }: { thread: MailThread }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending, isError } = useMailAct();
  const [words, setWords] = useState('');
  const last = messages.at(-1)!;
  const answer = () =>
    mutate(
      {
        act: 'write',
        mail: { box, answers: last.messageId, subject: /^re\s*:/i.test(subject) ? subject : `Re: ${subject}`, words: words.trim() },
      },
      {
        onSuccess: () => {
          setWords('');
          announce(t('mail.leaves'));
        },
      },
    );
  return (
    <div className="ui-field">
      <label className="ui-label" htmlFor="mail-answer">
        {t('mail.answer')}
      </label>
      <textarea id="mail-answer" className="ui-input mail-write" rows={4} value={words} onChange={({ target }) => setWords(target.value)} />
      {isError ? <Notice isAlert>{t('mail.notSent')}</Notice> : null}
      <div>
        <Button look="primary" isDisabled={words.trim() === '' || isPending} onPress={answer}>
          {t('mail.send')}
        </Button>
      </div>
    </div>
  );
}
