import { LabCode, useLanguage, useText } from '#ui';
import { columnIdOf, columnsOf } from '../columns.ts';
import type { Row } from '../grid.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { longDay } from './show.ts';
import { REGION_ZONE } from './view.ts';
import { rowName, useLaboratoryCode } from './words.ts';

/** The same values as the panels: a line for each sampling, newest first. */
export function CrossTable({ rows }: { rows: readonly Row[] }) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const columns = columnsOf(rows.flatMap((row) => row.readings));
  return (
    <table className="ui-table">
      <caption className="ui-hidden">{t('biology.table.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('biology.table.sampled')}</th>
          <th scope="col">{t('biology.table.laboratory')}</th>
          {rows.map((row) => (
            <th key={row.id} scope="col">
              {rowName(row, language)} {row.unit ? `(${row.unit})` : ''}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {columns.map((column) => (
          <tr key={column.id}>
            <th scope="row">{longDay(column.at, column.precision, language, REGION_ZONE)}</th>
            <td>
              <LabCode code={laboratoryCode(column.laboratory.finess)} name={column.laboratory.name} />
            </td>
            {rows.map((row) => (
              <td key={row.id}>
                {row.readings
                  .filter((reading) => columnIdOf(reading) === column.id)
                  .map((reading) => (
                    <span key={reading.id}>
                      <Value reading={reading} /> <GradeGlyph reading={reading} />{' '}
                    </span>
                  ))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
