import { useState } from 'react';
import { Button, Dialog, TextField, useText } from '#ui';
import type { Waiting } from '../contract.ts';
import { agreement } from './traits.ts';
import type { DecisionToSend } from './use-worklist.ts';

/** A decision about to be taken on an arrival. */
export type Intent = { verb: 'link'; candidate: Waiting['candidates'][number] } | { verb: 'create' } | { verb: 'refuse' };

interface DecisionDialogProps {
  waiting: Waiting;
  intent: Intent;
  isSending: boolean;
  onClose: () => void;
  onDecide: (decision: DecisionToSend) => void;
}

/** Says what will happen, asks why in the person's own words, and only then decides. */
export function DecisionDialog({ waiting, intent, isSending, onClose, onDecide }: DecisionDialogProps) {
  const t = useText();
  const [reason, setReason] = useState(() =>
    intent.verb === 'link' ? t('identity.reason.given', { ...agreement(intent.candidate) }) : '',
  );
  const name = intent.verb === 'link' ? `${intent.candidate.traits.birthFamily} ${intent.candidate.traits.firstBirthGiven}` : '';
  const decide = () => {
    if (reason.trim() === '' || isSending) return;
    const { waitingId } = waiting;
    const patient = intent.verb === 'link' ? { patientId: intent.candidate.patientId } : {};
    onDecide({ waitingId, verb: intent.verb, reason: reason.trim(), ...patient });
  };
  return (
    <Dialog
      title={t(`identity.ask.${intent.verb}`, { name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('identity.later')}</Button>
          <Button look="primary" onPress={decide} isDisabled={reason.trim() === '' || isSending}>
            {t(`identity.do.${intent.verb}`)}
          </Button>
        </>
      }
    >
      <p>{t(`identity.what.${intent.verb}`)}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          decide();
        }}
      >
        <TextField label={t('identity.why')} value={reason} onChange={setReason} help={t('identity.why.help')} isRequired takesFocus />
      </form>
    </Dialog>
  );
}
