import { useState } from 'react';
import { ApiError, Button, Dialog, TextField, useText } from '#ui';
import { Fault } from './fault.tsx';
import { type Papers, PapersField, TraitsFields } from './traits-fields.tsx';
import { emptyForm, traitsIn } from './typed-traits.ts';
import { useCreate } from './use-identities.ts';

interface CreateDialogProps {
  onClose: () => void;
  onCreated: (patientId: string) => void;
}

/** Makes a record of someone new. A record with the same traits stops it once: the person says whether it is another. */
export function CreateDialog({ onClose, onCreated }: CreateDialogProps) {
  const t = useText();
  const [form, setForm] = useState(emptyForm);
  const [papers, setPapers] = useState<Papers>('');
  const [ins, setIns] = useState('');
  const [reason, setReason] = useState('');
  const create = useCreate();
  const traits = traitsIn(form);
  const isReady = traits !== undefined && reason.trim() !== '' && !create.isPending;
  const isSame = create.error instanceof ApiError && create.error.code === 'patient.ambiguous';
  const send = (isAnother = false) => {
    if (!isReady) return;
    const body = { traits, reason: reason.trim(), isAnother, ...(papers && { document: papers }), ...(ins.trim() && { ins: ins.trim() }) };
    create.mutate(body, { onSuccess: ({ patientId }) => onCreated(patientId) });
  };
  return (
    <Dialog
      title={t('identity.new')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('identity.later')}</Button>
          {isSame ? (
            <Button onPress={() => send(true)} isDisabled={!isReady}>
              {t('identity.new.another')}
            </Button>
          ) : null}
          <Button look="primary" onPress={() => send()} isDisabled={!isReady}>
            {t('identity.do.create')}
          </Button>
        </>
      }
    >
      <p>{t('identity.new.what')}</p>
      {create.error ? <Fault error={create.error} /> : null}
      <form
        className="identity-form"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TraitsFields form={form} onChange={setForm} />
        <TextField label={t('identity.trait.ins')} value={ins} onChange={setIns} help={t('identity.form.ins')} />
        <PapersField value={papers} onChange={setPapers} />
        <TextField label={t('identity.why')} value={reason} onChange={setReason} help={t('identity.why.help')} isRequired />
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
    </Dialog>
  );
}
