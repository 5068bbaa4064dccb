import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SessionInfo } from '#access/contract';
import { api, Button, LabCode, showBirthDate, showDate, showTime, useLanguage, useShortcuts, useText } from '#ui';
import { columnsOf, type Column } from '../columns.ts';
import { filterGroups, inPeriod, periodStart } from '../filter.ts';
import { gridOf, type RowGroup } from '../grid.ts';
import { ViewHead } from './view-head.tsx';
import type { ViewProps } from './view-props.ts';
import { GradeGlyph, Value } from './cell-content.tsx';
import { RowTrend } from './grid-row.tsx';
import { Legend } from './legend.tsx';
import { columnDay, gradeClass, hasHour, shownInterval } from './show.ts';
import { REGION_ZONE, readView } from './view.ts';
import { presetOf } from './use-views.ts';
import { groupTitle, rowName, useLaboratoryCode } from './words.ts';
import './print-view.css';

/** Samplings that an A4 sheet on its side holds with readable figures. */
const SAMPLINGS_A_SHEET = 9;

/** The cumulative report: what is asked for on the grid, on sheets that say whose they are, readable in black ink. */
export function PrintView(props: ViewProps) {
  const { data, search, go, patient } = props;
  const t = useText();
  const language = useLanguage();
  const asked = readView(search);
  const now = Date.parse(data.answer.completeness.asOf);
  const session = useQuery({ queryKey: ['session'], queryFn: ({ signal }) => api<SessionInfo>('/api/session', { signal }) });
  const { groups, sheets, hidden } = useMemo(() => {
    const { readings, index } = data.gathered;
    const inside = inPeriod(readings, asked.period, now, asked, REGION_ZONE);
    const preset = data.catalogue.presets.find(({ id }) => id === asked.preset);
    const kept = filterGroups(gridOf(inside.shown, index).groups, asked.filters, preset?.rows);
    const columns = columnsOf(kept.flatMap((group) => group.rows.flatMap((row) => row.readings)));
    return { groups: kept, sheets: chunks(columns), hidden: inside.hidden };
    // The address gives new lists each time: they are compared by their words.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [data, asked.period, asked.since, asked.until, asked.preset, asked.filters.join(' '), now]);
  const back = () => go({ view: undefined });
  useShortcuts({ Escape: back, p: () => window.print() });
  const { traits, ins } = patient;
  const identity = [
    `${traits.birthFamily} ${traits.birthGivens}`,
    traits.usedFamily ? t('biology.sheet.used', { name: `${traits.usedFamily} ${traits.usedGiven ?? ''}`.trim() }) : '',
    t('biology.sheet.born', { day: showBirthDate(traits.birthDate), sex: traits.sex }),
    ins ? `INS ${ins.value}` : t('biology.sheet.noIns'),
  ]
    .filter(Boolean)
    .join(' · ');
  const edited = t('biology.sheet.edited', {
    day: showDate(now, language, REGION_ZONE),
    time: showTime(now, REGION_ZONE),
    who: session.data?.person?.name ?? '',
  });
  return (
    <div className="bio-page bio-print-page">
      <ViewHead title={t('biology.sheet.title')} onBack={back}>
        <p className="bio-title-facts">{t('biology.sheet.count', { count: sheets.length })}</p>
        <div className="bio-title-tools">
          <a className="ui-button ui-button-plain" href={pdfAddress(props)} target="_blank" rel="noopener">
            {t('biology.sheet.pdf')}
          </a>
          <Button look="primary" hint="P" onPress={() => window.print()}>
            {t('biology.print')}
          </Button>
        </div>
      </ViewHead>
      {sheets.map((columns) => (
        <Sheet
          key={columns[0]?.id ?? ''}
          columns={columns}
          groups={groups}
          identity={identity}
          edited={edited}
          now={now}
          period={
            (asked.since ?? asked.until)
              ? t('biology.sheet.dates', { since: asked.since ?? '…', until: asked.until ?? '…' })
              : t(`biology.sheet.period.${asked.period}`)
          }
        />
      ))}
      <footer className="bio-sheet bio-sheet-end">
        <Legend />
        <Scope {...props} hidden={hidden} />
      </footer>
    </div>
  );
}

/** The same demand, made a file by the server: A4, tagged, the patient on each page. */
function pdfAddress({ patientId, search, views }: ViewProps): string {
  const { period, since, until, preset, filters } = readView(search);
  const kept = views.find((view) => presetOf(view) === preset);
  const query = new URLSearchParams({ period, ...(since && { since }), ...(until && { until }), ...(preset && !kept && { preset }) });
  for (const row of kept?.rows ?? []) query.append('rows', row);
  for (const filter of filters) query.append('filter', filter);
  return `/api/patients/${encodeURIComponent(patientId)}/biology/cumul.pdf?${query}`;
}

function chunks(columns: readonly Column[]): Column[][] {
  const sheets: Column[][] = [];
  for (let first = 0; first < columns.length; first += SAMPLINGS_A_SHEET) sheets.push(columns.slice(first, first + SAMPLINGS_A_SHEET));
  return sheets;
}

interface SheetProps {
  columns: readonly Column[];
  groups: readonly RowGroup[];
  identity: string;
  edited: string;
  period: string;
  now: number;
}

/** Head and foot are those of the table: a browser repeats them on each page that the table covers. */
function Sheet({ columns, groups, identity, edited, period, now }: SheetProps) {
  const t = useText();
  const language = useLanguage();
  const laboratoryCode = useLaboratoryCode();
  const shown = groups
    .map((group) => ({ group, rows: group.rows.filter((row) => columns.some(({ id }) => row.cells.has(id))) }))
    .filter(({ rows }) => rows.length > 0);
  return (
    // It scrolls on a narrow window: the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="bio-sheet" tabIndex={0} aria-label={t('biology.sheet.title')}>
      <table className="bio-sheet-table">
        <colgroup>
          <col className="bio-sheet-name" />
          <col className="bio-sheet-interval" />
          {columns.map(({ id }) => (
            <col key={id} />
          ))}
          <col className="bio-sheet-trend" />
        </colgroup>
        <thead>
          <tr>
            <td colSpan={columns.length + 3} className="bio-sheet-identity">
              <strong>
                <bdi>{identity}</bdi>
              </strong>
              <br />
              {t('biology.sheet.title')} · {period} · {edited}
            </td>
          </tr>
          <tr>
            <th scope="col">{t('biology.head.analyte')}</th>
            <th scope="col">{t('biology.head.interval')}</th>
            {columns.map(({ id, at, precision, laboratory }) => (
              <th key={id} scope="col">
                {columnDay(at, precision, REGION_ZONE)}
                <span className="bio-sub">
                  {hasHour(precision) ? showTime(at, REGION_ZONE) : ''}{' '}
                  <LabCode code={laboratoryCode(laboratory.finess)} name={laboratory.name} />
                </span>
              </th>
            ))}
            <th scope="col">
              {t('biology.head.trend')}
              <span className="bio-sub">{t('biology.trend.2y')}</span>
            </th>
          </tr>
        </thead>
        {shown.map(({ group, rows }) => (
          <tbody key={group.id}>
            <tr className="bio-sheet-group">
              <th scope="rowgroup" colSpan={columns.length + 3}>
                {groupTitle(group, language, t)}
              </th>
            </tr>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">
                  <bdi>{rowName(row, language)}</bdi> <span className="bio-unit">{row.unit}</span>
                </th>
                <td>{shownInterval(row.latest, language)}</td>
                {columns.map((column) => (
                  <td key={column.id}>
                    {row.cells.get(column.id)?.readings.map((reading) => (
                      <span key={reading.id} className={`bio-ink ${gradeClass(reading.grade)}`}>
                        <Value reading={reading} /> <GradeGlyph reading={reading} size={7} />
                      </span>
                    ))}
                  </td>
                ))}
                <td className="bio-sheet-spark">
                  <RowTrend row={row} from={periodStart('2y', now)} to={now} width={92} height={18} />
                </td>
              </tr>
            ))}
          </tbody>
        ))}
        <tfoot>
          <tr>
            <td colSpan={columns.length + 3} className="bio-sheet-foot">
              <bdi>{identity}</bdi>
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** What the paper does not hold, and whose results it holds. */
function Scope({ data, hidden }: ViewProps & { hidden: number }) {
  const t = useText();
  const laboratoryCode = useLaboratoryCode();
  const { laboratories, notConnected } = data.answer.completeness;
  const validators = new Map(data.answer.reports.map((report) => [report.laboratory.finess, report.validator ?? '']));
  return (
    <>
      <ul className="bio-sheet-laboratories">
        {laboratories.map(({ finess, name }) => (
          <li key={finess}>
            <LabCode code={laboratoryCode(finess)} name={name} /> <bdi>{name}</bdi>
            {validators.get(finess) ? ` · ${validators.get(finess)}` : ''}
          </li>
        ))}
      </ul>
      <p>
        {[
          hidden > 0 ? t('biology.sheet.hidden', { count: hidden }) : '',
          notConnected.length > 0 ? `${t('biology.sheet.notConnected', { count: notConnected.length })} ${notConnected.join(', ')}` : '',
          t('biology.complete.masked'),
          t('biology.sheet.blood'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </>
  );
}
