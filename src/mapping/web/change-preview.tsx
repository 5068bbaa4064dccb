import { useQuery } from '@tanstack/react-query';
import { refusalKey } from '#terminology/web';
import { Notice, showNumber, useLanguage, useText } from '#ui';
import type { DryRunView, Wish } from '../contract.ts';
import { type Bench, dryRunQuery } from './use-mapping.ts';

type Change = DryRunView['changes'][number];

/** What a line would change of all that the laboratory has sent, before anything is changed. */
export function ChangePreview({ wish, bench }: { wish: Wish; bench?: Bench }) {
  const t = useText();
  const language = useLanguage();
  const { data, isPending, isError } = useQuery(dryRunQuery(wish, bench));
  if (isError) return <Notice isAlert>{t('mapping.failed')}</Notice>;
  if (isPending) return <p aria-live="polite">{t('mapping.loading')}</p>;
  const changed = data.results - data.unchanged;
  return (
    <section className="mapping-preview" aria-live="polite">
      <p>
        <strong>
          {t('mapping.changes', {
            count: changed,
            changed: showNumber(changed, 0, language),
            results: showNumber(data.results, 0, language),
          })}
        </strong>
      </p>
      <ul>
        {data.changes.map((change) => (
          <li key={`${change.from} ${change.to}`}>
            <ChangeWords change={change} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ChangeWords({ change: { toLabel, to, fromLabel, from, results, refused, examples } }: { change: Change }) {
  const t = useText();
  const language = useLanguage();
  const ownRow = (row: string) => (row.startsWith('local:') ? t('mapping.ownRow') : row);
  const decimals = (value: number) => String(value).split('.')[1]?.length ?? 0;
  const printed = (value: number, unit: string | null) => [showNumber(value, decimals(value), language), unit].filter(Boolean).join(' ');
  return (
    <>
      {t('mapping.change.one', {
        from: fromLabel ?? ownRow(from),
        to: toLabel ?? ownRow(to),
        count: results,
        results: showNumber(results, 0, language),
      })}
      {refused === null ? null : <Notice>{t(refusalKey(refused as Parameters<typeof refusalKey>[0]))}</Notice>}
      {examples.length === 0 ? null : (
        <span className="app-page-note mapping-small ui-figures">
          {examples
            .map(({ value, unit, becomes }) =>
              becomes
                ? `${printed(value, unit)} → ${showNumber(becomes.value, becomes.decimals, language)} ${becomes.unit}`
                : printed(value, unit),
            )
            .join(' ; ')}
        </span>
      )}
    </>
  );
}
