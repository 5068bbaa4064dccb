import { FlagGlyph, type Grade, showDate, showInterval, showPrinted, Sparkline, useLanguage, useText } from '#ui';
import type { TableRow, TableValue } from '../contract.ts';
import { Scroll } from './scroll.tsx';

const COLUMNS = 4;

/** One row an analyte, whatever the laboratory; values as printed, the latest first. */
export function ResultsTable({ rows }: { rows: readonly TableRow[] }) {
  const t = useText();
  if (rows.length === 0) return <p className="ui-card lgc-empty">{t('lgc.noResults')}</p>;
  return (
    <section aria-labelledby="table-title">
      <h2 id="table-title">{t('lgc.table')}</h2>
      <Scroll className="ui-card" labelledby="table-title">
        <table className="ui-table lgc-results">
          <thead>
            <tr>
              <th scope="col">{t('lgc.analyte')}</th>
              <th scope="col">
                <span className="ui-hidden">{t('lgc.trend')}</span>
              </th>
              <th scope="col">{t('lgc.latest')}</th>
              <th scope="col">{t('lgc.interval')}</th>
              <th scope="col" colSpan={COLUMNS - 1}>
                {t('lgc.before')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.row} row={row} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Row({ row: { label, interval, decimals, values, low, high } }: { row: TableRow }) {
  const language = useLanguage();
  const [latest, ...before] = values;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        <Trend values={values} low={low} high={high} />
      </td>
      <td>{latest ? <Value value={latest} isLatest /> : null}</td>
      <td className="ui-caption">{showInterval(interval, decimals, language)}</td>
      {Array.from({ length: COLUMNS - 1 }, (_, n) => (
        <td key={n}>{before[n] ? <Value value={before[n]} /> : null}</td>
      ))}
    </tr>
  );
}

/** Two numbers at least: one point is no course. */
export function Trend({ values, low, high }: { values: readonly TableValue[]; low?: number | undefined; high?: number | undefined }) {
  const points = values.flatMap(({ at, number }) => (number === undefined ? [] : [{ at: Date.parse(at), value: number }])).toReversed();
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return <span />;
  const flag = values[0]?.flag;
  const tone = flag === undefined ? 'ink' : flag.startsWith('L') ? 'low' : 'high';
  return <Sparkline points={points} from={first.at} to={last.at} band={{ low, high }} tone={tone} width={90} />;
}

export function Value({ value: { text, unit, flag, at, producer }, isLatest = false }: { value: TableValue; isLatest?: boolean }) {
  const language = useLanguage();
  const tone = flag === undefined ? '' : flag.startsWith('L') ? 'lgc-low' : 'lgc-high';
  return (
    <>
      <span className={`lgc-value ${tone}`}>
        <strong>{showPrinted(text, language)}</strong> <FlagGlyph grade={flag as Grade | undefined} /> {isLatest ? unit : ''}
      </span>
      <span className="ui-caption">
        {showDate(at, language)} · {producer}
      </span>
    </>
  );
}
