import { showDate, showTime, useLanguage, useText } from '#ui';
import type { InboxStep } from '../../inbox/contract.ts';

/** What was done about a line, oldest first. */
export function Steps({ steps }: { steps: readonly InboxStep[] }) {
  const t = useText();
  const language = useLanguage();
  if (steps.length === 0) return null;
  return (
    <ol className="inbox-steps">
      {steps.map(({ at, kind, by, other, words }) => (
        <li key={`${at} ${kind}`}>
          <time dateTime={at}>
            {showDate(at, language)} {showTime(at)}
          </time>{' '}
          {kind === 'escalated'
            ? t('exchange.inbox.step.escalated', { other: toldWords(t, other, words) })
            : [t(`exchange.inbox.step.${kind}`, { by, other: other ?? '' }), saidWords(t, words)].filter(Boolean).join(' · ')}
        </li>
      ))}
    </ol>
  );
}

/** Who was told next: a place of the list, or one person by name. */
function toldWords(t: ReturnType<typeof useText>, other = 'other', name?: string): string {
  if (/^(practice|regulation|laboratory)$/.test(other)) return t(`exchange.inbox.told.${other}`);
  return name === undefined ? t('exchange.inbox.told.other') : t('exchange.inbox.told.named', { name });
}

const saidWords = (t: ReturnType<typeof useText>, words: string | undefined): string | undefined =>
  words === 'read-back' || words === 'not-read-back' ? t(`exchange.inbox.${words}`) : words;
