import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RegionCoding } from '#mapping/web';
import { api, showDate, showNumber, showTime, useLanguage, useText } from '#ui';
import { RefusedPage } from './refused.page.tsx';
import './region.css';

/** `GET /api/region`: counts, no clinical data. */
interface RegionCounts {
  laboratories: { finess: string; name: string; reports: number; lastReceivedAt: string }[];
  /** By state; `quarantine:` followed by the code of the refusal for refused ones. */
  deposits: { state: string; deposits: number }[];
}

const REFRESH_MS = 10_000;
const STATES = ['stored', 'identity', 'processing'] as const;

/** What the regional team follows: who sends, how much, what waits. */
export function RegionPage() {
  const t = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['region'],
    queryFn: ({ signal }) => api<RegionCounts>('/api/region', { signal }),
    refetchInterval: REFRESH_MS,
  });
  useEffect(() => {
    document.title = `${t('app.regionPage.title')} — Cigogne`;
  }, [t]);
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <section className="app-page app-region" aria-labelledby="region-title">
      <header className="app-page-head">
        <h1 id="region-title">{t('app.regionPage.title')}</h1>
        <p className="app-page-note">{t('app.regionPage.note')}</p>
      </header>
      <Figures counts={data} />
      <Laboratories laboratories={data.laboratories} />
      <RegionCoding />
      <Refused deposits={data.deposits} />
    </section>
  );
}

function Figures({ counts: { laboratories, deposits } }: { counts: RegionCounts }) {
  const t = useText();
  const language = useLanguage();
  const number = (value: number) => showNumber(value, 0, language);
  const inState = (state: string) => deposits.find((deposit) => deposit.state === state)?.deposits ?? 0;
  const refused = deposits.filter(({ state }) => state.startsWith('quarantine')).reduce((sum, { deposits: count }) => sum + count, 0);
  const facts = [
    { label: t('app.regionPage.laboratories'), value: laboratories.length },
    ...STATES.map((state) => ({ label: t(`app.regionPage.state.${state}`), value: inState(state) })),
    { label: t('app.regionPage.refused'), value: refused },
    ...(inState('shared-identifier') > 0
      ? [{ label: t('app.regionPage.state.shared-identifier'), value: inState('shared-identifier') }]
      : []),
  ];
  return (
    <dl className="app-figures">
      {facts.map(({ label, value }) => (
        <div key={label} className="ui-card">
          <dt>{label}</dt>
          <dd className="ui-figures">{number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Laboratories({ laboratories }: { laboratories: RegionCounts['laboratories'] }) {
  const t = useText();
  const language = useLanguage();
  return (
    <div className="ui-card app-table-card">
      <table className="ui-table ui-table-cards">
        <caption className="app-table-title">{t('app.regionPage.bySender')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('app.regionPage.laboratory')}</th>
            <th scope="col">FINESS</th>
            <th scope="col" className="ui-number">
              {t('app.regionPage.reports')}
            </th>
            <th scope="col" className="ui-number">
              {t('app.regionPage.last')}
            </th>
          </tr>
        </thead>
        <tbody>
          {laboratories
            .toSorted((a, b) => b.reports - a.reports)
            .map(({ finess, name, reports, lastReceivedAt }) => (
              <tr key={finess}>
                <th scope="row">{name}</th>
                <td data-head="FINESS">{finess}</td>
                <td className="ui-number" data-head={t('app.regionPage.reports')}>
                  {showNumber(reports, 0, language)}
                </td>
                <td className="ui-number" data-head={t('app.regionPage.last')}>
                  {showDate(lastReceivedAt, language)}, {showTime(lastReceivedAt)}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Refused({ deposits }: { deposits: RegionCounts['deposits'] }) {
  const t = useText();
  const refused = deposits.filter(({ state }) => state.startsWith('quarantine:'));
  if (refused.length === 0) return null;
  return (
    <div className="ui-card app-table-card">
      <table className="ui-table ui-table-cards">
        <caption className="app-table-title">{t('app.regionPage.refusedBy')}</caption>
        <tbody>
          {refused.map(({ state, deposits: count }) => (
            <tr key={state}>
              <th scope="row">
                <code>{state.slice('quarantine:'.length)}</code>
              </th>
              <td className="ui-number">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
