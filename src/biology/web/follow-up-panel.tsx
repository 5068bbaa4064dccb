import { useState } from 'react';
import { Button, Notice, Segmented, TextField, useAnnounce, useLanguage, useShortcuts, useText } from '#ui';
import type { NewNote, Note } from '../contract.ts';
import { openTasks } from '../follow-up.ts';
import { longDay } from './show.ts';
import { useFollowUp } from './use-follow-up.ts';
import { REGION_ZONE } from './view.ts';

const KINDS = ['comment', 'task', 'call'] as const;

/** What the team did with a report: who saw it, what was said of it, what is still to be done. */
export function FollowUpPanel({ documentId }: { documentId: string }) {
  const t = useText();
  const announce = useAnnounce();
  const { followUp, mayNote, note } = useFollowUp();
  const [isRefused, setIsRefused] = useState(false);
  const add = async (words: NewNote) => {
    try {
      await note(documentId, words);
      setIsRefused(false);
      announce(t('biology.follow.noted'));
      return true;
    } catch {
      setIsRefused(true);
      return false;
    }
  };
  useShortcuts({ u: mayNote ? () => void add({ kind: 'seen' }) : undefined });
  if (!mayNote) return null;
  const notes = followUp.notes.filter((one) => one.documentId === documentId && one.kind !== 'done');
  const open = new Set(openTasks(followUp, documentId).map(({ noteId }) => noteId));
  return (
    <section className="ui-card bio-source-card" aria-labelledby="bio-follow">
      <h2 id="bio-follow">{t('biology.follow.title')}</h2>
      {isRefused ? <Notice isAlert>{t('biology.follow.failed')}</Notice> : null}
      {notes.length === 0 ? <p className="bio-quiet">{t('biology.follow.none')}</p> : null}
      <ul className="bio-notes">
        {notes.map((one) => (
          <NoteLine
            key={one.noteId}
            note={one}
            done={followUp.notes.find(({ about }) => about === one.noteId)}
            onDone={open.has(one.noteId) ? () => void add({ kind: 'done', about: one.noteId }) : undefined}
          />
        ))}
      </ul>
      <Button look="primary" hint="U" onPress={() => void add({ kind: 'seen' })}>
        {t('biology.follow.see')}
      </Button>
      <NewNoteForm onAdd={add} />
    </section>
  );
}

function NoteLine({ note, done, onDone }: { note: Note; done: Note | undefined; onDone: (() => void) | undefined }) {
  const t = useText();
  const language = useLanguage();
  const signed = ({ byName, at }: Note) => `${byName}, ${longDay(Date.parse(at), 'minute', language, REGION_ZONE)}`;
  return (
    <li>
      <strong>{t(`biology.follow.kind.${note.kind}`)}</strong> {note.words ? <bdi>{note.words}</bdi> : null}
      <span className="bio-sub">
        <bdi>{signed(note)}</bdi>
        {done ? ` · ${t('biology.follow.doneBy', { who: signed(done) })}` : ''}
      </span>
      {onDone ? <Button onPress={onDone}>{t('biology.follow.done')}</Button> : null}
    </li>
  );
}

function NewNoteForm({ onAdd }: { onAdd: (note: NewNote) => Promise<boolean> }) {
  const t = useText();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('comment');
  const [words, setWords] = useState('');
  const send = async () => {
    if (await onAdd({ kind, ...(words.trim() && { words: words.trim() }) })) setWords('');
  };
  return (
    <form
      className="bio-note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Segmented
        label={t('biology.follow.kindName')}
        value={kind}
        choices={KINDS.map((value) => ({ value, label: t(`biology.follow.choice.${value}`) }))}
        onChange={setKind}
      />
      <TextField label={t('biology.follow.words')} value={words} onChange={setWords} help={t('biology.follow.help')} />
      <Button type="submit" isDisabled={kind !== 'call' && words.trim() === ''}>
        {t('biology.follow.add')}
      </Button>
    </form>
  );
}
