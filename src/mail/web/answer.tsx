import { useState } from 'react';
import { Button, Notice, useAnnounce, useText } from '#ui';
import type { MailThread } from '../contract.ts';
import { Enclose, type Enclosed, isTooLarge, NOTHING, toSend } from './enclose.tsx';
import { useMailAct } from './use-mail.ts';

/** The answer, at the foot of its thread. */
export function Answer({ thread: { box, subject, messages, patient, isWithPatient } }: { thread: MailThread }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutateAsync, isPending, isError } = useMailAct();
  const [words, setWords] = useState('');
  const [enclosed, setEnclosed] = useState<Enclosed>(NOTHING);
  const [turn, setTurn] = useState(0);
  const last = messages.at(-1)!;
  const isReady = words.trim() !== '' && !isPending && !isTooLarge(enclosed);
  const answer = async () => {
    const mail = {
      box,
      answers: last.messageId,
      subject: /^re\s*:/i.test(subject) ? subject : `Re: ${subject}`,
      words: words.trim(),
      ...(await toSend(enclosed)),
    };
    await mutateAsync({ act: 'write', mail });
    setWords('');
    setEnclosed(NOTHING);
    setTurn(turn + 1);
    announce(t('mail.leaves'));
  };
  return (
    <div className="ui-field">
      <label className="ui-label" htmlFor="mail-answer">
        {t('mail.answer')}
      </label>
      <textarea id="mail-answer" className="ui-input mail-write" rows={4} value={words} onChange={({ target }) => setWords(target.value)} />
      <Enclose
        key={turn}
        value={enclosed}
        onChange={setEnclosed}
        patientId={patient?.patientId}
        mayTakeDocument={!isWithPatient && !box.startsWith('patient:')}
      />
      {isError ? <Notice isAlert>{t('mail.notSent')}</Notice> : null}
      <div>
        <Button look="primary" isDisabled={!isReady} onPress={() => void answer().catch(() => {})}>
          {t('mail.send')}
        </Button>
      </div>
    </div>
  );
}
