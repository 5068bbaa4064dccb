import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Notice, showNumber, useLanguage, useText } from '#ui';
import { DesignationDialog } from './designation-dialog.tsx';
import { rateOf } from './rate.ts';
import { regionCodingQuery } from './use-mapping.ts';

/** For the regional team: what part of each laboratory's results compares with the others, and what to ask for. Counts only. */
export function RegionCoding() {
  const t = useText();
  const language = useLanguage();
  const { data, isError } = useQuery(regionCodingQuery);
  const [asked, setAsked] = useState<{ finess: string; name: string }>();
  if (isError) return <Notice>{t('mapping.failed')}</Notice>;
  if (!data || data.laboratories.length === 0) return null;
  const designatedFor = (finess: string) => data.designations.filter(({ laboratory }) => laboratory === finess);
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
            <th scope="col">{t('mapping.designation.column')}</th>
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
              <td>
                {designatedFor(laboratoryFiness)
                  .map((one) => one.name)
                  .join(', ')}{' '}
                <Button onPress={() => setAsked({ finess: laboratoryFiness, name })}>
                  {t('mapping.designation.change')}
                  <span className="ui-hidden"> {name}</span>
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked ? <DesignationDialog laboratory={asked} inForce={designatedFor(asked.finess)} onClose={() => setAsked(undefined)} /> : null}
    </div>
  );
}
