import { CsvError, parse } from 'csv-parse/sync';
import { Refusal } from '#kernel';
import { isLoinc } from '#terminology';
import type { CatalogueFault } from './contract.ts';

/** What the software of a laboratory calls one of its analyses. An empty part is not said. */
export interface CatalogueEntry {
  /** In the file, the first line being 1. */
  line: number;
  local: string | null;
  localSystem: string | null;
  label: string;
  unit: string | null;
  specimen: string | null;
  loinc: string | null;
}

export interface CatalogueRead {
  entries: CatalogueEntry[];
  refused: { line: number; fault: CatalogueFault }[];
  /** Columns of another name: they are not read. */
  ignored: string[];
}

type Column = Exclude<keyof CatalogueEntry, 'line'>;

/** What softwares call their columns, without accents or capitals. */
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  local: ['code', 'code local', 'code analyse', 'code examen', 'local code'],
  localSystem: ['systeme', 'oid', 'system'],
  label: ['libelle', 'libelle analyse', 'analyse', 'nom', 'label', 'name'],
  unit: ['unite', 'unites', 'unit', 'units'],
  specimen: ['specimen', 'milieu', 'nature', 'echantillon', 'prelevement', 'sample'],
  loinc: ['loinc', 'code loinc', 'loinc code'],
};

const MOST_ENTRIES = 20_000;
const MOST_CHARACTERS = 300;

/**
 * The catalogue of a laboratory as its software exports it: a table as text (RFC 4180), its columns apart by semicolons, commas or tabs, named in the first line.
 * Intervals are not read: each report bears its own, and a flag is computed from no other.
 * @throws Refusal `request.invalid` when it is no such table, names neither codes nor labels, or has more lines than are taken
 */
export function readCatalogue(text: string): CatalogueRead {
  const [first, ...rows] = rowsOf(text);
  const columns = first?.record.map(columnOf) ?? [];
  if (!columns.includes('local') && !columns.includes('label'))
    throw new Refusal('request.invalid', 'the first line names the columns: code, label, unit, specimen, LOINC', { at: 'line 1' });
  if (rows.length > MOST_ENTRIES)
    throw new Refusal('request.invalid', `more than ${MOST_ENTRIES} lines: send them in several files`, { at: `line ${MOST_ENTRIES + 2}` });
  const read: CatalogueRead = {
    entries: [],
    refused: [],
    ignored: first!.record.filter((name, n) => name !== '' && columns[n] === undefined),
  };
  for (const { record, line } of rows) {
    const entry = entryOf(line, columns, record);
    const fault = faultOf(entry);
    if (fault) read.refused.push({ line, fault });
    else read.entries.push(entry);
  }
  return read;
}

const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[_\s]+/g, ' ')
    .trim()
    .toLowerCase();

function columnOf(name: string): Column | undefined {
  const known = plain(name);
  return (Object.keys(NAMES) as Column[]).find((column) => NAMES[column].includes(known));
}

function rowsOf(text: string): { record: string[]; line: number }[] {
  const [head = ''] = text.split(/\r?\n/, 1);
  const delimiter = [';', '\t', ','].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]!;
  try {
    const read = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: MOST_ENTRIES + 2,
    });
    return (read as unknown as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Refusal('request.invalid', 'not a table as text: a quotation mark is not closed, or stands inside a value', {
      at: `line ${String(error['lines'])}`,
    });
  }
}

function entryOf(line: number, columns: readonly (Column | undefined)[], record: readonly string[]): CatalogueEntry {
  const said = (column: Column) => record[columns.indexOf(column)]?.trim() || null;
  return {
    line,
    local: said('local'),
    localSystem: said('localSystem'),
    label: said('label') ?? said('local') ?? '',
    unit: said('unit'),
    specimen: said('specimen'),
    loinc: said('loinc'),
  };
}

function faultOf({ line: _line, ...said }: CatalogueEntry): CatalogueFault | undefined {
  if (said.label === '') return 'no-name';
  if (Object.values(said).some((one) => one !== null && (one.length > MOST_CHARACTERS || one.includes('\0')))) return 'too-long';
  if (said.loinc !== null && !isLoinc(said.loinc)) return 'not-loinc';
  return undefined;
}
