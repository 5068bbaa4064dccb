import { useState } from 'react';
import { Button, dayOf, Notice, showDate, TextField, useLanguage, useText, useToday } from '#ui';
import type { MailDelegate, MailList } from '../contract.ts';
import { useMailAct } from './use-mail.ts';

const NOBODY = { to: '', may: 'read' as 'read' | 'send', fromDay: '', untilDay: '' };

/** Who else reads or writes in a mailbox, from which day to which. */
export function Delegates({ list: { delegates, colleagues }, box }: { list: MailList; box: string }) {
  const t = useText();
  const today = useToday();
  const { mutateAsync, isPending, isError } = useMailAct();
  const [draft, setDraft] = useState(NOBODY);
  const { to, may, fromDay, untilDay } = draft;
  const isReady = to !== '' && (untilDay === '' || untilDay >= (fromDay === '' ? today : fromDay));
  const give = async () => {
    await mutateAsync({ act: 'give', box, to, may, ...(fromDay !== '' && { fromDay }), ...(untilDay !== '' && { untilDay }) });
    setDraft(NOBODY);
  };
  const nameOf = ({ id, name }: { id: string; name: string }) => (id === 'secretary' ? t('mail.secretaries') : name);
  return (
    <section aria-labelledby="mail-delegates">
      <h3 id="mail-delegates">{t('mail.delegates', { box })}</h3>
      <ul className="mail-rows">
        {delegates.map((one) => (
          <li key={one.delegate}>
            {nameOf({ id: one.delegate, name: one.name })} · {t(one.maySend ? 'mail.may.send' : 'mail.may.read')} <Dates delegate={one} />
            <Button
              look="quiet"
              isDisabled={isPending}
              onPress={() => void mutateAsync({ act: 'give', box, to: one.delegate, may: 'nothing' }).catch(() => {})}
            >
              {t('mail.takeBack')}
            </Button>
          </li>
        ))}
      </ul>
      <div className="mail-row">
        <label className="ui-field">
          <span className="ui-label">{t('mail.colleague')}</span>
          <select className="ui-input" value={to} onChange={({ target }) => setDraft({ ...draft, to: target.value })}>
            <option value="">{t('mail.chooseColleague')}</option>
            {colleagues.map((one) => (
              <option key={one.id} value={one.id}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        </label>
        <label className="ui-field">
          <span className="ui-label">{t('mail.may')}</span>
          <select
            className="ui-input"
            value={may}
            onChange={({ target }) => setDraft({ ...draft, may: target.value === 'send' ? 'send' : 'read' })}
          >
            <option value="read">{t('mail.may.read')}</option>
            <option value="send">{t('mail.may.send')}</option>
          </select>
        </label>
        <TextField type="date" label={t('mail.from')} value={fromDay} onChange={(day) => setDraft({ ...draft, fromDay: day })} />
        <TextField
          type="date"
          label={t('mail.until')}
          help={t('mail.untilHelp')}
          value={untilDay}
          onChange={(day) => setDraft({ ...draft, untilDay: day })}
        />
        <Button isDisabled={!isReady || isPending} onPress={() => void give().catch(() => {})}>
          {t('mail.give')}
        </Button>
      </div>
      {isError ? <Notice isAlert>{t('mail.notKept')}</Notice> : null}
    </section>
  );
}

/** From which day and until which, both included. */
function Dates({ delegate: { fromAt, untilAt } }: { delegate: MailDelegate }) {
  const t = useText();
  const language = useLanguage();
  const words = [
    ...(fromAt === undefined ? [] : [t('mail.givenFrom', { from: showDate(dayOf(fromAt), language) })]),
    ...(untilAt === undefined ? [] : [t('mail.givenUntil', { until: showDate(dayOf(Date.parse(untilAt) - 1), language) })]),
  ];
  return words.length === 0 ? null : <span className="ui-caption">{words.join(' ')} </span>;
}
