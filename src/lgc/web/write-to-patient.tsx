import { useState } from 'react';
import type { InboxLine } from '#exchange/contract';
import { ApiError, Button, Dialog, Notice, useAnnounce, useText } from '#ui';
import { useLgcAct } from './use-lgc.ts';

/** A word to the patient about a result: a secure mail to their own mailbox, that they may answer. */
export function WriteToPatient({ line, onClose }: { line: InboxLine; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const [words, setWords] = useState('');
  const { mutateAsync, isPending, error } = useLgcAct();
  const send = async () => {
    await mutateAsync({ act: 'write', lineId: line.lineId, words: words.trim() });
    announce(t('lgc.done.written', { name: line.patient.name }));
    onClose();
  };
  return (
    <Dialog
      title={t('lgc.writeTo', { name: line.patient.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('lgc.cancel')}</Button>
          <Button look="primary" isDisabled={words.trim() === '' || isPending} onPress={() => void send().catch(() => {})}>
            {t('lgc.send')}
          </Button>
        </>
      }
    >
      <label className="ui-field">
        <span className="ui-label">{t('lgc.words')}</span>
        <textarea className="ui-input lgc-words" rows={5} value={words} onChange={({ target }) => setWords(target.value)} />
      </label>
      <p className="ui-caption">{t('lgc.writeHelp')}</p>
      {error ? (
        <Notice isAlert>{t(error instanceof ApiError && error.code === 'request.invalid' ? 'lgc.noPatientMail' : 'lgc.notSent')}</Notice>
      ) : null}
    </Dialog>
  );
}
