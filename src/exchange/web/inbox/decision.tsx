import { type ComponentType, type ReactNode, useState } from 'react';
import { ageOn, Button, showBirthDate, showDate, showTime, useLanguage, useText, useToday } from '#ui';
import type { Inbox, InboxLine } from '../../inbox/contract.ts';
import { ColleagueChoice } from './colleague-choice.tsx';
import { LineValues } from './line-values.tsx';
import { Steps } from './steps.tsx';
import type { InboxAct } from './use-inbox.ts';

/** Opens the record of a patient, or one of its documents. */
export type OnOpen = (patientId: string, documentId?: string) => void;

interface DecisionProps {
  line: InboxLine;
  isTold: boolean;
  /** Somebody else answers for it: it is only looked at. */
  isMine: boolean;
  colleagues: Inbox['colleagues'];
  onSay: (act: 'seen' | 'call-back') => void;
  onAct: (act: InboxAct) => void;
  onOpen: OnOpen;
  onWrite?: ((line: InboxLine) => void) | undefined;
  Values?: ComponentType<{ line: InboxLine; children: ReactNode }> | undefined;
}

/** One result received: what it says, what was done, and what I do of it. */
export function Decision({ line, isTold, isMine, colleagues, onSay, onAct, onOpen, onWrite, Values }: DecisionProps) {
  const t = useText();
  const language = useLanguage();
  const today = useToday();
  const [to, setTo] = useState('');
  const { patient, laboratory, sampledAt, severity, ladder = [], state, steps, awaited } = line;
  const { years } = ageOn(patient.birthDate, today) ?? {};
  const isCritical = severity === 'critical';
  const isCorrected = severity === 'corrected' || line.values.some(({ former }) => former !== undefined);
  const values = (
    <div className="inbox-values">
      <LineValues line={line} most={12} />
    </div>
  );
  return (
    <section className="ui-card inbox-decision" aria-labelledby="inbox-decision">
      <h2 id="inbox-decision">{patient.name}</h2>
      <p className="ui-caption">
        {[
          patient.sex,
          years === undefined ? undefined : t('exchange.inbox.age', { years }),
          showBirthDate(patient.birthDate),
          patient.isQualified ? t('exchange.inbox.qualified') : undefined,
        ]
          .filter((said) => said !== undefined)
          .join(' · ')}
        {patient.allergies?.length ? (
          <strong className="inbox-allergies"> · {t('exchange.inbox.allergies', { words: patient.allergies.join(', ') })}</strong>
        ) : null}
      </p>
      <p>
        <strong>
          {showDate(sampledAt, language)}, {showTime(sampledAt)}
        </strong>{' '}
        · {laboratory}
      </p>
      {Values ? <Values line={line}>{values}</Values> : values}
      {ladder.length > 0 ? (
        <div className="inbox-next">
          {t('exchange.inbox.next')}
          <ol className="inbox-ladder">
            {ladder.map(({ at, to: whom }) => (
              <li key={at}>
                <time dateTime={at}>
                  {showDate(at, language)} {showTime(at)}
                </time>{' '}
                {t(`exchange.inbox.told.${whom}`)}
              </li>
            ))}
          </ol>
        </div>
      ) : null}
      {isCorrected ? <p className="inbox-next">{t('exchange.inbox.correctedWords')}</p> : null}
      {awaited ? (
        <p className="inbox-awaited">
          {t('exchange.inbox.awaitedWords', { words: awaited.words.join(', ') })}{' '}
          <Button look="quiet" onPress={() => onOpen(line.patientId, awaited.letterId)}>
            {t('exchange.inbox.readLetter')}
          </Button>
        </p>
      ) : null}
      {isMine ? (
        <>
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
          {isCritical || ladder.length > 0 ? (
            <p className="ui-caption">{t(`exchange.inbox.callBack.${isCritical ? 'critical' : 'other'}`)}</p>
          ) : null}
          {colleagues.length > 0 ? (
            <div className="inbox-delegate">
              <ColleagueChoice
                id="inbox-colleague"
                label={t('exchange.inbox.delegateTo')}
                colleagues={colleagues}
                value={to}
                onChange={setTo}
              />
              <Button isDisabled={to === ''} onPress={() => onAct({ act: 'delegate', lineId: line.lineId, to })}>
                {t('exchange.inbox.act.delegate')}
              </Button>
            </div>
          ) : null}
        </>
      ) : (
        <p>{t('exchange.inbox.notMine', { name: line.holderName })}</p>
      )}
      {isTold && isMine ? <p className="ui-caption">{t('exchange.inbox.told', { laboratory })}</p> : null}
      <Steps steps={steps} />
    </section>
  );
}
