import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { Button, Dialog, Notice, Segmented, showDate, showTime, Tag, TextField, useAnnounce, useLanguage, useText } from '#ui';
import type { Unacknowledged } from '../../inbox/contract.ts';
import { Steps } from './decision.tsx';
import { LineValues } from './line-values.tsx';
import { unacknowledgedQuery, useInboxAct, useInboxNews } from './use-inbox.ts';
import './inbox.css';

/** What nobody acknowledged of the reports of a laboratory: whom it was addressed to, how far it was told, and the calls made. */
export function UnacknowledgedPage({ Refused }: { Refused: ComponentType<{ error: Error; onRetry: () => void }> }) {
  const t = useText();
  const { data, error, refetch } = useQuery(unacknowledgedQuery);
  useInboxNews('unacknowledged');
  const [called, setCalled] = useState<Unacknowledged>();
  useEffect(() => {
    document.title = `${t('exchange.unacknowledged.title')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  return (
    <section className="app-page inbox-page" aria-labelledby="unacknowledged-title">
      <header className="app-page-head">
        <h1 id="unacknowledged-title">{t('exchange.unacknowledged.title')}</h1>
        <p className="app-page-note">{t('exchange.unacknowledged.note')}</p>
      </header>
      {data?.length === 0 ? <Notice tone="quiet">{t('exchange.unacknowledged.none')}</Notice> : null}
      <ul className="inbox-cards">
        {data?.map((line) => (
          <Waiting key={line.lineId} line={line} onCall={() => setCalled(line)} />
        ))}
      </ul>
      {called ? <CallDialog line={called} onClose={() => setCalled(undefined)} /> : null}
    </section>
  );
}

function Waiting({ line, onCall }: { line: Unacknowledged; onCall: () => void }) {
  const t = useText();
  const language = useLanguage();
  const { patient, prescriber, cameAt, nextAt, severity, steps } = line;
  return (
    <li className="ui-card inbox-decision">
      <h2>
        {patient.name} <Tag tone="notice">{t(`exchange.unacknowledged.${severity === 'critical' ? 'critical' : 'unread'}`)}</Tag>
      </h2>
      <div className="inbox-values">
        <LineValues line={line} most={6} />
      </div>
      <p>
        {t('exchange.unacknowledged.to', { prescriber, at: `${showDate(cameAt, language)} ${showTime(cameAt)}` })}
        {nextAt ? ` · ${t('exchange.inbox.next', { at: showTime(nextAt) })}` : ''}
      </p>
      <Steps steps={steps} />
      <p>
        <Button look="primary" aria-label={t('exchange.unacknowledged.callOne', { name: patient.name })} onPress={onCall}>
          {t('exchange.unacknowledged.call')}
        </Button>
      </p>
    </li>
  );
}

/** A call made: to whom, and whether the value was read back. */
function CallDialog({ line, onClose }: { line: Unacknowledged; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending } = useInboxAct();
  const [to, setTo] = useState(line.prescriber);
  const [isReadBack, setIsReadBack] = useState<'yes' | 'no'>('no');
  const keep = () =>
    mutate(
      { act: 'call', lineId: line.lineId, to: to.trim(), calledAt: new Date().toISOString(), isReadBack: isReadBack === 'yes' },
      {
        onSuccess: () => {
          announce(t('exchange.unacknowledged.kept'));
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={t('exchange.unacknowledged.callOne', { name: line.patient.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('exchange.rules.cancel')}</Button>
          <Button look="primary" isDisabled={to.trim().length < 2 || isPending} onPress={keep}>
            {t('exchange.unacknowledged.keep')}
          </Button>
        </>
      }
    >
      <div className="inbox-values">
        <LineValues line={line} most={6} />
      </div>
      <TextField label={t('exchange.unacknowledged.whom')} value={to} onChange={setTo} isRequired takesFocus />
      <p className="ui-label">{t('exchange.unacknowledged.readBack')}</p>
      <Segmented<'yes' | 'no'>
        label={t('exchange.unacknowledged.readBack')}
        value={isReadBack}
        onChange={setIsReadBack}
        choices={[
          { value: 'no', label: t('exchange.rules.no') },
          { value: 'yes', label: t('exchange.rules.yes') },
        ]}
      />
      <p className="ui-caption">{t('exchange.unacknowledged.help')}</p>
    </Dialog>
  );
}
