import { Button, Dialog, useText } from '#ui';
import type { MailList } from '../contract.ts';
import { Delegates } from './delegates.tsx';
import { Models } from './models.tsx';

/** Who else reads this mailbox, and the models of mail of this person. */
export function SettingsDialog({ list, onClose }: { list: MailList; onClose: () => void }) {
  const t = useText();
  const { box, boxes, templates } = list;
  const isMine = boxes.some((one) => one.box === box && one.mayDelegate);
  return (
    <Dialog title={t('mail.settings')} isOpen onClose={onClose} actions={<Button onPress={onClose}>{t('mail.close')}</Button>}>
      <div className="mail-form">
        {isMine && box !== undefined ? <Delegates list={list} box={box} /> : null}
        <Models templates={templates} />
      </div>
    </Dialog>
  );
}
