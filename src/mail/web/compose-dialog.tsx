import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, Button, Dialog, Notice, showBirthDate, TextField, useAnnounce, useText } from '#ui';
import type { Found } from '#identity/contract';
import type { MailList } from '../contract.ts';
import { Enclose, type Enclosed, isTooLarge, NOTHING, toSend } from './enclose.tsx';
import { useMailAct } from './use-mail.ts';

interface ComposeProps {
  list: MailList;
  /** The mailbox that it leaves from. */
  box: string;
  /** The patient whom it is to, when it is known already. */
  writeTo?: string | undefined;
  onClose: () => void;
}

/** A new mail: to whom, about whom, the words, from a model when there is one. */
export function ComposeDialog({ list: { templates, hasPatientMail }, box, writeTo, onClose }: ComposeProps) {
  const t = useText();
  const announce = useAnnounce();
  const { mutateAsync, isPending, error } = useMailAct();
  const [enclosed, setEnclosed] = useState<Enclosed>(NOTHING);
  const [to, setTo] = useState('');
  const [patientId, setPatientId] = useState(writeTo ?? '');
  const [isToPatient, setIsToPatient] = useState(writeTo !== undefined && hasPatientMail);
  const [mayAnswer, setMayAnswer] = useState(true);
  const [subject, setSubject] = useState('');
  const [words, setWords] = useState('');
  const { data } = useQuery({ queryKey: ['patients', 'mine'], queryFn: ({ signal }) => api<Found>('/api/patients/mine', { signal }) });
  const isAddressed = isToPatient ? patientId !== '' : /^\S+@\S+$/.test(to.trim());
  const isReady = isAddressed && subject.trim() !== '' && words.trim() !== '' && !isTooLarge(enclosed) && !isPending;
  const about = (chosen: string) => {
    setPatientId(chosen);
    setEnclosed({ ...enclosed, documentId: '' });
  };
  const use = (templateId: string) => {
    const model = templates.find((one) => one.templateId === templateId);
    if (!model) return;
    setSubject(model.subject);
    setWords(model.words);
  };
  const send = async () => {
    const mail = {
      box,
      to: isToPatient ? 'patient' : to.trim(),
      subject: subject.trim(),
      words: words.trim(),
      ...(patientId !== '' && { patientId }),
      ...(isToPatient && { mayAnswer }),
      ...(await toSend(isToPatient || patientId === '' ? { ...enclosed, documentId: '' } : enclosed)),
    };
    await mutateAsync({ act: 'write', mail });
    announce(t('mail.leaves'));
    onClose();
  };
  return (
    <Dialog
      title={t('mail.new')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('mail.cancel')}</Button>
          <Button look="primary" isDisabled={!isReady} onPress={() => void send().catch(() => {})}>
            {t('mail.send')}
          </Button>
        </>
      }
    >
      <div className="mail-form">
        {templates.length > 0 ? (
          <label className="ui-field">
            <span className="ui-label">{t('mail.model')}</span>
            <select className="ui-input" defaultValue="" onChange={({ target }) => use(target.value)}>
              <option value="">{t('mail.noModel')}</option>
              {templates.map(({ templateId, name }) => (
                <option key={templateId} value={templateId}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        ) : null}
        <label className="ui-field">
          <span className="ui-label">{t('mail.aboutWhom')}</span>
          <select className="ui-input" value={patientId} onChange={({ target }) => about(target.value)}>
            <option value="">{t('mail.nobody')}</option>
            {data?.patients.map((one) => (
              <option key={one.patientId} value={one.patientId}>
                {`${one.traits.birthFamily} ${one.traits.firstBirthGiven} · ${showBirthDate(one.traits.birthDate)}`}
              </option>
            ))}
          </select>
        </label>
        {hasPatientMail ? (
          <label className="mail-tick">
            <input type="checkbox" checked={isToPatient} onChange={({ target }) => setIsToPatient(target.checked)} />
            {t('mail.toPatient')}
          </label>
        ) : null}
        {isToPatient ? (
          <label className="mail-tick">
            <input type="checkbox" checked={mayAnswer} onChange={({ target }) => setMayAnswer(target.checked)} />
            {t('mail.patientMayAnswer')}
          </label>
        ) : (
          <TextField label={t('mail.to')} help={t('mail.toHelp')} type="email" value={to} onChange={setTo} isRequired />
        )}
        <TextField label={t('mail.subject')} value={subject} onChange={setSubject} isRequired />
        <label className="ui-field">
          <span className="ui-label">{t('mail.words')}</span>
          <textarea className="ui-input mail-write" rows={8} value={words} onChange={({ target }) => setWords(target.value)} />
        </label>
        <Enclose
          value={enclosed}
          onChange={setEnclosed}
          patientId={patientId === '' ? undefined : patientId}
          mayTakeDocument={!isToPatient}
        />
        {error ? (
          <Notice isAlert>
            {t(error instanceof ApiError && error.code === 'document.not-by-hand' ? 'mail.notByHand' : 'mail.notSent')}
          </Notice>
        ) : null}
      </div>
    </Dialog>
  );
}
