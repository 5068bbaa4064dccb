import { useState } from 'react';
import { Button, Notice, showDate, TextField, useLanguage, useText, useToday } from '#ui';
import type { Inbox } from '../../inbox/contract.ts';
import { ColleagueChoice } from './colleague-choice.tsx';
import type { InboxAct } from './use-inbox.ts';

const NO_ABSENCE = { coveredBy: '', fromDay: '', toDay: '' };

/** Above the list, as long as it lasts: who answers for whom. */
export function AwayNotices({ absences }: Pick<Inbox, 'absences'>) {
  const t = useText();
  const language = useLanguage();
  const today = useToday();
  return absences
    .filter(({ fromDay }) => fromDay <= today)
    .map(({ absenceId, holderName, coveredName, toDay }) => (
      <Notice key={absenceId}>{t('exchange.inbox.away', { holder: holderName, cover: coveredName, to: showDate(toDay, language) })}</Notice>
    ));
}

/** Who covers me and whom I cover, from one day to another. */
export function Absences({ inbox: { absences, colleagues }, onAct }: { inbox: Inbox; onAct: (act: InboxAct) => void }) {
  const t = useText();
  const language = useLanguage();
  const [draft, setDraft] = useState(NO_ABSENCE);
  const isReady = draft.coveredBy !== '' && draft.fromDay !== '' && draft.fromDay <= draft.toDay;
  // Whom I cover ends it; I do not.
  const isMine = (holder: string) => colleagues.every(({ id }) => id !== holder);
  if (colleagues.length === 0 && absences.length === 0) return null;
  return (
    <details className="ui-card inbox-absences">
      <summary>{t('exchange.inbox.absences', { count: absences.length })}</summary>
      <ul>
        {absences.map(({ absenceId, holder, holderName, coveredName, fromDay, toDay }) => (
          <li key={absenceId}>
            {t('exchange.inbox.absence', {
              holder: holderName,
              cover: coveredName,
              from: showDate(fromDay, language),
              to: showDate(toDay, language),
            })}{' '}
            {isMine(holder) ? (
              <Button look="quiet" onPress={() => onAct({ act: 'end-absence', absenceId })}>
                {t('exchange.inbox.endAbsence')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <div className="inbox-delegate">
        <ColleagueChoice
          id="inbox-cover"
          label={t('exchange.inbox.cover')}
          colleagues={colleagues}
          value={draft.coveredBy}
          onChange={(coveredBy) => setDraft({ ...draft, coveredBy })}
        />
      </div>
      <div className="inbox-days">
        <TextField
          label={t('exchange.inbox.fromDay')}
          type="date"
          value={draft.fromDay}
          onChange={(fromDay) => setDraft({ ...draft, fromDay })}
        />
        <TextField label={t('exchange.inbox.toDay')} type="date" value={draft.toDay} onChange={(toDay) => setDraft({ ...draft, toDay })} />
      </div>
      <Button
        isDisabled={!isReady}
        onPress={() => {
          onAct({ act: 'absence', ...draft });
          setDraft(NO_ABSENCE);
        }}
      >
        {t('exchange.inbox.declare')}
      </Button>
    </details>
  );
}
