import { useState } from 'react';
import { Button, TextField, useAnnounce, useText, useToday } from '#ui';
import { useLgcAct } from './use-lgc.ts';

/** What was prescribed and must come back: it stays in the inbox until it does. */
export function Expect({ patientId }: { patientId: string }) {
  const t = useText();
  const announce = useAnnounce();
  const today = useToday();
  const [words, setWords] = useState('');
  const [day, setDay] = useState(today);
  const { mutate, isPending } = useLgcAct();
  const isReady = words.trim().length > 1 && /^\d{4}-\d{2}-\d{2}$/.test(day);
  const keep = () =>
    mutate(
      { act: 'expect', patientId, words: words.trim(), prescribedOn: day },
      {
        onSuccess: () => {
          announce(t('lgc.done.expected'));
          setWords('');
        },
      },
    );
  return (
    <details className="ui-card lgc-expect">
      <summary>{t('lgc.expect')}</summary>
      <p className="ui-caption">{t('lgc.expectHelp')}</p>
      <TextField label={t('lgc.expectWords')} value={words} onChange={setWords} />
      <TextField label={t('lgc.expectDay')} help={t('lgc.dayHelp')} value={day} onChange={setDay} />
      <Button isDisabled={!isReady || isPending} onPress={keep}>
        {t('lgc.expectKeep')}
      </Button>
    </details>
  );
}
