import { showDate, showPrinted, useLanguage, useText } from '#ui';
import type { ValueChange } from '../../inbox/contract.ts';

/** How much more or less than the value before: `+27 %`; the one before, and its day, for whoever points or listens. */
export function Change({ change: { percent, since, text } }: { change: ValueChange }) {
  const t = useText();
  const language = useLanguage();
  // A minus as wide as the plus.
  const shown = new Intl.NumberFormat(language, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 })
    .format(percent / 100)
    .replace('-', '−');
  const was = t('exchange.inbox.changedFrom', { text: showPrinted(text, language), day: showDate(since, language) });
  return (
    <span className="inbox-change" title={was}>
      {' '}
      {shown}
      <span className="ui-hidden">, {was}</span>
    </span>
  );
}
