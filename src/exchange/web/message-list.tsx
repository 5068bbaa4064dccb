import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Notice, showDate, showTime, Tag, TextField, useLanguage, useText } from '#ui';
import type { DeliveryState, MessageLine } from '../contract.ts';
import { messagesQuery, type MessagesAsked } from './use-exchange.ts';

const STATES: readonly DeliveryState[] = ['waiting', 'sent', 'delivered', 'read', 'held', 'dead', 'cancelled'];

/** The latest messages, by sender, state and day; each leads to its journey. Without their patients: operators read it too. */
export function MessageList({ onFollow }: { onFollow: (id: string) => void }) {
  const t = useText();
  const [asked, setAsked] = useState<MessagesAsked>({ sender: '', state: '', from: '', to: '' });
  const { data } = useQuery(messagesQuery(asked));
  const change = (part: keyof MessagesAsked) => (value: string) => setAsked({ ...asked, [part]: value });
  const names = new Map(data?.senders.map(({ finess, name }) => [finess, name]));
  return (
    <section className="ui-card exchange-card" aria-labelledby="exchange-messages">
      <h2 id="exchange-messages">{t('exchange.messages')}</h2>
      <div className="exchange-filters">
        <Choice
          id="exchange-sender"
          label={t('exchange.state.sender')}
          value={asked.sender}
          onChange={change('sender')}
          choices={(data?.senders ?? []).map(({ finess, name }) => ({ value: finess, label: name }))}
        />
        <Choice
          id="exchange-message-state"
          label={t('exchange.messages.state')}
          value={asked.state}
          onChange={change('state')}
          choices={STATES.map((state) => ({ value: state, label: t(`exchange.state.${state}`) }))}
        />
        <TextField label={t('exchange.messages.from')} type="date" value={asked.from} onChange={change('from')} />
        <TextField label={t('exchange.messages.to')} type="date" value={asked.to} onChange={change('to')} />
      </div>
      {data?.lines.length === 0 ? <Notice tone="quiet">{t('exchange.messages.none')}</Notice> : null}
      {data && data.lines.length > 0 ? <Lines lines={data.lines} names={names} onFollow={onFollow} /> : null}
    </section>
  );
}

interface ChoiceProps {
  id: string;
  label: string;
  value: string;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** One of a list, or all of them. */
function Choice({ id, label, value, choices, onChange }: ChoiceProps) {
  const t = useText();
  return (
    <p>
      <label className="ui-label" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="ui-input" value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t('exchange.messages.all')}</option>
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </p>
  );
}

function Lines({
  lines,
  names,
  onFollow,
}: { lines: readonly MessageLine[]; names: ReadonlyMap<string, string> } & { onFollow: (id: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const when = (at: string) => `${showDate(at, language)} ${showTime(at)}`;
  return (
    <div className="exchange-table">
      <table className="ui-table ui-table-cards" aria-labelledby="exchange-messages">
        <thead>
          <tr>
            <th scope="col">{t('exchange.document')}</th>
            <th scope="col">{t('exchange.state.sender')}</th>
            <th scope="col">{t('exchange.recipient')}</th>
            <th scope="col">{t('exchange.messages.made')}</th>
            <th scope="col">{t('exchange.messages.state')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ deliveryId, uniqueId, structure, action, role, recipientName, state, reason, createdAt, settledAt }) => (
            <tr key={deliveryId}>
              <th scope="row">
                <Button look="quiet" onPress={() => onFollow(deliveryId)}>
                  {uniqueId}
                </Button>
              </th>
              <td data-head={t('exchange.state.sender')}>{names.get(structure) ?? structure}</td>
              <td data-head={t('exchange.recipient')}>
                {action === 'recall' ? `${t('exchange.recall')} · ` : ''}
                {recipientName || t(`exchange.role.${role}`)}
              </td>
              <td className="ui-figures" data-head={t('exchange.messages.made')}>
                {when(createdAt)}
              </td>
              <td data-head={t('exchange.messages.state')}>
                <Tag tone={state === 'held' || state === 'dead' ? 'notice' : 'accent'}>{t(`exchange.state.${state}`)}</Tag>
                {reason ? <span className="ui-caption exchange-line">{t(`exchange.reason.${reason}`)}</span> : null}
                {settledAt ? <span className="ui-caption exchange-line ui-figures">{when(settledAt)}</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
