import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Dialog, Notice, TextField, useAnnounce, useText } from '#ui';
import type { FiledDocument } from '../contract.ts';
import { PatientChoice } from './patient-choice.tsx';
import { patientsQuery, useLgcAct } from './use-lgc.ts';

/** A document filed for the wrong patient: back to be sorted, or for somebody else at once. Why is kept. */
export function Misfiled({ document, number, onClose }: { document: FiledDocument; number: string; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const { data: patients = [] } = useQuery(patientsQuery);
  const { mutateAsync, isPending, isError } = useLgcAct();
  const keep = async () => {
    const { documentId } = document;
    await mutateAsync(to === '' ? { act: 'unfile', documentId, reason } : { act: 'file', documentId, number: to, reason });
    announce(t(to === '' ? 'lgc.done.unfiled' : 'lgc.done.filed'));
    onClose();
  };
  return (
    <Dialog
      title={t('lgc.misfiledTitle', { title: document.title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('lgc.cancel')}</Button>
          <Button look="primary" isDisabled={reason.trim().length < 2 || isPending} onPress={() => void keep().catch(() => {})}>
            {t(to === '' ? 'lgc.unfile' : 'lgc.fileHere')}
          </Button>
        </>
      }
    >
      <TextField label={t('lgc.reason')} value={reason} onChange={setReason} isRequired takesFocus />
      <PatientChoice
        label={t('lgc.toWhom')}
        none={t('lgc.toSort')}
        patients={patients.filter((patient) => patient.number !== number)}
        value={to}
        onChange={setTo}
      />
      {isError ? <Notice isAlert>{t('lgc.notKept')}</Notice> : null}
    </Dialog>
  );
}
