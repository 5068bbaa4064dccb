import { useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import {
  Button,
  dayOf,
  Dialog,
  instantAt,
  Notice,
  Segmented,
  showBirthDate,
  showDate,
  showPhone,
  showTime,
  Tag,
  TextField,
  useAnnounce,
  useLanguage,
  useText,
} from '#ui';
import type { Unacknowledged } from '../../inbox/contract.ts';
import { LineValues } from './line-values.tsx';
import { Steps } from './steps.tsx';
import { inboxQuery, unacknowledgedQuery, useInboxAct, useInboxNews } from './use-inbox.ts';
import './inbox.css';

/** What came for the biologist is told at once; beside that the page asks again by itself. */
const OWN_MS = 60_000;

/** What nobody acknowledged of the reports of a laboratory: whom it was addressed to, how far it was told, and the calls made. */
export function UnacknowledgedPage({
  Refused,
  onInbox,
}: {
  Refused: ComponentType<{ error: Error; onRetry: () => void }>;
  /** Opens what this biologist has to look at: a value that they had read in the record and that another laboratory corrected. */
  onInbox: () => void;
}) {
  const t = useText();
  const { data, error, refetch } = useQuery(unacknowledgedQuery);
  const { data: inbox } = useQuery({ ...inboxQuery, refetchInterval: OWN_MS });
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
      {inbox && inbox.lines.length > 0 ? (
        <Notice actions={<Button onPress={onInbox}>{t('exchange.inbox.title')}</Button>}>
          {t('exchange.unacknowledged.own', { count: inbox.lines.length })}
        </Notice>
      ) : null}
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
  const { patient, prescriber, cameAt, nextAt, severity, state, steps, sampledAt, laboratory } = line;
  return (
    <li className="ui-card inbox-decision">
      <h2>
        {patient.name} <Tag tone="notice">{t(`exchange.unacknowledged.${severity === 'critical' ? 'critical' : 'unread'}`)}</Tag>
        {state === 'call-back' ? <Tag>{t('exchange.inbox.state.call-back')}</Tag> : null}
      </h2>
      <p>
        <Whom patient={patient} /> · {showDate(sampledAt, language)}, {showTime(sampledAt)} · {laboratory}
      </p>
      <div className="inbox-values">
        <LineValues line={line} most={6} />
      </div>
      <p>
        {t('exchange.unacknowledged.to', { prescriber, at: `${showDate(cameAt, language)} ${showTime(cameAt)}` })}
        {nextAt ? ` · ${t('exchange.inbox.nextAt', { at: showTime(nextAt) })}` : ''}
      </p>
      <Phones line={line} />
      <Steps steps={steps} />
      <p>
        <Button look="primary" aria-label={t('exchange.unacknowledged.callOne', { name: patient.name })} onPress={onCall}>
          {t('exchange.unacknowledged.call')}
        </Button>
      </p>
    </li>
  );
}

/** Where whoever has to answer can be called, as the directory has it. */
function Phones({ line: { prescriber, phones } }: { line: Unacknowledged }) {
  const t = useText();
  if (phones.length === 0) return <p className="ui-caption">{t('exchange.unacknowledged.noPhone', { prescriber })}</p>;
  return (
    <ul className="inbox-phones">
      {phones.map(({ place, phone }) => (
        <li key={`${place} ${phone}`}>
          {place} : <a href={`tel:${phone.replaceAll(/[^+\d]/g, '')}`}>{showPhone(phone)}</a>
        </li>
      ))}
    </ul>
  );
}

/** Names alone are not enough to say of whom one speaks on the telephone. */
const Whom = ({ patient: { sex, birthDate } }: Pick<Unacknowledged, 'patient'>) => (
  <span className="ui-caption">
    {sex} · {showBirthDate(birthDate)}
  </span>
);

/** When a call noted now was made: at this time of today, of yesterday when it is still to come. */
function calledAt(time: string, now: Date): string {
  const today = instantAt(dayOf(now), time);
  return (today > now ? instantAt(dayOf(now.getTime() - 86_400_000), time) : today).toISOString();
}

/** A call made: to whom, and whether the value was read back. */
function CallDialog({ line, onClose }: { line: Unacknowledged; onClose: () => void }) {
  const t = useText();
  const announce = useAnnounce();
  const { mutate, isPending, error } = useInboxAct();
  const [to, setTo] = useState(line.prescriber);
  const [time, setTime] = useState(() => showTime(new Date()));
  const [isReadBack, setIsReadBack] = useState<'yes' | 'no'>('no');
  const keep = () =>
    mutate(
      { act: 'call', lineId: line.lineId, to: to.trim(), calledAt: calledAt(time, new Date()), isReadBack: isReadBack === 'yes' },
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
          <Button look="primary" isDisabled={to.trim().length < 2 || time === '' || isPending} onPress={keep}>
            {t('exchange.unacknowledged.keep')}
          </Button>
        </>
      }
    >
      <p>
        <Whom patient={line.patient} />
      </p>
      <div className="inbox-values">
        <LineValues line={line} most={6} />
      </div>
      <Phones line={line} />
      {error ? <Notice isAlert>{t('exchange.inbox.failed')}</Notice> : null}
      <TextField label={t('exchange.unacknowledged.whom')} value={to} onChange={setTo} isRequired takesFocus />
      <TextField label={t('exchange.unacknowledged.when')} type="time" value={time} onChange={setTime} isRequired />
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
