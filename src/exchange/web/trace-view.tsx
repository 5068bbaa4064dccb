import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, Button, KeyHints, Notice, showBirthDate, showNumber, useLanguage, useShortcuts, useText } from '#ui';
import type { RoutingPreview, Trace, TracedReaders } from '../contract.ts';
import { RecallAction } from './recall-action.tsx';
import { Answers } from './trace-answers.tsx';
import { BytesBeside, RECEIVED } from './trace-bytes.tsx';
import { Destination } from './trace-destination.tsx';
import { ProofActions } from './trace-proof.tsx';
import { Arrival, preciseTime, Step } from './trace-steps.tsx';
import { useReplay } from './use-exchange.ts';
import { VerdictList } from './verdict-list.tsx';

/** One document on its way: what the record did, the rules that applied, each destination with every step, and what was sent byte for byte. */
export function TraceView({ trace, mayRecall }: { trace: Trace; mayRecall: boolean }) {
  const t = useText();
  const { documentId, patient, deliveries, rules, notedAt, isRecalled, recalledAt, routedAt, fault } = trace;
  const mayRead = patient !== undefined;
  const withBytes = mayRead ? deliveries.filter(({ messages }) => messages.length > 0) : [];
  const [chosen, setChosen] = useState<string>();
  const { mutate: replay, isPending: isReplaying } = useReplay();
  const wrong = deliveries.filter(({ state }) => state === 'held' || state === 'dead').map(({ deliveryId }) => deliveryId);
  const page = useRef<HTMLDivElement>(null);
  const hasBytes = mayRead && (trace.arrival !== undefined || withBytes.length > 0);
  const first = withBytes[0]?.deliveryId ?? RECEIVED;
  useShortcuts({
    o: () => hasBytes && setChosen((before) => (before === undefined ? first : undefined)),
    r: () => wrong.length > 0 && !isReplaying && replay({ deliveryIds: wrong }),
    j: () => moveAmongSteps(page.current, 1),
    k: () => moveAmongSteps(page.current, -1),
  });
  return (
    <>
      <Summary trace={trace} />
      <ProofActions trace={trace} mayRead={mayRead} />
      {isRecalled ? <Notice isAlert>{t('exchange.wasRecalled')}</Notice> : null}
      <div className="exchange-columns" ref={page}>
        <div className="exchange-column">
          <section className="ui-card exchange-card" aria-labelledby="exchange-journey">
            <h2 id="exchange-journey">{t('exchange.journey')}</h2>
            <ol className="exchange-steps">
              {trace.arrival ? <Arrival arrival={trace.arrival} /> : null}
              <Step at={notedAt} words={t('exchange.step.noted')} />
              {routedAt ? <Step at={routedAt} words={t('exchange.step.rules')} detail={rules.map(({ rule }) => rule).join(', ')} /> : null}
              {recalledAt ? <Step at={recalledAt} words={t('exchange.step.recalled')} /> : null}
            </ol>
            {fault ? <Notice>{t('exchange.fault', { fault })}</Notice> : null}
            {mayRead && trace.arrival ? (
              <div>
                <Button onPress={() => setChosen(first)}>{t('exchange.bytesReceived')}</Button>
              </div>
            ) : null}
          </section>
          {trace.answers ? <Answers answers={trace.answers} /> : null}
          <section className="ui-card exchange-card" aria-labelledby="exchange-why">
            <h2 id="exchange-why">{t('exchange.why')}</h2>
            <ul className="exchange-rules">
              {rules.map(({ rule, words }) => (
                <li key={rule}>
                  <strong>{rule}</strong> {words}
                </li>
              ))}
            </ul>
            {isRecalled ? null : <DryRun documentId={documentId} />}
            {mayRecall && !isRecalled ? (
              <div>
                <RecallAction documentId={documentId} />
              </div>
            ) : null}
          </section>
        </div>
        <div className="exchange-column">
          <section className="ui-card exchange-card" aria-labelledby="exchange-destinations">
            <h2 id="exchange-destinations">{t('exchange.destinations')}</h2>
            <p className="ui-caption">{t('exchange.progress')}</p>
            {deliveries.length === 0 ? <Notice tone="quiet">{t('exchange.noDestination')}</Notice> : null}
            {deliveries.map((delivery) => (
              <Destination
                key={delivery.deliveryId}
                delivery={delivery}
                onBytes={withBytes.includes(delivery) ? () => setChosen(delivery.deliveryId) : undefined}
                onReplay={() => replay({ deliveryIds: [delivery.deliveryId] })}
                isReplaying={isReplaying}
              />
            ))}
            {trace.readers ? <Readers readers={trace.readers} /> : null}
          </section>
        </div>
      </div>
      {chosen !== undefined && hasBytes ? <BytesBeside trace={trace} deliveries={withBytes} chosen={chosen} onChoose={setChosen} /> : null}
      <KeyHints
        label={t('exchange.keys')}
        hints={[
          { keys: ['J', 'K'], does: t('exchange.keys.steps') },
          ...(hasBytes ? [{ keys: ['O'], does: t('exchange.keys.bytes') }] : []),
          ...(wrong.length > 0 ? [{ keys: ['R'], does: t('exchange.keys.replay') }] : []),
          { keys: ['E'], does: t('exchange.keys.export') },
        ]}
      />
    </>
  );
}

/** The step after or before the one in hand takes the focus; those of a closed destination are passed over. */
function moveAmongSteps(page: HTMLElement | null, by: 1 | -1): void {
  const steps = [...(page?.querySelectorAll<HTMLElement>('[data-step]') ?? [])].filter((step) => step.offsetParent !== null);
  const at = steps.indexOf(document.activeElement as HTMLElement);
  steps[Math.min(steps.length - 1, Math.max(0, at + by))]?.focus();
}

/** What it is, whose, how long it took, and what is left to do. */
function Summary({ trace: { uniqueId, documentId, structure, patient, deliveries, arrival, readers, notedAt } }: { trace: Trace }) {
  const t = useText();
  const language = useLanguage();
  const sent = deliveries.filter(({ action }) => action === 'send');
  // A shared record that took it keeps it: nobody notifies that it arrived.
  const arrived = sent.filter(
    ({ state, role }) => state === 'delivered' || state === 'read' || (state === 'sent' && role === 'shared'),
  ).length;
  const reads = [
    ...(readers?.named ?? []).map(({ at }) => at),
    ...deliveries.flatMap(({ steps }) => steps.filter(({ step }) => step === 'read').map(({ at }) => at)),
  ].toSorted();
  const since = (at: string) => (arrival ? lasted(Date.parse(at) - Date.parse(arrival.at), language) : undefined);
  const wrong = deliveries.filter(({ state }) => state === 'held' || state === 'dead').length;
  const next = deliveries.flatMap(({ nextAt, reason }) => (nextAt && reason ? nextAt : [])).toSorted()[0];
  return (
    <dl className="ui-card exchange-summary">
      <Fact label={t('exchange.document')} value={uniqueId ?? documentId} />
      <Fact label={t('exchange.laboratory')} value={structure?.name ?? ''} />
      {patient ? <Fact label={t('exchange.patient')} value={`${patient.name} · ${showBirthDate(patient.birthDate)}`} /> : null}
      {arrival ? <Fact label={t('exchange.toRecord')} value={since(notedAt)!} /> : null}
      {arrival && reads[0] ? <Fact label={t('exchange.toReading')} value={since(reads[0])!} /> : null}
      <Fact label={t('exchange.destinations')} value={t('exchange.arrived', { arrived, count: sent.length })} />
      {wrong > 0 ? <Fact label={t('exchange.left')} value={t('exchange.leftToMend', { count: wrong })} /> : null}
      {wrong === 0 && next ? <Fact label={t('exchange.left')} value={t('exchange.nextTry', { at: preciseTime(next, language) })} /> : null}
    </dl>
  );
}

/** `66 ms`, `13 min 18 s`, `2 h 5 min`. */
function lasted(ms: number, language: 'fr' | 'en'): string {
  if (ms < 1_000) return `${showNumber(Math.max(0, ms), 0, language)}\u00a0ms`;
  const seconds = Math.round(ms / 1_000);
  const [h, min, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}\u00a0h ${min}\u00a0min`;
  return min > 0 ? `${min}\u00a0min ${s}\u00a0s` : `${s}\u00a0s`;
}

/** What the rules in force now would do with it: nothing is sent. */
function DryRun({ documentId }: { documentId: string }) {
  const t = useText();
  const [isAsked, setAsked] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['exchange', 'preview', documentId],
    queryFn: ({ signal }) => api<RoutingPreview>(`/api/exchange/preview?id=${encodeURIComponent(documentId)}`, { signal }),
    enabled: isAsked,
    retry: false,
  });
  return (
    <>
      <div>
        <Button isDisabled={isAsked} onPress={() => setAsked(true)}>
          {t('exchange.dryRun')}
        </Button>
      </div>
      {error ? <Notice isAlert>{t('exchange.dryRunFailed')}</Notice> : null}
      {data ? (
        <>
          <VerdictList verdicts={data.verdicts} />
          <p className="ui-caption">{t('exchange.preview.rules', { version: data.rulesVersion })}</p>
        </>
      ) : null}
    </>
  );
}

/** Who read it in the record. */
function Readers({ readers: { named, others } }: { readers: TracedReaders }) {
  const t = useText();
  return (
    <article className="exchange-destination">
      <header>
        <h3>{t('exchange.readers')}</h3>
      </header>
      {named.length + others === 0 ? <p>{t('exchange.noReader')}</p> : null}
      <ol className="exchange-steps">
        {named.map(({ name, at }) => (
          <Step key={`${name} ${at}`} at={at} words={name} />
        ))}
      </ol>
      {others > 0 ? <p className="ui-caption">{t('exchange.otherReaders', { others })}</p> : null}
    </article>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="ui-caption">{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
