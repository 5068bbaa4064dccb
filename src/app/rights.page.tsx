import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Rights } from '#access/contract';
import { familyKey } from '#terminology/web';
import { api, showLongDate, useLanguage, useText } from '#ui';
import { RefusedPage } from './refused.page.tsx';
import { RightsHistory } from './rights-history.tsx';
import './audit.css';

/** The rights in force, as the data protection officer reads them: the matrix, and what hides an item from whom. */
export function RightsPage() {
  const t = useText();
  const { data, error, refetch } = useQuery({ queryKey: ['rights'], queryFn: ({ signal }) => api<Rights>('/api/rights', { signal }) });
  useEffect(() => {
    document.title = `${t('app.rights.title')} — Cigogne`;
  }, [t]);
  if (error) return <RefusedPage error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <section className="app-page" aria-labelledby="rights-title">
      <header className="app-page-head">
        <h1 id="rights-title">{t('app.rights.title')}</h1>
        <p className="app-page-note">{t('app.rights.note', { version: data.version })}</p>
      </header>
      <Matrix rights={data} />
      <Reasons rights={data} />
      <Families rights={data} />
      <RightsHistory history={data.history} />
    </section>
  );
}

function Matrix({ rights: { professions, categories } }: { rights: Rights }) {
  const t = useText();
  const shown = professions.flatMap((profession, column) =>
    categories.some(({ cells }) => cells[column]) ? [{ profession, column }] : [],
  );
  return (
    <section className="app-audit-part" aria-labelledby="rights-matrix">
      <h2 id="rights-matrix">{t('app.rights.matrix')}</h2>
      <p className="app-audit-small">{t('app.rights.legend')}</p>
      {/* It scrolls sideways on a narrow screen: the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="ui-card app-audit-events" tabIndex={0} aria-labelledby="rights-matrix">
        <table className="ui-table">
          <thead>
            <tr>
              <th scope="col">{t('app.rights.category')}</th>
              {shown.map(({ profession }) => (
                <th key={profession} scope="col">
                  {t(`app.rights.profession.${profession}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {categories.map(({ category, label, cells }) => (
              <tr key={category}>
                <th scope="row" lang="fr">
                  {label}
                </th>
                {shown.map(({ profession, column }) => (
                  <td key={profession}>
                    <Cell cell={cells[column] ?? null} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Cell({ cell }: { cell: Rights['categories'][number]['cells'][number] }) {
  const t = useText();
  if (!cell) return null;
  const { read, feed, readSourced, feedSourced } = cell;
  const rights = [
    ...(read ? [t('app.rights.reads') + (readSourced ? '' : '\u00a0*')] : []),
    ...(feed ? [t('app.rights.feeds') + (feedSourced ? '' : '\u00a0*')] : []),
  ];
  return <>{rights.length > 0 ? rights.join(', ') : t('app.rights.nothing') + (readSourced ? '' : '\u00a0*')}</>;
}

function Reasons({ rights: { stands, reasons } }: { rights: Rights }) {
  const t = useText();
  return (
    <section className="app-audit-part" aria-labelledby="rights-items">
      <h2 id="rights-items">{t('app.rights.items')}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="ui-card app-audit-events" tabIndex={0} aria-labelledby="rights-items">
        <table className="ui-table">
          <thead>
            <tr>
              <th scope="col">{t('app.rights.reason')}</th>
              {stands.map((stand) => (
                <th key={stand} scope="col">
                  {t(`app.rights.stand.${stand}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ reason, label, isOpen }) => (
              <tr key={reason}>
                <th scope="row" lang="fr">
                  {label}
                </th>
                {stands.map((stand, column) => (
                  <td key={stand}>{t(isOpen[column] ? 'app.rights.open' : 'app.rights.hidden')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** Results that need more care than the rest: who reads them, when the person does, and who settled it. */
function Families({ rights: { families, familyTable } }: { rights: Rights }) {
  const t = useText();
  const language = useLanguage();
  const yesNo = (is: boolean) => t(is ? 'app.rights.yes' : 'app.rights.no');
  return (
    <section className="app-audit-part" aria-labelledby="rights-families">
      <h2 id="rights-families">{t('app.rights.families')}</h2>
      <p className="app-audit-small">
        {familyTable
          ? t('app.rights.families.regional', { version: familyTable.version, from: showLongDate(familyTable.from, language) })
          : t('app.rights.families.default')}
      </p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="ui-card app-audit-events" tabIndex={0} aria-labelledby="rights-families">
        <table className="ui-table">
          <thead>
            <tr>
              {(['family', 'professionals', 'patient', 'pushed', 'representatives', 'settledBy'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`app.rights.families.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {families.map(({ family, professionals, patient, isPushed, representatives, isRegional, basis }) => (
              <tr key={family}>
                <th scope="row">{t(familyKey(family as Parameters<typeof familyKey>[0]))}</th>
                <td>{t(`app.rights.professionals.${professionals}`)}</td>
                <td>{t(`app.rights.told.${patient}`)}</td>
                <td>{yesNo(isPushed)}</td>
                <td>{yesNo(representatives)}</td>
                <td>{isRegional ? t('app.rights.families.byRegion', { basis }) : t('app.rights.families.byDefault')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
