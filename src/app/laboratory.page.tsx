import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { PreviewCard } from '#exchange/web';
import { ApiError, Button, Notice, showDate, showTime, useLanguage, useText } from '#ui';
import { deposit, depositFresh, type Receipt } from './deposit.ts';
import { usePerson, useSession } from './session.tsx';
import './laboratory.css';

/** A laboratory's system seen by a person: deposit a report by the real door, and read its receipt. */
export function LaboratoryPage() {
  const t = useText();
  const person = usePerson();
  const { mode } = useSession();
  const send = useMutation({ mutationFn: (file: File | 'fresh') => (file === 'fresh' ? depositFresh() : deposit(file)) });
  useEffect(() => {
    document.title = `${t('app.lab.title')} — Cigogne`;
  }, [t]);
  return (
    <section className="app-page app-lab" aria-labelledby="lab-title">
      <header className="app-page-head">
        <h1 id="lab-title">{t('app.lab.title')}</h1>
        <p className="app-page-note">{person.organisation?.name}</p>
      </header>
      <div className="ui-card app-lab-card">
        <h2>{t('app.lab.file')}</h2>
        <p>{t('app.lab.fileText')}</p>
        <div className="app-plain-actions">
          {mode === 'demo' ? (
            <Button look="primary" size="large" isDisabled={send.isPending} onPress={() => send.mutate('fresh')}>
              {t('app.lab.fresh')}
            </Button>
          ) : null}
          <FileTrigger
            acceptedFileTypes={['.xml', 'application/xml', 'text/xml']}
            onSelect={(files) => {
              const file = files?.[0];
              if (file) send.mutate(file);
            }}
          >
            <Button size="large" isDisabled={send.isPending}>
              {t('app.lab.choose')}
            </Button>
          </FileTrigger>
        </div>
        <div aria-live="polite">
          {send.isPending ? <p>{t('app.lab.sending')}</p> : null}
          {send.data ? <ReceiptCard receipt={send.data} /> : null}
          {send.error ? <RefusedDeposit error={send.error} /> : null}
        </div>
      </div>
      <PreviewCard />
      {mode === 'demo' ? (
        <div className="ui-card app-lab-card">
          <h2>{t('app.lab.terminal')}</h2>
          <p>{t('app.lab.terminalText')}</p>
          <pre className="app-lab-command">./cigogne demo --fresh --to {window.location.origin}</pre>
        </div>
      ) : null}
    </section>
  );
}

function ReceiptCard({ receipt }: { receipt: Receipt }) {
  const t = useText();
  const language = useLanguage();
  const facts = [
    [t('app.lab.receipt.state'), t('app.lab.state', { state: receipt.state })],
    [t('app.lab.receipt.received'), `${showDate(receipt.receivedAt, language)}, ${showTime(receipt.receivedAt)}`],
    [t('app.lab.receipt.document'), receipt.uniqueId ?? '—'],
    [t('app.lab.receipt.deposit'), receipt.depositId],
  ] as const;
  return (
    <Notice tone="quiet" title={t('app.lab.receipt')}>
      <dl className="app-lab-receipt">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Notice>
  );
}

function RefusedDeposit({ error }: { error: Error }) {
  const t = useText();
  const body = error instanceof ApiError ? error.body : undefined;
  return (
    <Notice isAlert title={t('app.lab.refused')}>
      <p>{body ? `${body.code} · ${body.message}` : t('app.lab.noAnswer')}</p>
      {body?.at ? <p>{t('app.lab.refusedAt', { place: body.at })}</p> : null}
      {body ? <p>{body.remedy}</p> : null}
    </Notice>
  );
}
