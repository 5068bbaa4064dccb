import { useState } from 'react';
import { Button, Notice, TextField, useText } from '#ui';
import type { MailTemplate } from '../contract.ts';
import { useMailAct } from './use-mail.ts';

const NEW: Omit<MailTemplate, 'templateId'> & { templateId?: string } = { name: '', subject: '', words: '' };

/** The models of mail of a person: written, changed, dropped. */
export function Models({ templates }: { templates: readonly MailTemplate[] }) {
  const t = useText();
  const { mutateAsync, isPending, isError } = useMailAct();
  const [model, setModel] = useState(NEW);
  const keep = async () => {
    await mutateAsync({ act: 'keep-template', ...model });
    setModel(NEW);
  };
  const drop = async (templateId: string) => {
    await mutateAsync({ act: 'drop-template', templateId });
    if (model.templateId === templateId) setModel(NEW);
  };
  return (
    <section aria-labelledby="mail-models">
      <h3 id="mail-models">{t('mail.models')}</h3>
      <ul className="mail-rows">
        {templates.map((one) => (
          <li key={one.templateId}>
            {one.name}{' '}
            <Button look="quiet" aria-label={t('mail.editModel', { name: one.name })} onPress={() => setModel(one)}>
              {t('mail.edit')}
            </Button>
            <Button
              look="quiet"
              aria-label={t('mail.dropModel', { name: one.name })}
              onPress={() => void drop(one.templateId).catch(() => {})}
            >
              {t('mail.drop')}
            </Button>
          </li>
        ))}
      </ul>
      <TextField label={t('mail.modelName')} value={model.name} onChange={(name) => setModel({ ...model, name })} />
      <TextField label={t('mail.modelSubject')} value={model.subject} onChange={(subject) => setModel({ ...model, subject })} />
      <label className="ui-field">
        <span className="ui-label">{t('mail.modelWords')}</span>
        <textarea
          className="ui-input mail-write"
          rows={4}
          value={model.words}
          onChange={({ target }) => setModel({ ...model, words: target.value })}
        />
      </label>
      {isError ? <Notice isAlert>{t('mail.notKept')}</Notice> : null}
      <Button isDisabled={model.name.trim() === '' || model.words.trim() === '' || isPending} onPress={() => void keep().catch(() => {})}>
        {t('mail.keepModel')}
      </Button>
      {model.templateId === undefined ? null : <Button onPress={() => setModel(NEW)}>{t('mail.newModel')}</Button>}
    </section>
  );
}
