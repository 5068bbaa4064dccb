/** The cumulative report as pages: what was asked for on the grid, readable in black ink, saying whose it is and what it does not hold. Pure. */
import type { PrintedBlock, PrintedCell, Printout } from '#formats';
import type { Completeness } from '#record/contract';
import { columnsOf, laboratoryCodes, type Column } from '../columns.ts';
import type { Catalogue } from '../contract.ts';
import { filterGroups, inPeriod, type Period, type RowFilter } from '../filter.ts';
import type { Gathered } from '../gather.ts';
import { gridOf, type Row, type RowGroup } from '../grid.ts';
import type { Reading } from '../reading.ts';
import { markOf, printedDay, printedInterval, printedValue, signOf } from './words.ts';

export interface CumulAsked {
  period: Period;
  since?: string;
  until?: string;
  filters: readonly RowFilter[];
  /** A view of the catalogue. */
  preset?: string;
  /** Rows chosen one by one; empty: all. */
  rows: readonly string[];
}

export interface CumulAbout {
  /** The patient, in two lines. */
  identity: [string, string];
  editor: string;
  now: Date;
  zone: string;
  completeness: Completeness;
}

/** Samplings that an A4 sheet on its side holds with readable figures. */
const SAMPLINGS_A_SHEET = 9;

export function cumulPrintout(gathered: Gathered, catalogue: Catalogue, asked: CumulAsked, about: CumulAbout): Printout {
  const { now, zone, editor, identity, completeness } = about;
  const inside = inPeriod(gathered.readings, asked.period, now.getTime(), asked, zone);
  const preset = catalogue.presets.find(({ id }) => id === asked.preset);
  const whole = filterGroups(gridOf(inside.shown, gathered.index).groups, asked.filters, preset?.rows);
  const chosen = new Set(asked.rows);
  const groups = (
    chosen.size === 0 ? whole : whole.map((group) => ({ ...group, rows: group.rows.filter(({ id }) => chosen.has(id)) }))
  ).filter(({ rows }) => rows.length > 0);
  const columns = columnsOf(groups.flatMap(({ rows }) => rows.flatMap(({ readings }) => readings)));
  const codes = laboratoryCodes([...completeness.laboratories, ...columns.map(({ laboratory }) => laboratory)]);
  const day = printedDay(now.getTime(), 'minute', zone);
  return {
    title: 'Résultats de biologie, rapport cumulatif',
    identity,
    about: [
      [periodWords(asked), preset ? `vue : ${preset.label}` : '', ...asked.filters.map((filter) => FILTERS[filter])]
        .filter(Boolean)
        .join(' · '),
      `Édité le ${day} par ${editor}`,
    ],
    author: editor,
    foot: `${identity[0]} · édité le ${day} par ${editor}`,
    createdAt: now.toISOString().replace(/\D/g, '').slice(0, 14) + '+0000',
    isLandscape: true,
    blocks: [
      ...(columns.length === 0 ? [paragraph('Aucun résultat reçu pour cette demande.')] : tablesOf(groups, columns, codes, zone)),
      ...scopeOf(gathered, completeness, codes, inside.hidden),
    ],
    media: new Map(),
  };
}

const PERIODS: Record<Period, string> = {
  '30d': '30 derniers jours',
  '60d': '60 derniers jours',
  '90d': '90 derniers jours',
  '6m': '6 derniers mois',
  '1y': 'dernière année',
  '2y': '2 dernières années',
  '3y': '3 dernières années',
  all: 'toutes les dates',
};
const FILTERS: Record<RowFilter, string> = {
  new: 'nouveaux seulement',
  abnormal: 'hors intervalle seulement',
  changed: 'changés au-delà de l’attendu seulement',
  corrected: 'corrigés seulement',
};

const frenchDay = (day: string | undefined) => day?.split('-').toReversed().join('/') ?? '…';
const periodWords = ({ period, since, until }: CumulAsked) =>
  (since ?? until) === undefined ? PERIODS[period] : `du ${frenchDay(since)} au ${frenchDay(until)}`;

/** As many tables as sheets of samplings, newest first; each repeats its heads on every page. */
function tablesOf(
  groups: readonly RowGroup[],
  columns: readonly Column[],
  codes: ReadonlyMap<string, string>,
  zone: string,
): PrintedBlock[] {
  const blocks: PrintedBlock[] = [];
  for (let first = 0; first < columns.length; first += SAMPLINGS_A_SHEET) {
    const sheet = columns.slice(first, first + SAMPLINGS_A_SHEET);
    const last = Math.min(first + SAMPLINGS_A_SHEET, columns.length);
    blocks.push({ kind: 'heading', level: 2, text: `Prélèvements ${first + 1} à ${last} sur ${columns.length}` });
    const head = [cell('Analyse', true), cell('Intervalle', true), ...sheet.map((column) => cell(headOf(column, codes, zone), true))];
    const body = groups.flatMap((group) => {
      const rows = group.rows.filter((row) => sheet.some(({ id }) => row.cells.has(id)));
      return rows.length === 0
        ? []
        : [[{ ...cell(titleOf(group), true), span: sheet.length + 2 }], ...rows.map((row) => lineOf(row, sheet))];
    });
    blocks.push({ kind: 'table', head: [head], body });
  }
  return blocks;
}

const cell = (text: string, isBold = false): PrintedCell => ({ text, span: 1, isBold, media: [] });
const paragraph = (text: string): PrintedBlock => ({ kind: 'paragraph', text, isBold: false });

const headOf = ({ at, precision, laboratory }: Column, codes: ReadonlyMap<string, string>, zone: string) =>
  `${printedDay(at, precision, zone)}\n${codes.get(laboratory.finess) ?? ''}`;

const titleOf = ({ chapter, panel, isUnclassified }: RowGroup) =>
  isUnclassified ? 'Non classés' : panel && panel.toLowerCase() !== chapter.toLowerCase() ? `${chapter} · ${panel}` : chapter;

function lineOf(row: Row, columns: readonly Column[]): PrintedCell[] {
  const words = row.info?.specimen ?? row.specimen ?? '';
  const specimen = /\((.+)\)$/.exec(words)?.[1] ?? words;
  const name = [row.label, specimen.toLowerCase(), row.unit].filter(Boolean).join(', ');
  const interval = row.latest ? printedInterval(row.latest) : '';
  return [
    cell(row.info?.derived ? `${name}, calculé par Cigogne` : name),
    cell(interval),
    ...columns.map(({ id }) => valueCell(row, row.cells.get(id)?.readings ?? [])),
  ];
}

/** Its own interval is told where it is not that of the head of the row. */
function valueCell(row: Row, readings: readonly Reading[]): PrintedCell {
  const text = readings.map((reading) => {
    const own = printedInterval(reading);
    const other = own !== '' && row.latest && own !== printedInterval(row.latest) ? `[${own}]` : '';
    return [printedValue(reading), signOf(reading), other].filter(Boolean).join(' ');
  });
  const grades = readings.filter(({ status }) => status !== 'cancelled' && status !== 'withdrawn').map(({ grade }) => grade);
  const mark = grades.map(markOf).find((found) => found !== undefined);
  const isBold = grades.some((grade) => grade !== 'none' && grade !== 'within');
  return { ...cell(text.join('\n'), isBold), ...(mark && { mark }) };
}

/** What the signs mean, whose results these are, and what the paper does not hold. */
function scopeOf(
  { immunoHaematology, microbiology }: Gathered,
  completeness: Completeness,
  codes: ReadonlyMap<string, string>,
  hidden: number,
): PrintedBlock[] {
  const { laboratories, notConnected } = completeness;
  return [
    { kind: 'heading', level: 2, text: 'Lire ce rapport' },
    paragraph(
      'Gras et ▲ ou ▼ : hors de l’intervalle, selon le laboratoire ; △ ou ▽ : selon le calcul de Cigogne ; signe double, encadré : très loin ; blanc sur noir : critique ; ◆ : anormal. Entre crochets : l’intervalle du résultat quand il n’est pas celui de la ligne. (conv.) : converti dans l’unité de la ligne.',
    ),
    paragraph(`Laboratoires : ${laboratories.map(({ finess, name }) => `${codes.get(finess) ?? ''} ${name}`).join(' ; ')}.`),
    paragraph(
      [
        hidden > 0 ? `${hidden} résultats d’autres dates ne sont pas imprimés.` : '',
        notConnected.length > 0 ? `Laboratoires non raccordés : ${notConnected.join(', ')}.` : '',
        immunoHaematology.count > 0 ? 'Groupe sanguin et RAI ne sont pas imprimés : ce rapport ne vaut pas pour une transfusion.' : '',
        microbiology.length > 0 ? 'Les germes et antibiogrammes ne sont pas imprimés : voir leurs comptes rendus.' : '',
        'Des documents peuvent être masqués.',
      ]
        .filter(Boolean)
        .join(' '),
    ),
  ];
}
