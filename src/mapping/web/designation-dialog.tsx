import { useState } from 'react';
import { Button, Dialog, Notice, showLongDate, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { RegionCodingView } from '../contract.ts';
import { useDesignation } from './use-mapping.ts';

interface DesignationDialogProps {
  laboratory: { finess: string; name: string };
  inForce: RegionCodingView['designations'];
  onClose: () => void;
}

/** Who may validate for a laboratory whose biologist is alone: the region designates a biologist of another one, or ends it. */
export function DesignationDialog({ laboratory, inForce, onClose }: DesignationDialogProps) {
  const t = useText();
  const language = useLanguage();
  const announce = useAnnounce();
  const designation = useDesignation();
  const [rpps, setRpps] = useState('');
  const [reason, setReason] = useState('');
  const number = rpps.replaceAll(/\s/g, '');
  const isReasoned = reason.trim().length >= 3 && !designation.isPending;
  const isReady = isReasoned && /^8?\d{11}$/.test(number);
  const send = (who: string, designated: boolean) =>
    designation.mutate(
      { laboratory: laboratory.finess, rpps: who, designated, reason: reason.trim() },
      {
        onSuccess: () => {
          announce(t(designated ? 'mapping.designation.done' : 'mapping.designation.ended'));
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={t('mapping.designation.title', { laboratory: laboratory.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('mapping.cancel')}</Button>
          <Button look="primary" onPress={() => send(number, true)} isDisabled={!isReady}>
            {t('mapping.designation.designate')}
          </Button>
        </>
      }
    >
      <p>{t('mapping.designation.why')}</p>
      {designation.isError ? <Notice isAlert>{t('mapping.designation.failed')}</Notice> : null}
      <form
        className="mapping-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) send(number, true);
        }}
      >
        <TextField
          label={t('mapping.designation.rpps')}
          help={t('mapping.designation.rppsHelp')}
          value={rpps}
          onChange={setRpps}
          takesFocus
        />
        <TextField label={t('mapping.designation.reason')} value={reason} onChange={setReason} isRequired />
        <input type="submit" hidden />
      </form>
      {inForce.length === 0 ? null : (
        <ul className="mapping-designated">
          {inForce.map((one) => (
            <li key={one.rpps}>
              <span>
                {one.name}
                <span className="app-page-note mapping-small">
                  {t('mapping.designation.by', { by: one.by, at: showLongDate(one.at, language), reason: one.reason })}
                </span>
              </span>
              <Button onPress={() => send(one.rpps, false)} isDisabled={!isReasoned}>
                {t('mapping.designation.end')}
                <span className="ui-hidden"> {one.name}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
