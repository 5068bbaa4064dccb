import { useState } from 'react';
import { Button, Dialog, Notice, perform, TextField, useAnnounce, useText } from '#ui';
import type { DocumentView, StatusAct } from '../contract.ts';
import { useChangeStatus } from './use-documents.ts';

interface StatusProps {
  patientId: string;
  view: DocumentView;
  /** The document is out of everyone's reading, or back: the page says so. */
  onDone: (act: StatusAct) => void;
}

/** What this reader may do to the status of an open document: one button each, one question each, always with its reason. */
export function StatusActions(props: StatusProps) {
  const t = useText();
  const [asked, setAsked] = useState<StatusAct>();
  return (
    <>
      {props.view.may.status.map((act) => (
        <Button key={act} onPress={() => setAsked(act)}>
          {t(`record.status.${act}`)}
        </Button>
      ))}
      {asked ? <StatusDialog {...props} act={asked} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}

function StatusDialog({ act, patientId, view, onDone, onClose }: StatusProps & { act: StatusAct; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const change = useChangeStatus(patientId, view.document.documentId);
  const [reason, setReason] = useState('');
  const isReady = reason.trim().length >= 3 && !change.isPending;
  const decide = () => {
    perform(change, { act, reason: reason.trim() }, () => {
      announce(t(`record.status.${act}.done`));
      onClose();
      onDone(act);
    });
  };
  return (
    <Dialog
      title={t(`record.status.${act}`)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('record.visibility.leave')}</Button>
          <Button look="primary" isDisabled={!isReady} onPress={decide}>
            {t(`record.status.${act}`)}
          </Button>
        </>
      }
    >
      <p>
        <strong>{view.document.title}</strong>
      </p>
      <p>{t(`record.status.${act}.what`)}</p>
      <TextField
        label={t('record.status.reason')}
        help={t('record.visibility.reasonHelp')}
        value={reason}
        onChange={setReason}
        isRequired
        takesFocus
      />
      {change.error ? <Notice isAlert>{t('record.visibility.failed')}</Notice> : null}
    </Dialog>
  );
}
