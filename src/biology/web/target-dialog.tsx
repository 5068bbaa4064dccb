import { useState } from 'react';
import { Button, Dialog, showPrinted, TextField, useLanguage, useText } from '#ui';
import type { Target } from '../contract.ts';
import type { Row } from '../grid.ts';
import { useFollowUp } from './use-follow-up.ts';

interface TargetDialogProps {
  row: Row;
  title: string;
  target: Target | undefined;
  onClose: () => void;
}

/** A comma or a point; empty is no limit; anything else is not a number. */
function limitOf(text: string): number | undefined | 'wrong' {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return /^-?\d+([.,]\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : 'wrong';
}

/** The target of one analyte for this patient: one limit or two, in the unit of the row, or none to lift it. */
export function TargetDialog({ row, title, target, onClose }: TargetDialogProps) {
  const t = useText();
  const language = useLanguage();
  const { setTarget } = useFollowUp();
  const asText = (limit: number | undefined) => (limit === undefined ? '' : showPrinted(String(limit), language));
  const [low, setLow] = useState(asText(target?.low));
  const [high, setHigh] = useState(asText(target?.high));
  const [isRefused, setIsRefused] = useState(false);
  const [lowest, highest] = [limitOf(low), limitOf(high)];
  const isCrossed = typeof lowest === 'number' && typeof highest === 'number' && lowest >= highest;
  const isWrong = lowest === 'wrong' || highest === 'wrong' || isCrossed;
  const save = async (limits: { low?: number; high?: number }) => {
    try {
      await setTarget({ row: row.id, ...(row.unit && { unit: row.unit }), ...limits });
      onClose();
    } catch {
      setIsRefused(true);
    }
  };
  const chosen = {
    ...(typeof lowest === 'number' && { low: lowest }),
    ...(typeof highest === 'number' && { high: highest }),
  };
  return (
    <Dialog
      title={t('biology.target.title', { row: title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('biology.target.cancel')}</Button>
          {target ? <Button onPress={() => void save({})}>{t('biology.target.lift')}</Button> : null}
          <Button look="primary" isDisabled={isWrong || Object.keys(chosen).length === 0} onPress={() => void save(chosen)}>
            {t('biology.target.save')}
          </Button>
        </>
      }
    >
      <p>{t('biology.target.text')}</p>
      <TextField
        label={t('biology.target.low', { unit: row.unit ?? '' })}
        value={low}
        onChange={setLow}
        takesFocus
        error={lowest === 'wrong' ? t('biology.target.number') : isCrossed ? t('biology.target.crossed') : undefined}
      />
      <TextField
        label={t('biology.target.high', { unit: row.unit ?? '' })}
        value={high}
        onChange={setHigh}
        error={highest === 'wrong' ? t('biology.target.number') : undefined}
      />
      {isRefused ? <p role="alert">{t('biology.target.failed')}</p> : null}
    </Dialog>
  );
}
