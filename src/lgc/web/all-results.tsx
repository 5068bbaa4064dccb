import { useQuery } from '@tanstack/react-query';
import type { InboxLine } from '#exchange/contract';
import { useText } from '#ui';
import { Trend, Value } from './results-table.tsx';
import { recordQuery } from './use-lgc.ts';

/** Beside the decision: every result of the report in hand, with its course in the practice's own table. */
export function AllResults({ line }: { line: InboxLine }) {
  const t = useText();
  const { data } = useQuery(recordQuery(line.patientId));
  const rows = (data?.rows ?? []).flatMap((row) => {
    const value = row.values.find(({ documentId }) => documentId === line.documentId);
    return value ? [{ ...row, value }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <section className="ui-card lgc-all" aria-labelledby="all-title">
      <h2 id="all-title">{t('lgc.wholeReport', { count: rows.length })}</h2>
      <ul>
        {rows.map(({ row, label, values, value, low, high }) => (
          <li key={row}>
            <span>{label}</span>
            <Trend values={values} low={low} high={high} />
            <span className="lgc-all-value">
              <Value value={value} isLatest />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
