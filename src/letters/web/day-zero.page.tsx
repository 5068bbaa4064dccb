import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { type ComponentType, useEffect, useState } from 'react';
import { api, Segmented, showDate, showNumber, useLanguage, useText } from '#ui';
import type { DayZeroShare } from '../contract.ts';
import './letters.css';

const DAYS = ['7', '30', '90'] as const;

const shareQuery = (days: string) =>
  queryOptions({
    queryKey: ['letters-day-zero', days],
    queryFn: ({ signal }) => api<DayZeroShare>(`/api/letters/day-zero?days=${days}`, { signal }),
    placeholderData: keepPreviousData,
  });

type Unit = DayZeroShare['units'][number];

/** For each unit, how many letters left on the day of discharge. */
export function DayZeroPage({ Refused }: { Refused: ComponentType<{ error: Error; onRetry: () => void }> }) {
  const t = useText();
  const language = useLanguage();
  const [days, setDays] = useState<(typeof DAYS)[number]>('30');
  const { data, error, refetch } = useQuery(shareQuery(days));
  useEffect(() => {
    document.title = `${t('letters.dayZero')} — Cigogne`;
  }, [t]);
  if (error) return <Refused error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const { units, from, until } = data;
  return (
    <section className="app-page" aria-labelledby="letters-day-zero">
      <header className="app-page-head">
        <h1 id="letters-day-zero">{t('letters.dayZero')}</h1>
        <p className="app-page-note">{t('letters.dayZero.note', { from: showDate(from, language), until: showDate(until, language) })}</p>
        <Segmented
          label={t('letters.dayZero.period')}
          value={days}
          onChange={setDays}
          choices={DAYS.map((value) => ({ value, label: t('letters.dayZero.days', { count: Number(value) }) }))}
        />
      </header>
      {units.length === 0 ? <p>{t('letters.dayZero.none')}</p> : <Shares units={units} />}
    </section>
  );
}

function Shares({ units }: { units: readonly Unit[] }) {
  const t = useText();
  const whole = units.reduce((sum, one) => ({
    ...sum,
    discharges: sum.discharges + one.discharges,
    unidentified: sum.unidentified + one.unidentified,
    filed: sum.filed + one.filed,
    sent: sum.sent + one.sent,
    written: sum.written + one.written,
  }));
  return (
    <div className="ui-card letter-table">
      <table className="ui-table">
        <thead>
          <tr>
            <th scope="col">{t('letters.dayZero.unit')}</th>
            {(['discharges', 'sent', 'filed', 'without'] as const).map((column) => (
              <th key={column} scope="col" className="letter-figure">
                {t(`letters.dayZero.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <Row key={`${unit.structure} ${unit.unit}`} unit={unit} label={`${unit.name} · ${unit.unit || t('letters.dayZero.noUnit')}`} />
          ))}
        </tbody>
        {units.length > 1 ? (
          <tfoot>
            <Row unit={whole} label={t('letters.dayZero.all')} />
          </tfoot>
        ) : null}
      </table>
    </div>
  );
}

function Row({ unit, label }: { unit: Unit; label: string }) {
  const t = useText();
  const language = useLanguage();
  const { discharges, unidentified, sent, filed, written } = unit;
  const share = (count: number) =>
    t('letters.dayZero.share', { count, share: showNumber(Math.round((100 * count) / discharges), 0, language) });
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="letter-figure">
        {discharges}
        {unidentified > 0 ? <span className="ui-caption"> {t('letters.dayZero.unidentified', { count: unidentified })}</span> : null}
      </td>
      <td className="letter-figure">
        <strong>{share(sent)}</strong>
      </td>
      <td className="letter-figure">{share(filed)}</td>
      <td className="letter-figure">{discharges - written}</td>
    </tr>
  );
}
