import { Button, Notice, showTime, useText } from '#ui';
import type { MissingHeading } from '../contract.ts';
import { placeOf } from './parts.tsx';
import type { Saving } from './use-letters.ts';

interface SideProps {
  missing: readonly MissingHeading[];
  saving: Saving;
  isSigning: boolean;
  /** What the server refused, in words. */
  refused: string | undefined;
  isCorrection: boolean;
  onSign: () => void;
  onKeep: () => void;
  onDrop: () => void;
}

/** What the letter lacks, each one a step away; then signing. */
export function LetterSide({ missing, saving, isSigning, refused, isCorrection, onSign, onKeep, onDrop }: SideProps) {
  const t = useText();
  return (
    <aside className="ui-card letter-side" aria-label={t('letters.finish')}>
      <h2>{t(missing.length === 0 ? 'letters.complete' : 'letters.lacks', { count: missing.length })}</h2>
      <ul className="letter-missing">
        {missing.map(({ heading, line }) => (
          <li key={`${heading} ${line ?? ''}`}>
            <Button look="quiet" onPress={() => goTo({ heading, ...(line !== undefined && { line }) })}>
              {t(`letters.missing.${heading}`, { n: (line ?? 0) + 1 })}
            </Button>
          </li>
        ))}
      </ul>
      {refused === undefined ? null : <Notice isAlert>{refused}</Notice>}
      <Button look="primary" size="large" isDisabled={isSigning} onPress={onSign}>
        {t(isCorrection ? 'letters.signCorrection' : 'letters.sign')}
      </Button>
      <p className="ui-caption">{t('letters.signHelp')}</p>
      <p className="ui-caption" aria-live={saving.state === 'failed' ? 'assertive' : 'off'}>
        {saving.state === 'kept' ? t('letters.kept', { at: showTime(saving.at) }) : t(`letters.saving.${saving.state}`)}
      </p>
      <div className="letter-actions">
        <Button look="quiet" onPress={onKeep}>
          {t('letters.keep')}
        </Button>
        <Button look="quiet" onPress={onDrop}>
          {t('letters.giveUp')}
        </Button>
      </div>
    </aside>
  );
}

/** Several headings have their place in one field. */
const PLACES: Partial<Record<MissingHeading['heading'], string>> = {
  'exit-future': 'exit',
  'exit-before-entry': 'exit',
  germsFound: 'germs',
};

export function goTo({ heading, line }: MissingHeading): void {
  const at = line === undefined ? (PLACES[heading] ?? heading) : `${heading.split('-')[0]}-${line}`;
  const place = document.getElementById(placeOf(at));
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector<HTMLElement>('input, textarea, select, button')?.focus({ preventScroll: true });
}
