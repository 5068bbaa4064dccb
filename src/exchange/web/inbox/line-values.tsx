import { FlagGlyph, type Grade, showPrinted, useLanguage, useText } from '#ui';
import type { InboxLine, LineValue } from '../../inbox/contract.ts';
import { Change } from './change.tsx';

/** The values to look at, as printed; a corrected one beside what had been read. */
export function LineValues({ line, most }: { line: InboxLine | Omit<InboxLine, 'through'>; most: number }) {
  const t = useText();
  const { values, severity, results, outside, title } = line;
  if (severity === 'withdrawn') return <>{t('exchange.inbox.withdrawn')}</>;
  if (values.length === 0) {
    return (
      <>
        {severity === 'normal'
          ? t('exchange.inbox.allWithin', { title, results })
          : line.isProtected
            ? t('exchange.inbox.protected')
            : title}
      </>
    );
  }
  const left = Math.max(outside, values.length) - most;
  return (
    <>
      {values.slice(0, most).map((value) => (
        <Value key={`${value.label} ${value.text}`} value={value} />
      ))}
      {left > 0 ? <span className="ui-caption">{t('exchange.inbox.more', { count: left })}</span> : null}
    </>
  );
}

function Value({ value: { label, text, unit, flag, isCritical, former, change } }: { value: LineValue }) {
  const t = useText();
  const language = useLanguage();
  const tone = flag === 'L' || flag === 'LL' ? 'low' : 'high';
  const shown = text === '' ? t('exchange.inbox.cancelled') : [showPrinted(text, language), unit].filter(Boolean).join(' ');
  return (
    <span className={`inbox-value ${flag ? `inbox-${tone}` : ''} ${isCritical ? 'inbox-critical' : ''}`}>
      <span className="inbox-label">{label}</span>{' '}
      {former ? (
        <>
          <s>
            <span className="ui-hidden">{t('exchange.inbox.was')} </span>
            {[showPrinted(former.text, language), former.unit].filter(Boolean).join(' ')}
          </s>{' '}
        </>
      ) : null}
      <strong>{shown}</strong>
      <FlagGlyph grade={flag as Grade | undefined} />
      {change && !former ? <Change change={change} /> : null}
      {isCritical ? <span className="ui-hidden"> {t('exchange.inbox.isCritical')}</span> : null}
    </span>
  );
}
