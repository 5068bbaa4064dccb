/** What the address of the page asks for, in the words of the viewer. What is not understood is left out, so old links still open. */
import type { PatientPageProps, PatientSearch } from '#ui';
import { GROUPINGS, type Grouping } from '../regroup.ts';
import { type Period, PERIODS, ROW_FILTERS, type RowFilter } from '../filter.ts';

export const VIEWS = ['grid', 'curve', 'cross', 'heat', 'micro', 'report', 'print', 'order', 'summary', 'panels', 'timeline'] as const;
export type View = (typeof VIEWS)[number];

export interface BiologyView {
  view: View;
  period: Period;
  filters: readonly RowFilter[];
  preset?: string;
  rows: readonly string[];
  grouping: Grouping;
  /** The reader wants the newest sampling at the right, as on curves. */
  isOldestFirst: boolean;
  since?: string;
  until?: string;
  report?: string;
  result?: number;
}

/** Two years is what a reader sees first; what is older is counted on the screen. */
export const USUAL_PERIOD: Period = '2y';

export function readView(search: PatientSearch): BiologyView {
  const { rows = [], preset, report, result, since, until } = search;
  return {
    view: VIEWS.find((view) => view === search.view) ?? 'grid',
    period: PERIODS.find((period) => period === search.period) ?? USUAL_PERIOD,
    filters: ROW_FILTERS.filter((filter) => search.filter?.includes(filter)),
    rows,
    grouping: GROUPINGS.find((grouping) => grouping === search.group) ?? 'chapter',
    isOldestFirst: search.order === 'oldest',
    ...(isDay(since) && { since }),
    ...(isDay(until) && { until }),
    ...(preset && { preset }),
    ...(report && { report }),
    ...(result !== undefined && { result }),
  };
}

const isDay = (day: string | undefined) => day !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));

export type Go = PatientPageProps['go'];

export { REGION_ZONE } from '#ui';
