import { useState } from 'react';
import { Button, Dialog, Notice, Segmented, TextField, useText } from '#ui';
import type { SavedView } from '../contract.ts';
import { useSaveViews } from './use-views.ts';

interface ViewsDialogProps {
  /** Catalogue rows on screen: what is kept. */
  rows: readonly string[];
  views: readonly SavedView[];
  onClose: () => void;
}

/** Keeps the rows on screen as a view of one's own or of one's structure, and removes those that one made. */
export function ViewsDialog({ rows, views, onClose }: ViewsDialogProps) {
  const t = useText();
  const { save, drop } = useSaveViews();
  const [label, setLabel] = useState('');
  const [whose, setWhose] = useState<'mine' | 'shared'>('mine');
  const [isRefused, setIsRefused] = useState(false);
  const attempt = async (act: Promise<void>, then: () => void) => {
    try {
      await act;
      then();
    } catch {
      setIsRefused(true);
    }
  };
  return (
    <Dialog
      title={t('biology.views.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('biology.find.close')}</Button>
          <Button
            look="primary"
            isDisabled={label.trim() === '' || rows.length === 0 || rows.length > 200}
            onPress={() => void attempt(save({ label: label.trim(), rows: [...rows], isShared: whose === 'shared' }), onClose)}
          >
            {t('biology.views.save')}
          </Button>
        </>
      }
    >
      {isRefused ? <Notice isAlert>{t('biology.views.refused')}</Notice> : null}
      <p>{t('biology.views.text', { count: rows.length })}</p>
      <TextField label={t('biology.views.label')} value={label} onChange={setLabel} takesFocus />
      <Segmented
        label={t('biology.views.whose')}
        value={whose}
        choices={(['mine', 'shared'] as const).map((value) => ({ value, label: t(`biology.views.whose.${value}`) }))}
        onChange={setWhose}
      />
      <ul className="bio-explain">
        {views
          .filter(({ isMine }) => isMine)
          .map(({ viewId, label: name, isShared }) => (
            <li key={viewId}>
              {name} <span className="bio-quiet">{t(`biology.views.whose.${isShared ? 'shared' : 'mine'}`)}</span>{' '}
              <Button look="quiet" onPress={() => void attempt(drop(viewId), () => {})}>
                {t('biology.views.drop', { name })}
              </Button>
            </li>
          ))}
      </ul>
    </Dialog>
  );
}
