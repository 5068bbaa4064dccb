import { useState } from 'react';
import { Button, Dialog, Notice, perform, TextField, useAnnounce, useText } from '#ui';
import { useRecall } from './use-exchange.ts';

/** A document filed for the wrong patient: one act recalls it everywhere, once its reason is said. */
export function RecallAction({ documentId }: { documentId: string }) {
  const t = useText();
  const announce = useAnnounce();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const recall = useRecall();
  const isReady = reason.trim().length >= 3 && !recall.isPending;
  const send = () => {
    if (!isReady) return;
    perform(recall, { documentId, reason: reason.trim() }, () => {
      setOpen(false);
      announce(t('exchange.recalled'));
    });
  };
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t('exchange.recallEverywhere')}</Button>
      <Dialog
        title={t('exchange.recallEverywhere')}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          <>
            <Button onPress={() => setOpen(false)}>{t('exchange.recallNo')}</Button>
            <Button look="primary" isDisabled={!isReady} onPress={send}>
              {t('exchange.recallYes')}
            </Button>
          </>
        }
      >
        <p>{t('exchange.recallEffect')}</p>
        {recall.isError ? <Notice isAlert>{t('exchange.recallFailed')}</Notice> : null}
        <TextField label={t('exchange.recallReason')} value={reason} onChange={setReason} isRequired takesFocus />
      </Dialog>
    </>
  );
}
