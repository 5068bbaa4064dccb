import { useQuery } from '@tanstack/react-query';
import { Notice, showNumber, useLanguage, useText } from '#ui';
import { rateOf } from './rate.ts';
import { regionCodingQuery } from './use-mapping.ts';

/** For the regional team: what part of each laboratory's results compares with the others, and what to ask for. Counts only. */
export function RegionCoding() {
  const t = useText();
  const language = useLanguage();
  const { data, isError } = useQuery(regionCodingQuery);
  if (isError) return <Notice>{t('mapping.failed')}</Notice>;
  if (!data || data.laboratories.length === 0) return null;
  return (
    <div className="ui-card app-table-card">
      <table className="ui-table">
        <caption className="app-table-title">{t('mapping.region.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('mapping.region.laboratory')}</th>
            {(['rate', 'uncoded', 'unknownCodes', 'unknownUnits', 'conflicts'] as const).map((column) => (
              <th key={column} scope="col" className="ui-number">
                {t(`mapping.quality.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.laboratories.map(({ laboratoryFiness, name, results, comparable, uncoded, unknownCodes, unknownUnits, conflicts }) => (
            <tr key={laboratoryFiness}>
              <th scope="row">{name}</th>
              <td className="ui-number">{rateOf({ comparable, results }, language)}</td>
              <td className="ui-number">{showNumber(uncoded, 0, language)}</td>
              <td className="ui-number">{showNumber(unknownCodes, 0, language)}</td>
              <td className="ui-number">{unknownUnits.map(({ unit }) => unit).join(', ') || '0'}</td>
              <td className="ui-number">{showNumber(conflicts.length, 0, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
