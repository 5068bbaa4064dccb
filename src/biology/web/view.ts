/** What the address of the page asks for, in the words of the viewer. What is not understood is left out, so old links still open. */
import type { PatientPageProps, PatientSearch } from '#ui';
import { type Period, PERIODS, ROW_FILTERS, type RowFilter } from '../filter.ts';

export const VIEWS = ['grid', 'curve', 'cross', 'heat', 'micro', 'report', 'print'] as const;
export type View = (typeof VIEWS)[number];

export interface BiologyView {
  view: View;
  period: Period;
  filters: readonly RowFilter[];
  preset?: string;
  rows: readonly string[];
  report?: string;
  result?: number;
}

/** Two years is what a reader sees first; what is older is counted on the screen. */
export const USUAL_PERIOD: Period = '2y';

export function readView(search: PatientSearch): BiologyView {
  const { rows = [], preset, report, result } = search;
  return {
    view: VIEWS.find((view) => view === search.view) ?? 'grid',
    period: PERIODS.find((period) => period === search.period) ?? USUAL_PERIOD,
    filters: ROW_FILTERS.filter((filter) => search.filter?.includes(filter)),
    rows,
    ...(preset && { preset }),
    ...(report && { report }),
    ...(result !== undefined && { result }),
  };
}

export type Go = PatientPageProps['go'];

/** Zone of the region: a sampling at 07:42 stays 07:42 wherever it is read. */
export const REGION_ZONE = 'Europe/Paris';
