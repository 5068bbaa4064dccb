import { type ComponentType, type ReactNode, useState } from 'react';
import { Button, showBirthDate, showDate, showTime, useLanguage, useText } from '#ui';
import type { Inbox, InboxLine } from '../../inbox/contract.ts';
import { LineValues } from './line-values.tsx';
import type { InboxAct } from './use-inbox.ts';

/** Opens the record of a patient, or one of its documents. */
export type OnOpen = (patientId: string, documentId?: string) => void;

interface DecisionProps {
  line: InboxLine;
  isTold: boolean;
  colleagues: Inbox['colleagues'];
  onSay: (act: 'seen' | 'call-back') => void;
  onAct: (act: InboxAct) => void;
  onOpen: OnOpen;
  onWrite?: ((line: InboxLine) => void) | undefined;
  Values?: ComponentType<{ line: InboxLine; children: ReactNode }> | undefined;
}

/** One result received: what it says, what was done, and what I do of it. */
export function Decision({ line, isTold, colleagues, onSay, onAct, onOpen, onWrite, Values }: DecisionProps) {
  const t = useText();
  const language = useLanguage();
  const [to, setTo] = useState('');
  const { patient, laboratory, sampledAt, severity, nextAt, state, steps, awaited } = line;
  const isCritical = severity === 'critical';
  const values = (
    <div className="inbox-values">
      <LineValues line={line} most={12} />
    </div>
  );
  return (
    <section className="ui-card inbox-decision" aria-labelledby="inbox-decision">
      <h2 id="inbox-decision">{patient.name}</h2>
      <p className="ui-caption">
        {patient.sex} · {showBirthDate(patient.birthDate)}
      </p>
      <p>
        <strong>
          {showDate(sampledAt, language)}, {showTime(sampledAt)}
        </strong>{' '}
        · {laboratory}
      </p>
      {Values ? <Values line={line}>{values}</Values> : values}
      {nextAt ? (
        <p className="inbox-next">{t('exchange.inbox.next', { at: `${showDate(nextAt, language)} ${showTime(nextAt)}` })}</p>
      ) : null}
      {severity === 'corrected' ? <p className="inbox-next">{t('exchange.inbox.correctedWords')}</p> : null}
      {awaited ? (
        <p className="inbox-awaited">
          {t('exchange.inbox.awaitedWords', { words: awaited.words.join(', ') })}{' '}
          <Button look="quiet" onPress={() => onOpen(line.patientId, awaited.letterId)}>
            {t('exchange.inbox.readLetter')}
          </Button>
        </p>
      ) : null}
      <h3>{t('exchange.inbox.decision')}</h3>
      <div className="app-plain-actions">
        <Button look="primary" hint="Espace" onPress={() => onSay('seen')}>
          {t(isCritical ? 'exchange.inbox.acknowledge' : 'exchange.inbox.act.seen')}
        </Button>
        {state === 'call-back' ? null : (
          <Button hint="R" onPress={() => onSay('call-back')}>
            {t('exchange.inbox.act.call-back')}
          </Button>
        )}
        {onWrite ? (
          <Button hint="M" onPress={() => onWrite(line)}>
            {t('exchange.inbox.write', { sex: patient.sex })}
          </Button>
        ) : null}
        <Button hint="O" onPress={() => onOpen(line.patientId)}>
          {t('exchange.inbox.open')}
        </Button>
      </div>
      {colleagues.length > 0 ? (
        <div className="inbox-delegate">
          <label className="ui-label" htmlFor="inbox-colleague">
            {t('exchange.inbox.delegateTo')}
          </label>
          <select id="inbox-colleague" className="ui-input" value={to} onChange={(event) => setTo(event.target.value)}>
            <option value="">{t('exchange.inbox.choose')}</option>
            {colleagues.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          <Button isDisabled={to === ''} onPress={() => onAct({ act: 'delegate', lineId: line.lineId, to })}>
            {t('exchange.inbox.act.delegate')}
          </Button>
        </div>
      ) : null}
      {isTold ? <p className="ui-caption">{t('exchange.inbox.told', { laboratory })}</p> : null}
      <Steps steps={steps} />
    </section>
  );
}

/** What was done about a line, oldest first. */
export function Steps({ steps }: Pick<InboxLine, 'steps'>) {
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
            ? t('exchange.inbox.step.escalated', {
                other: t(`exchange.inbox.told.${/^(practice|regulation|laboratory)$/.test(other ?? '') ? other : 'other'}`),
              })
            : t(`exchange.inbox.step.${kind}`, { by, other: other ?? '' })}
          {words === 'read-back' || words === 'not-read-back' ? ` · ${t(`exchange.inbox.${words}`)}` : words ? ` · ${words}` : ''}
        </li>
      ))}
    </ol>
  );
}
