import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { Button, KeyHints, showDate, showTime, Tag, TextField, useLanguage, useShortcuts, useText, useToday, dayOf } from '#ui';
import type { MailFolder, MailList, ThreadLine } from '../contract.ts';
import { ComposeDialog } from './compose-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { ThreadView } from './thread-view.tsx';
import { listQuery, type Shown } from './use-mail.ts';
import './mail.css';

const FOLDERS = ['all', 'todo', 'received', 'sent', 'done'] as const satisfies readonly MailFolder[];

/** As in mail.css. */
const NARROW = '(max-width: 900px)';

interface MailPageProps {
  /** Opens a document of a record. */
  onOpen: (patientId: string, documentId?: string) => void;
  /** A new message to this patient, opened with the page. */
  writeTo?: string | undefined;
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
}

/** The mail of those who have no mail software: their mailboxes, the threads of one, the thread chosen. */
export function MailPage({ onOpen, writeTo, Refused }: MailPageProps) {
  const t = useText();
  const [shown, setShown] = useState<Shown>({ folder: 'all', q: '' });
  const { data, error, refetch } = useQuery(listQuery(shown));
  useEffect(() => {
    document.title = `${t('mail.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return data ? <Mail list={data} shown={shown} onShow={setShown} onOpen={onOpen} writeTo={writeTo} /> : null;
}

interface MailProps extends Pick<MailPageProps, 'onOpen' | 'writeTo'> {
  list: MailList;
  shown: Shown;
  onShow: (shown: Shown) => void;
}

function Mail({ list, shown: asked, onShow, onOpen, writeTo }: MailProps) {
  const t = useText();
  const [chosen, setChosen] = useState<string>();
  const [dialog, setDialog] = useState<'write' | 'settings' | undefined>(writeTo === undefined ? undefined : 'write');
  const shown = list.boxes.find(({ box }) => box === list.box);
  const mayWrite = shown !== undefined && shown.maySend && shown.kind !== 'patient';
  const at = list.threads.findIndex(({ messageId }) => messageId === chosen);
  const go = (step: number) => setChosen(list.threads[Math.min(list.threads.length - 1, Math.max(0, at + step))]?.messageId);
  const threads = useRef<HTMLDivElement>(null);
  // On a narrow screen the thread takes the place of the list: it is shown from its beginning.
  useEffect(() => {
    if (chosen !== undefined && window.matchMedia(NARROW).matches) threads.current?.scrollIntoView();
  }, [chosen]);
  const back = () => {
    const line = chosen;
    setChosen(undefined);
    requestAnimationFrame(() => document.getElementById(`mail-line-${line}`)?.focus());
  };
  useShortcuts({ j: () => go(1), k: () => go(-1), ...(mayWrite && { n: () => setDialog('write') }) });
  return (
    <section className="app-page mail-page" aria-labelledby="mail-title">
      <header className="app-page-head">
        <h1 id="mail-title">{t('mail.title')}</h1>
        {list.boxes.length > 0 ? (
          <label className="mail-box">
            <span className="ui-label">{t('mail.box')}</span>
            <select
              className="ui-input"
              value={list.box}
              onChange={({ target }) => {
                setChosen(undefined);
                onShow({ ...asked, box: target.value });
              }}
            >
              {list.boxes.map(({ box, kind, unread }) => (
                <option key={box} value={box}>
                  {[
                    kind === 'patient' ? t('mail.ownBox') : box,
                    t(`mail.kind.${kind}`),
                    ...(unread > 0 ? [t('mail.unread', { count: unread })] : []),
                  ].join(' · ')}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        {mayWrite ? (
          <Button look="primary" hint="N" onPress={() => setDialog('write')}>
            {t('mail.new')}
          </Button>
        ) : null}
        {shown && shown.kind !== 'patient' ? <Button onPress={() => setDialog('settings')}>{t('mail.settings')}</Button> : null}
      </header>
      {list.boxes.length === 0 ? <p>{t('mail.noBox')}</p> : null}
      <div className="mail-columns" ref={threads} data-open={chosen !== undefined || undefined}>
        <div className="ui-card mail-list">
          {shown && shown.kind !== 'patient' ? <Folders shown={asked} onShow={onShow} /> : null}
          {list.boxes.length > 0 && list.threads.length === 0 ? (
            <p className="mail-empty">{t(asked.q === '' ? 'mail.empty' : 'mail.notFound')}</p>
          ) : null}
          <ul>
            {list.threads.map((thread) => (
              <li key={thread.messageId}>
                <button
                  type="button"
                  id={`mail-line-${thread.messageId}`}
                  className="mail-line"
                  aria-pressed={thread.messageId === chosen}
                  data-unread={thread.unread || undefined}
                  onClick={() => setChosen(thread.messageId)}
                >
                  <Line thread={thread} />
                </button>
              </li>
            ))}
          </ul>
        </div>
        {chosen ? (
          <div className="mail-chosen">
            <p className="mail-back">
              <Button onPress={back}>{t('mail.back')}</Button>
            </p>
            <ThreadView key={chosen} messageId={chosen} onOpen={onOpen} />
          </div>
        ) : (
          <p className="mail-empty mail-choose">{t('mail.choose')}</p>
        )}
      </div>
      {dialog === 'write' && list.box !== undefined ? (
        <ComposeDialog list={list} box={list.box} writeTo={writeTo} onClose={() => setDialog(undefined)} />
      ) : null}
      {dialog === 'settings' ? <SettingsDialog list={list} onClose={() => setDialog(undefined)} /> : null}
      <KeyHints
        label={t('mail.keys')}
        hints={[{ keys: ['J', 'K'], does: t('mail.keys.move') }, ...(mayWrite ? [{ keys: ['N'], does: t('mail.new') }] : [])]}
      />
    </section>
  );
}

/** Which threads of the mailbox: a search is a reading, asked for once it is typed. */
function Folders({ shown, onShow }: Pick<MailProps, 'shown' | 'onShow'>) {
  const t = useText();
  const [q, setQ] = useState(shown.q);
  return (
    <search>
      <form
        className="mail-folders"
        onSubmit={(event) => {
          event.preventDefault();
          onShow({ ...shown, q: q.trim() });
        }}
      >
        <label className="ui-field">
          <span className="ui-label">{t('mail.folder')}</span>
          <select
            className="ui-input"
            value={shown.folder}
            onChange={({ target }) => onShow({ ...shown, folder: FOLDERS.find((one) => one === target.value) ?? 'all' })}
          >
            {FOLDERS.map((folder) => (
              <option key={folder} value={folder}>
                {t(`mail.folder.${folder}`)}
              </option>
            ))}
          </select>
        </label>
        <TextField label={t('mail.search')} value={q} onChange={setQ} />
        <Button type="submit">{t('mail.find')}</Button>
      </form>
    </search>
  );
}

function Line({ thread: { subject, otherName, at, count, unread, isFailed, sent, patientName } }: { thread: ThreadLine }) {
  const t = useText();
  const language = useLanguage();
  const today = useToday();
  return (
    <>
      <span className="mail-who">
        {otherName === 'Patient' ? (patientName ?? otherName) : otherName}
        {count > 1 ? <span className="ui-caption"> {count}</span> : null}
        {unread ? <span className="ui-hidden"> {t('mail.isUnread')}</span> : null}
      </span>
      <time dateTime={at}>{dayOf(at) === today ? showTime(at) : showDate(at, language)}</time>
      <span className="mail-subject">{subject}</span>
      <span className="mail-tags">
        {patientName ? <Tag>{patientName}</Tag> : null}
        {isFailed ? <Tag tone="notice">{t('mail.failed')}</Tag> : sent ? <Tag>{t(`mail.state.${sent}`)}</Tag> : null}
      </span>
    </>
  );
}
