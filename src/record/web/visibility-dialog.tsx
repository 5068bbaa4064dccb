import { useState } from 'react';
import { Button, Dialog, Notice, perform, TextField, useAnnounce, useText } from '#ui';
import type { DocumentView, Mask, VisibilityChange } from '../contract.ts';
import { useChangeVisibility } from './use-documents.ts';

interface Asked {
  act: 'hide' | 'show';
  mask: Mask;
}

/** What this reader may hide or show again of an open document: one button each, one question each. */
export function VisibilityActions({ patientId, view }: { patientId: string; view: DocumentView }) {
  const t = useText();
  const [asked, setAsked] = useState<Asked>();
  const acts: Asked[] = [
    ...view.may.hide.map((mask) => ({ act: 'hide', mask }) as const),
    ...view.may.show.map((mask) => ({ act: 'show', mask }) as const),
  ];
  return (
    <>
      {acts.map((act) => (
        <Button key={`${act.act} ${act.mask}`} onPress={() => setAsked(act)}>
          {t(`record.visibility.${act.act}.${act.mask}`)}
        </Button>
      ))}
      {asked ? <VisibilityDialog {...asked} patientId={patientId} view={view} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}

/** A day in some days' time, as a date field holds it. */
const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const USUAL_DAYS_TO_TELL = 15;

function VisibilityDialog({ act, mask, patientId, view, onClose }: Asked & { patientId: string; view: DocumentView; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const change = useChangeVisibility(patientId, view.document.documentId);
  const [reason, setReason] = useState('');
  const [day, setDay] = useState(() => dayIn(USUAL_DAYS_TO_TELL));
  const isToTell = act === 'hide' && mask === 'INVISIBLE_PATIENT';
  const said = reason.trim();
  const isReady = (said === '' || said.length >= 3) && (!isToTell || /^\d{4}-\d{2}-\d{2}$/.test(day)) && !change.isPending;
  const decide = () => {
    const body: VisibilityChange = { act, mask, ...(said !== '' && { reason: said }), ...(isToTell && { dueAt: `${day}T18:00:00Z` }) };
    perform(change, body, () => {
      announce(t('record.visibility.done'));
      onClose();
    });
  };
  return (
    <Dialog
      title={t(`record.visibility.${act}.${mask}`)}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('record.visibility.leave')}</Button>
          <Button look="primary" isDisabled={!isReady} onPress={decide}>
            {t(`record.visibility.${act}.${mask}`)}
          </Button>
        </>
      }
    >
      <p>
        <strong>{view.document.title}</strong>
      </p>
      <p>{t(`record.visibility.${act}.${mask}.what`)}</p>
      {isToTell ? (
        <TextField
          type="date"
          label={t('record.visibility.due')}
          help={t('record.visibility.dueHelp')}
          value={day}
          onChange={setDay}
          isRequired
        />
      ) : null}
      <TextField
        label={t('record.visibility.reason')}
        help={t('record.visibility.reasonHelp')}
        value={reason}
        onChange={setReason}
        takesFocus
      />
      {change.error ? <Notice isAlert>{t('record.visibility.failed')}</Notice> : null}
    </Dialog>
  );
}
