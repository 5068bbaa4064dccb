import { useState } from 'react';
import { Button, Dialog, TextField, useText } from '#ui';

interface DatesDialogProps {
  since: string | undefined;
  until: string | undefined;
  onChoose: (dates: { since: string | undefined; until: string | undefined }) => void;
  onClose: () => void;
}

/** `3/6/2025` → `2025-06-03`; empty is no limit; a day that does not exist is wrong. */
function dayOfText(text: string): string | undefined | 'wrong' {
  if (text.trim() === '') return undefined;
  const found = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(text.trim());
  if (!found) return 'wrong';
  const [, day = '', month = '', year = ''] = found;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const read = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== iso ? 'wrong' : iso;
}

const textOfDay = (iso: string | undefined) => iso?.split('-').toReversed().join('/') ?? '';

/** Samplings from one day to another, both included. */
export function DatesDialog({ since, until, onChoose, onClose }: DatesDialogProps) {
  const t = useText();
  const [from, setFrom] = useState(textOfDay(since));
  const [to, setTo] = useState(textOfDay(until));
  const [first, last] = [dayOfText(from), dayOfText(to)];
  const isCrossed = first !== undefined && last !== undefined && first > last;
  const isWrong = first === 'wrong' || last === 'wrong' || isCrossed;
  return (
    <Dialog
      title={t('biology.dates.title')}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('biology.target.cancel')}</Button>
          <Button look="primary" isDisabled={isWrong} onPress={() => onChoose({ since: first, until: last })}>
            {t('biology.dates.show')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('biology.dates.since')}
        value={from}
        onChange={setFrom}
        takesFocus
        help={t('biology.dates.example')}
        error={first === 'wrong' ? t('biology.dates.wrong') : undefined}
      />
      <TextField
        label={t('biology.dates.until')}
        value={to}
        onChange={setTo}
        error={last === 'wrong' ? t('biology.dates.wrong') : isCrossed ? t('biology.dates.crossed') : undefined}
      />
    </Dialog>
  );
}
