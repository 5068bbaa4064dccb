import { Fragment, useMemo } from 'react';
import { Button, dayOf, keepFrenchMarks, Notice, Rich, showLongDate, showTime, useLanguage, useText, useToday } from '#ui';
import { isUsual, type OwnResult, ownSamplings, type Position, type Sampling, type Trend } from '../own-results.ts';
import type { ViewProps } from './view-props.ts';
import { RangeBar } from './range-bar.tsx';
import { hasHour, shownValue } from './show.ts';
import { REGION_ZONE } from './view.ts';
import './own-results.css';

/** One's own results: plain names, what they measure, where they stand, in words before figures. No flag, no score, no colour of alarm. */
export function OwnResults({ data, search, go, waiting, onShow }: ViewProps) {
  const t = useText();
  const samplings = useMemo(() => ownSamplings(data.gathered, (at) => dayOf(at, REGION_ZONE)), [data.gathered]);
  const shown = samplings.find(({ id }) => id === search.sampling) ?? samplings[0];
  return (
    <div className="bio-own">
      {waiting ? (
        <Notice tone="quiet" isAlert actions={<Button onPress={onShow}>{t('biology.own.show')}</Button>}>
          {t('biology.waiting', { ...waiting })}
        </Notice>
      ) : null}
      {shown ? <SamplingView key={shown.id} sampling={shown} go={go} /> : <p>{t('biology.own.none')}</p>}
      {samplings.length > 1 ? <OtherSamplings samplings={samplings} shown={shown} go={go} /> : null}
      <Completeness data={data} />
    </div>
  );
}

function SamplingView({ sampling, go }: { sampling: Sampling; go: ViewProps['go'] }) {
  const t = useText();
  const day = useDay();
  const outside = sampling.results.filter((result) => !isUsual(result));
  const usual = sampling.results.filter(isUsual);
  return (
    <>
      <header className="bio-own-head">
        <h2>{t('biology.own.title', { day: day(sampling.at) })}</h2>
        <p>
          {hasHour(sampling.precision) ? `${showTime(sampling.at, REGION_ZONE)} · ` : ''}
          {sampling.laboratory.name}
          {sampling.prescriber ? `, ${t('biology.own.askedBy', { name: sampling.prescriber })}` : ''}
        </p>
      </header>
      {outside.length === 0 ? <p className="bio-own-all-usual">{t('biology.own.allUsual')}</p> : null}
      {outside.map((result) => (
        <ResultCard key={result.reading.id} result={result} go={go} />
      ))}
      {usual.length > 0 ? (
        <details className="ui-card bio-own-more" open={outside.length === 0}>
          <summary>
            <strong>{t(outside.length > 0 ? 'biology.own.others' : 'biology.own.all', { count: usual.length })}</strong>
            <span>{t('biology.own.inZone', { count: usual.filter(({ position }) => position === 'within').length })}</span>
          </summary>
          <ul>
            {usual.map((result) => (
              <UsualLine key={result.reading.id} result={result} />
            ))}
          </ul>
        </details>
      ) : null}
      <section className="bio-own-next">
        <p>
          <Rich
            id={sampling.prescriber ? 'biology.own.nextAsk' : 'biology.own.next'}
            values={{ name: sampling.prescriber ?? '', laboratory: sampling.laboratory.name }}
          />
        </p>
        {sampling.documentIds.map((documentId, i) => (
          <Button key={documentId} size="large" onPress={() => go({ view: 'report', report: documentId })}>
            {t('biology.own.report', { number: sampling.documentIds.length > 1 ? i + 1 : 0 })}
          </Button>
        ))}
      </section>
    </>
  );
}

function ResultCard({ result, go }: { result: OwnResult; go: ViewProps['go'] }) {
  const t = useText();
  const { reading, info, position, trend } = result;
  const { name, measures } = usePlainWords(result);
  return (
    <article className="ui-card bio-own-card">
      <header>
        <h3>{name}</h3>
        <Value result={result} />
      </header>
      {measures ? <p className="bio-own-measures">{measures}</p> : null}
      <RangeBar reading={reading} />
      <p>
        <PositionWords position={position} /> {trend ? <TrendWords trend={trend} /> : null}
      </p>
      {trend && info ? (
        <Button look="quiet" onPress={() => go({ view: 'curve', rows: [reading.rowId] })}>
          {t('biology.own.curve')}
        </Button>
      ) : null}
    </article>
  );
}

function UsualLine({ result }: { result: OwnResult }) {
  const t = useText();
  const { name, measures } = usePlainWords(result);
  return (
    <li className="bio-own-line">
      <span>
        <strong>{name}</strong>
        {measures ? <span className="bio-own-measures">{measures}</span> : null}
      </span>
      <span className="bio-own-line-value">
        <Value result={result} />
        <span className="bio-own-measures">{result.position === 'within' ? t('biology.own.position.within') : ''}</span>
      </span>
    </li>
  );
}

function Value({ result: { reading, info } }: { result: OwnResult }) {
  const t = useText();
  const language = useLanguage();
  const isStruck = reading.status === 'cancelled' || reading.status === 'withdrawn';
  if (reading.status === 'not-done') return <span className="bio-own-note">{t('biology.own.status.notDone')}</span>;
  return (
    <span className="bio-own-value ui-figures">
      {isStruck ? <s>{shownValue(reading, language)}</s> : shownValue(reading, language)}{' '}
      <small>{(reading.rowId === info?.row ? info.unit : undefined) ?? reading.unit}</small>
      {isStruck ? <span className="bio-own-note"> {t('biology.own.status.cancelled')}</span> : null}
      {reading.status === 'provisional' ? <span className="bio-own-note"> {t('biology.own.status.provisional')}</span> : null}
    </span>
  );
}

function PositionWords({ position }: { position: Position }) {
  return position === 'unknown' ? null : <Rich id={`biology.own.position.${position}`} />;
}

function TrendWords({ trend: { kind, from } }: { trend: Trend }) {
  const t = useText();
  const day = useDay();
  const language = useLanguage();
  return <Fragment>{t(`biology.own.trend.${kind}`, { day: day(from.at), value: shownValue(from, language) })}</Fragment>;
}

interface OtherSamplingsProps {
  samplings: readonly Sampling[];
  shown: Sampling | undefined;
  go: ViewProps['go'];
}

function OtherSamplings({ samplings, shown, go }: OtherSamplingsProps) {
  const t = useText();
  const day = useDay();
  return (
    <nav className="bio-own-dates" aria-label={t('biology.own.dates')}>
      <h2>{t('biology.own.dates')}</h2>
      <ul className="ui-card">
        {samplings.map((sampling) => (
          <li key={sampling.id}>
            <button
              type="button"
              {...(sampling.id === shown?.id ? { 'aria-current': 'true' } : {})}
              onClick={() => {
                go({ sampling: sampling.id });
                document.querySelector('.app-patient-page')?.scrollTo({ top: 0 });
              }}
            >
              <span>{day(sampling.at)}</span>
              <span className="bio-own-measures">
                {hasHour(sampling.precision) ? `${showTime(sampling.at, REGION_ZONE)} · ` : ''}
                {sampling.laboratory.name} · {t('biology.own.count', { count: sampling.results.length })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Completeness({ data }: { data: ViewProps['data'] }) {
  const t = useText();
  const { laboratories, notConnected } = data.answer.completeness;
  return (
    <p className="bio-own-complete">
      {t('biology.complete.laboratories', { count: laboratories.length })}
      {notConnected.length > 0 ? `. ${t('biology.own.notConnected', { names: notConnected.join(', ') })}` : '.'}
    </p>
  );
}

function usePlainWords({ reading, info }: OwnResult): { name: string; measures: string | undefined } {
  const language = useLanguage();
  if (!info) return { name: reading.result.label, measures: undefined };
  const [plain, label, measures] =
    language === 'fr' ? [info.plain, info.label, info.measures] : [info.plainEn, info.labelEn, info.measuresEn];
  return { name: plain ?? label, measures: measures && keepFrenchMarks(measures) };
}

/** `18 novembre`, with the year when it is another. */
function useDay(): (at: number) => string {
  const language = useLanguage();
  const today = useToday();
  return (at) => showLongDate(at, language, Number(today.slice(0, 4)), REGION_ZONE);
}
