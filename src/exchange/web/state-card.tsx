import { useQuery } from '@tanstack/react-query';
import { Notice, showDate, showNumber, showTime, Tag, useLanguage, useText } from '#ui';
import type { ExchangeState } from '../contract.ts';
import { stateQuery } from './use-exchange.ts';

/** How far the exchange is, for who runs it: what waits, destinations that fail, what each system sent these days. */
export function StateCard() {
  const t = useText();
  const language = useLanguage();
  const { data } = useQuery(stateQuery);
  if (!data) return null;
  const { waiting, circuits, mails, senders, days } = data;
  return (
    <>
      <dl className="ui-card exchange-summary">
        {(['toRoute', 'toSend', 'toMend'] as const).map((part) => (
          <div key={part}>
            <dt className="ui-caption">{t(`exchange.state.waiting.${part}`)}</dt>
            <dd className="ui-figures">{showNumber(waiting[part], 0, language)}</dd>
          </div>
        ))}
        {waiting.oldestAt ? (
          <div>
            <dt className="ui-caption">{t('exchange.state.oldest')}</dt>
            <dd className="ui-figures">{`${showDate(waiting.oldestAt, language)} ${showTime(waiting.oldestAt)}`}</dd>
          </div>
        ) : null}
      </dl>
      {circuits.map(({ destination, reason, isLeftAlone }) => (
        <Notice key={destination}>
          {t(isLeftAlone ? 'exchange.state.leftAlone' : 'exchange.state.failing', { destination, reason: t(`exchange.reason.${reason}`) })}
        </Notice>
      ))}
      <div className="ui-card exchange-table">
        <table className="ui-table ui-table-cards">
          <caption className="exchange-caption">{t('exchange.state.senders')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('exchange.state.sender')}</th>
              {days.map((day) => (
                <th key={day} scope="col">
                  {showDate(day, language)}
                </th>
              ))}
              <th scope="col">{t('exchange.state.last')}</th>
            </tr>
          </thead>
          <tbody>
            {senders.map(({ name, lastAt, isSilent, days: own }) => (
              <tr key={name}>
                <th scope="row">
                  {name} {isSilent ? <Tag tone="notice">{t('exchange.state.silent')}</Tag> : null}
                </th>
                {days.map((day) => {
                  const found = own.find((one) => one.day === day);
                  return (
                    <td key={day} className="ui-figures" data-head={showDate(day, language)} data-none={found ? undefined : true}>
                      {found ? showNumber(found.deposits, 0, language) : '0'}
                      {found && found.refused > 0 ? (
                        <span className="ui-caption exchange-line">{t('exchange.state.refused', { count: found.refused })}</span>
                      ) : null}
                    </td>
                  );
                })}
                <td className="ui-figures" data-head={t('exchange.state.last')}>{`${showDate(lastAt, language)} ${showTime(lastAt)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Mails mails={mails} />
    </>
  );
}

/** Messages of each day, and what became of them. */
function Mails({ mails }: Pick<ExchangeState, 'mails'>) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="ui-card exchange-table">
      <table className="ui-table ui-table-cards">
        <caption className="exchange-caption">{t('exchange.mails')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('exchange.mails.became')}</th>
            {mails.map(({ day }) => (
              <th key={day} scope="col">
                {showDate(day, language)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(['sent', 'arrived', 'failed'] as const).map((part) => (
            <tr key={part}>
              <th scope="row">{t(`exchange.mails.${part}`)}</th>
              {mails.map((one) => (
                <td key={one.day} className="ui-figures" data-head={showDate(one.day, language)}>
                  {showNumber(one[part], 0, language)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
