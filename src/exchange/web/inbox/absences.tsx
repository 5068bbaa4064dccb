import { useState } from 'react';
import { Button, showDate, TextField, useLanguage, useText } from '#ui';
import type { Inbox } from '../../inbox/contract.ts';
import type { InboxAct } from './use-inbox.ts';

/** Who covers me and whom I cover, from one day to another. */
export function Absences({ inbox: { absences, colleagues }, onAct }: { inbox: Inbox; onAct: (act: InboxAct) => void }) {
  const t = useText();
  const language = useLanguage();
  const [draft, setDraft] = useState({ coveredBy: '', fromDay: '', toDay: '' });
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isReady = draft.coveredBy !== '' && isDay(draft.fromDay) && isDay(draft.toDay) && draft.fromDay <= draft.toDay;
  if (colleagues.length === 0 && absences.length === 0) return null;
  return (
    <details className="ui-card inbox-absences">
      <summary>{t('exchange.inbox.absences', { count: absences.length })}</summary>
      <ul>
        {absences.map(({ absenceId, holderName, coveredName, fromDay, toDay }) => (
          <li key={absenceId}>
            {t('exchange.inbox.absence', {
              holder: holderName,
              cover: coveredName,
              from: showDate(fromDay, language),
              to: showDate(toDay, language),
            })}{' '}
            <Button look="quiet" onPress={() => onAct({ act: 'end-absence', absenceId })}>
              {t('exchange.inbox.endAbsence')}
            </Button>
          </li>
        ))}
      </ul>
      <label className="ui-label" htmlFor="inbox-cover">
        {t('exchange.inbox.cover')}
      </label>
      <select
        id="inbox-cover"
        className="ui-input"
        value={draft.coveredBy}
        onChange={(event) => setDraft({ ...draft, coveredBy: event.target.value })}
      >
        <option value="">{t('exchange.inbox.choose')}</option>
        {colleagues.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <TextField
        label={t('exchange.inbox.fromDay')}
        help={t('exchange.inbox.dayHelp')}
        value={draft.fromDay}
        onChange={(fromDay) => setDraft({ ...draft, fromDay })}
      />
      <TextField
        label={t('exchange.inbox.toDay')}
        help={t('exchange.inbox.dayHelp')}
        value={draft.toDay}
        onChange={(toDay) => setDraft({ ...draft, toDay })}
      />
      <Button isDisabled={!isReady} onPress={() => onAct({ act: 'absence', ...draft })}>
        {t('exchange.inbox.declare')}
      </Button>
    </details>
  );
}
