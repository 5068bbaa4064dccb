import { REGION_ZONE, showDate, showNumber, useLanguage, useText } from '#ui';
import type { TracedArrival, TraceStep } from '../contract.ts';

/** Deposited, read, identified, normalised: each at its own time, when it was kept. */
export function Arrival({
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

export const detailOf = ({ detail, tookMs }: TraceStep) =>
  [detail, tookMs === undefined ? undefined : `${tookMs} ms`].filter((part) => part !== undefined).join(' · ');

export function Step({ at, words, detail }: { at: string; words: string; detail?: string }) {
  const language = useLanguage();
  return (
    <li data-step="" tabIndex={-1}>
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
export function preciseTime(at: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hour12: false,
    timeZone: REGION_ZONE,
  }).format(new Date(at));
}
