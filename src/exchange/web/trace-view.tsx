import { Notice, showBirthDate, showDate, showNumber, Tag, useLanguage, useText } from '#ui';
import { RecallAction } from './recall-action.tsx';
import type { Trace, TracedArrival, TracedDelivery, TracedReaders, TraceStep } from '../contract.ts';

/** One document on its way: what the record did, the rules that applied, and each destination with every step. */
export function TraceView({ trace, mayRecall }: { trace: Trace; mayRecall: boolean }) {
  const t = useText();
  const { uniqueId, documentId, structure, patient, deliveries, rules, notedAt, isRecalled, recalledAt, routedAt, fault } = trace;
  const arrived = deliveries.filter(({ state }) => state === 'delivered' || state === 'read').length;
  return (
    <>
      <dl className="ui-card exchange-summary">
        <Fact label={t('exchange.document')} value={uniqueId ?? documentId} />
        <Fact label={t('exchange.laboratory')} value={structure?.name ?? ''} />
        {patient ? <Fact label={t('exchange.patient')} value={`${patient.name} · ${showBirthDate(patient.birthDate)}`} /> : null}
        <Fact label={t('exchange.destinations')} value={t('exchange.arrived', { arrived, count: deliveries.length })} />
      </dl>
      {isRecalled ? <Notice isAlert>{t('exchange.wasRecalled')}</Notice> : null}
      {mayRecall && !isRecalled ? (
        <div>
          <RecallAction documentId={documentId} />
        </div>
      ) : null}
      <div className="exchange-columns">
        <section className="ui-card exchange-card" aria-labelledby="exchange-journey">
          <h2 id="exchange-journey">{t('exchange.journey')}</h2>
          <ol className="exchange-steps">
            {trace.arrival ? <Arrival arrival={trace.arrival} /> : null}
            <Step at={notedAt} words={t('exchange.step.noted')} />
            {routedAt ? <Step at={routedAt} words={t('exchange.step.rules')} detail={rules.map(({ rule }) => rule).join(', ')} /> : null}
            {recalledAt ? <Step at={recalledAt} words={t('exchange.step.recalled')} /> : null}
          </ol>
          {fault ? <Notice>{t('exchange.fault', { fault })}</Notice> : null}
          <h2>{t('exchange.why')}</h2>
          <ul className="exchange-rules">
            {rules.map(({ rule, words }) => (
              <li key={rule}>
                <strong>{rule}</strong> {words}
              </li>
            ))}
          </ul>
        </section>
        <section className="ui-card exchange-card" aria-labelledby="exchange-destinations">
          <h2 id="exchange-destinations">{t('exchange.destinations')}</h2>
          {deliveries.length === 0 ? <Notice>{t('exchange.noDestination')}</Notice> : null}
          {deliveries.map((delivery) => (
            <Destination key={delivery.deliveryId} delivery={delivery} mayRead={patient !== undefined} />
          ))}
          {trace.readers ? <Readers readers={trace.readers} /> : null}
        </section>
      </div>
    </>
  );
}

/** Deposited, read, identified, normalised: each at its own time, when it was kept. */
function Arrival({
  arrival: { at, sender, channel, mediaType, sizeBytes, sha256, format, results, joinedBy, took },
}: {
  arrival: TracedArrival;
}) {
  const t = useText();
  const language = useLanguage();
  const bytes = `${mediaType} · ${showNumber(sizeBytes, 0, language)} ${t('exchange.bytesUnit')} · SHA-256 ${sha256.slice(0, 8)}…`;
  const after = (ms: number) => new Date(Date.parse(at) + ms).toISOString();
  const lasted = (ms: number | undefined) => (ms === undefined ? undefined : `+\u00a0${showNumber(ms, 1, language)}\u00a0ms`);
  const readAt = after(took?.read ?? 0);
  const identifiedAt = after((took?.read ?? 0) + (took?.identify ?? 0));
  return (
    <>
      <Step at={at} words={t('exchange.step.deposited')} detail={`${sender} · ${channel} · ${bytes}`} />
      <Step
        at={readAt}
        words={t('exchange.step.understood')}
        detail={[format, t('exchange.results', { results }), lasted(took?.read)].filter(Boolean).join(' · ')}
      />
      <Step
        at={identifiedAt}
        words={t('exchange.step.identified')}
        detail={[t(`exchange.joinedBy.${joinedBy}`), lasted(took?.identify)].filter(Boolean).join(' · ')}
      />
      {took ? (
        <Step
          at={after(took.read + took.identify + took.normalise)}
          words={t('exchange.step.normalised')}
          detail={`${t('exchange.normalised')} · ${lasted(took.normalise)!}`}
        />
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

function Destination({ delivery, mayRead }: { delivery: TracedDelivery; mayRead: boolean }) {
  const t = useText();
  const { deliveryId, action, role, recipientName, address, state, reason, steps, messages } = delivery;
  const isWrong = state === 'held' || state === 'dead';
  return (
    <article className={isWrong ? 'exchange-destination exchange-wrong' : 'exchange-destination'}>
      <header>
        <h3>
          {action === 'recall' ? `${t('exchange.recall')} · ` : ''}
          {t(`exchange.role.${role}`)} · {recipientName || t('exchange.nobody')}
        </h3>
        <Tag tone={isWrong ? 'notice' : 'accent'}>{t(`exchange.state.${state}`)}</Tag>
      </header>
      {address ? <p className="ui-caption">{address}</p> : null}
      {reason ? (
        <p>
          {t(`exchange.reason.${reason}`)} <span className="ui-caption">{t(`exchange.remedy.${reason}`)}</span>
        </p>
      ) : null}
      <ol className="exchange-steps">
        {steps.map((step) => (
          <Step key={`${step.at} ${step.step}`} at={step.at} words={t(`exchange.step.${step.step}`)} detail={detailOf(step)} />
        ))}
      </ol>
      {mayRead && messages.length > 0 ? (
        <a href={`/api/exchange/deliveries/${deliveryId}/mail`} download>
          {t('exchange.bytes')} <span className="ui-caption">SHA-256 {messages[0]!.sha256.slice(0, 8)}…</span>
        </a>
      ) : null}
    </article>
  );
}

const detailOf = ({ detail, tookMs }: TraceStep) =>
  [detail, tookMs === undefined ? undefined : `${tookMs} ms`].filter((part) => part !== undefined).join(' · ');

function Step({ at, words, detail }: { at: string; words: string; detail?: string }) {
  const language = useLanguage();
  return (
    <li>
      <time dateTime={at}>
        {showDate(at, language)} {preciseTime(at, language)}
      </time>
      <span>
        <strong>{words}</strong>
        {detail ? <span className="ui-caption exchange-line">{detail}</span> : null}
      </span>
    </li>
  );
}

/** `08:31:02,114`: a journey is told by the millisecond. */
function preciseTime(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
  }).format(new Date(at));
}
