import { useState } from 'react';
import { Button, Dialog, TextField, useText } from '#ui';
import type { MailList } from '../contract.ts';
import { useMailAct } from './use-mail.ts';

/** Who else reads this mailbox, and the models of mail of this person. */
export function SettingsDialog({
  list: { box, boxes, delegates, colleagues, templates },
  onClose,
}: {
  list: MailList;
  onClose: () => void;
}) {
  const t = useText();
  const { mutate, isPending } = useMailAct();
  const [to, setTo] = useState('');
  const [may, setMay] = useState<'read' | 'send'>('read');
  const [model, setModel] = useState({ name: '', subject: '', words: '' });
  const isMine = boxes.some((one) => one.box === box && one.mayDelegate);
  const nameOf = ({ id, name }: { id: string; name: string }) => (id === 'secretary' ? t('mail.secretaries') : name);
  return (
    <Dialog title={t('mail.settings')} isOpen onClose={onClose} actions={<Button onPress={onClose}>{t('mail.close')}</Button>}>
      <div className="mail-form">
        {isMine && box !== undefined ? (
          <section aria-labelledby="mail-delegates">
            <h3 id="mail-delegates">{t('mail.delegates', { box })}</h3>
            <ul className="mail-rows">
              {delegates.map((one) => (
                <li key={one.delegate}>
                  {nameOf({ id: one.delegate, name: one.name })} · {t(one.maySend ? 'mail.may.send' : 'mail.may.read')}{' '}
                  <Button
                    look="quiet"
                    isDisabled={isPending}
                    onPress={() => mutate({ act: 'give', box, to: one.delegate, may: 'nothing' })}
                  >
                    {t('mail.takeBack')}
                  </Button>
                </li>
              ))}
            </ul>
            <div className="mail-row">
              <label className="ui-field">
                <span className="ui-label">{t('mail.colleague')}</span>
                <select className="ui-input" value={to} onChange={({ target }) => setTo(target.value)}>
                  <option value="">{t('mail.chooseColleague')}</option>
                  {colleagues.map((one) => (
                    <option key={one.id} value={one.id}>
                      {nameOf(one)}
                    </option>
                  ))}
                </select>
              </label>
              <label className="ui-field">
                <span className="ui-label">{t('mail.may')}</span>
                <select className="ui-input" value={may} onChange={({ target }) => setMay(target.value === 'send' ? 'send' : 'read')}>
                  <option value="read">{t('mail.may.read')}</option>
                  <option value="send">{t('mail.may.send')}</option>
                </select>
              </label>
              <Button isDisabled={to === '' || isPending} onPress={() => mutate({ act: 'give', box, to, may })}>
                {t('mail.give')}
              </Button>
            </div>
          </section>
        ) : null}
        <section aria-labelledby="mail-models">
          <h3 id="mail-models">{t('mail.models')}</h3>
          <ul className="mail-rows">
            {templates.map(({ templateId, name }) => (
              <li key={templateId}>
                {name}{' '}
                <Button
                  look="quiet"
                  aria-label={t('mail.dropModel', { name })}
                  onPress={() => mutate({ act: 'drop-template', templateId })}
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
          <Button
            isDisabled={model.name.trim() === '' || model.words.trim() === '' || isPending}
            onPress={() => mutate({ act: 'keep-template', ...model }, { onSuccess: () => setModel({ name: '', subject: '', words: '' }) })}
          >
            {t('mail.keepModel')}
          </Button>
        </section>
      </div>
    </Dialog>
  );
}
