import type { ReactNode } from 'react';
import { showBirthDate, showNumber, useLanguage, useText } from '#ui';
import type { Waiting, Worklist } from '../contract.ts';
import { agoText } from './ago.ts';

interface WaitingListProps {
  waiting: readonly Waiting[];
  total: number;
  share: Worklist['share'];
  places: ReactNode;
  selected: string | undefined;
  now: number;
  onSelect: (waitingId: string) => void;
}

/** Who waits, the oldest first: printed names, by whom, why. */
export function WaitingList({ waiting, total, share, places, selected, now, onSelect }: WaitingListProps) {
  const t = useText();
  const language = useLanguage();
  const oldest = waiting[0];
  return (
    <nav className="identity-list" aria-labelledby="identity-list-title">
      <header className="identity-list-head">
        {places}
        <h1 id="identity-list-title">{t('identity.title')}</h1>
        <p className="ui-caption">
          {t('identity.count', { count: total })}
          {oldest ? ` · ${t('identity.oldest', { ago: agoText(oldest.receivedAt, now, t) })}` : null}
        </p>
        {share && share.arrivals > 0 ? (
          <p className="ui-caption">
            {t('identity.share', { percent: showNumber((100 * share.doubtful) / share.arrivals, 1, language), arrivals: share.arrivals })}
          </p>
        ) : null}
      </header>
      <ol>
        {waiting.map(({ waitingId, printed, sender, reason, receivedAt }) => (
          <li key={waitingId}>
            <button
              type="button"
              className="identity-item"
              aria-current={waitingId === selected ? 'true' : undefined}
              onClick={() => onSelect(waitingId)}
            >
              <span className="identity-item-name">
                <bdi>
                  {printed.birthFamily ?? t('identity.unnamed')} {printed.firstBirthGiven}
                </bdi>
              </span>
              <time className="ui-caption" dateTime={receivedAt}>
                {agoText(receivedAt, now, t)}
              </time>
              <span className="ui-caption ui-figures">
                {printed.birthDate ? showBirthDate(printed.birthDate) : t('identity.undated')}
                {printed.sex ? ` · ${t(`identity.sex.letter.${printed.sex}`)}` : null}
              </span>
              <span className="ui-caption identity-item-why">
                {sender.name} · <strong>{t(`identity.reason.${reason}`)}</strong>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <p className="ui-caption identity-list-note">{t('identity.note')}</p>
    </nav>
  );
}
