import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Change } from '#exchange/web';
import type { InboxLine } from '#exchange/contract';
import { FlagGlyph, type Grade, showPrinted, useLanguage, useText } from '#ui';
import type { TableRow, TableValue } from '../contract.ts';
import { Trend } from './results-table.tsx';
import { recordQuery } from './use-lgc.ts';

type OfReport = TableRow & { value: TableValue };

/**
 * The values of the report in hand, in the practice's own table: each with its course and how much it changed. Those outside of their interval first, the others
 * one step away. What was corrected or withdrawn is said first as the line says it.
 */
export function ReportValues({ line, children }: { line: InboxLine; children: ReactNode }) {
  const t = useText();
  const { data } = useQuery(recordQuery(line.patientId));
  const rows = (data?.rows ?? []).flatMap((row) =>
    row.values.flatMap((value) => (value.documentId === line.documentId ? [{ ...row, value }] : [])),
  );
  if (rows.length === 0) return children;
  const isOf =
    (one: InboxLine['values'][number]) =>
    ({ value }: OfReport) =>
      one.label === value.name && one.text === value.text;
  const isCritical = (row: OfReport) => line.values.some((one) => one.isCritical && isOf(one)(row));
  const isOutside = (row: OfReport) => row.value.flag !== undefined || isCritical(row);
  const outside = rows.filter(isOutside).toSorted((a, b) => Number(isCritical(b)) - Number(isCritical(a)));
  const within = rows.filter((row) => !isOutside(row));
  // What the line says and the table does not show: a correction, a cancelled value.
  const saysMore = line.severity === 'withdrawn' || line.values.some((one) => one.former || !rows.some(isOf(one)));
  return (
    <>
      {saysMore ? children : null}
      {outside.length > 0 ? <Rows rows={outside} label={t('lgc.outside')} isCritical={isCritical} /> : null}
      {within.length > 0 ? (
        <details className="lgc-within" open={outside.length === 0 && !saysMore}>
          <summary>{t('lgc.within', { count: within.length })}</summary>
          <Rows rows={within} label={t('lgc.within', { count: within.length })} />
        </details>
      ) : null}
    </>
  );
}

function Rows({ rows, label, isCritical }: { rows: readonly OfReport[]; label: string; isCritical?: (row: OfReport) => boolean }) {
  const t = useText();
  const language = useLanguage();
  return (
    <ul className="lgc-all" aria-label={label}>
      {rows.map((one) => (
        <li key={`${one.row} ${one.value.at} ${one.value.text}`} className={isCritical?.(one) ? `lgc-critical ${toneOf(one)}` : ''}>
          <span>
            {one.label}
            {isCritical?.(one) ? <span className="ui-hidden"> {t('exchange.inbox.isCritical')}</span> : null}
          </span>
          <Trend values={one.values} low={one.low} high={one.high} />
          <span className={`lgc-value ${toneOf(one)}`}>
            <strong>{showPrinted(one.value.text, language)}</strong> <FlagGlyph grade={one.value.flag as Grade | undefined} />{' '}
            <span className="lgc-unit">{one.value.unit}</span>
          </span>
          <span className="lgc-change">{one.value.change ? <Change change={one.value.change} /> : null}</span>
        </li>
      ))}
    </ul>
  );
}

const toneOf = ({ value: { flag } }: OfReport) => (flag === undefined ? '' : flag.startsWith('L') ? 'lgc-low' : 'lgc-high');
