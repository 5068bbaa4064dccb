import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, Button, Dialog, Notice, showBirthDate, TextField, useAnnounce, useText, useToday } from '#ui';
import type { Found } from '#identity/contract';
import type { MailMessage, MailThread } from '../contract.ts';
import { useMailAct } from './use-mail.ts';

interface FilePdfProps {
  thread: MailThread;
  message: MailMessage;
  attachment: number;
  onClose: () => void;
}

/** A PDF says of nobody that it is theirs, nor what it is: whoever files it says so. */
export function FilePdf({ thread: { patient, mayFile, subject }, message, attachment, onClose }: FilePdfProps) {
  const t = useText();
  const announce = useAnnounce();
  const today = useToday();
  const { mutateAsync, isPending, error } = useMailAct();
  const [type, setType] = useState(mayFile[0]?.code ?? '');
  const [title, setTitle] = useState(subject.slice(0, 200));
  const [day, setDay] = useState(message.at.slice(0, 10));
  const [author, setAuthor] = useState(message.otherName);
  const [patientId, setPatientId] = useState(patient?.patientId ?? '');
  const { data } = useQuery({ queryKey: ['patients', 'mine'], queryFn: ({ signal }) => api<Found>('/api/patients/mine', { signal }) });
  const mine = data?.patients.map(({ patientId: id, traits }) => ({
    patientId: id,
    name: `${traits.birthFamily} ${traits.firstBirthGiven}`,
    ...traits,
  }));
  const choices = [...(patient ? [patient] : []), ...(mine ?? []).filter((one) => one.patientId !== patient?.patientId)];
  const isReady =
    patientId !== '' &&
    type !== '' &&
    title.trim().length > 1 &&
    author.trim().length > 2 &&
    /^\d{4}-\d{2}-\d{2}$/.test(day) &&
    day <= today;
  const file = async () => {
    const about = { type, title: title.trim(), day, author: author.trim() };
    await mutateAsync({ act: 'file', messageId: message.messageId, attachment, part: 0, about, patientId });
    announce(t('mail.filed'));
    onClose();
  };
  return (
    <Dialog
      title={t('mail.filePdfOf', { name: message.attachments[attachment]?.name ?? '' })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('mail.cancel')}</Button>
          <Button look="primary" isDisabled={!isReady || isPending} onPress={() => void file().catch(() => {})}>
            {t('mail.fileIt')}
          </Button>
        </>
      }
    >
      <div className="mail-form">
        <p>{t('mail.filePdfHelp')}</p>
        <label className="ui-field">
          <span className="ui-label">{t('mail.fileFor')}</span>
          <select className="ui-input" value={patientId} onChange={({ target }) => setPatientId(target.value)}>
            <option value="">{t('mail.choosePatient')}</option>
            {choices.map((one) => (
              <option key={one.patientId} value={one.patientId}>
                {`${one.name} · ${showBirthDate(one.birthDate)}`}
              </option>
            ))}
          </select>
        </label>
        <label className="ui-field">
          <span className="ui-label">{t('mail.fileType')}</span>
          <select className="ui-input" value={type} onChange={({ target }) => setType(target.value)}>
            {mayFile.map(({ code, display }) => (
              <option key={code} value={code}>
                {display}
              </option>
            ))}
          </select>
        </label>
        <TextField label={t('mail.fileTitle')} value={title} onChange={setTitle} isRequired />
        <TextField type="date" label={t('mail.fileDay')} value={day} onChange={setDay} isRequired />
        <TextField label={t('mail.fileAuthor')} value={author} onChange={setAuthor} isRequired />
        {error ? (
          <Notice isAlert>{t(error instanceof ApiError && error.code === 'access.denied' ? 'mail.fileDenied' : 'mail.notFiled')}</Notice>
        ) : null}
      </div>
    </Dialog>
  );
}
