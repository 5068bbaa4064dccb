/**
 * Reads the files of a LOINC release that an operator downloaded under its own licence, and checks the catalogue against them:
 * codes that do not exist, that are deprecated or discouraged, axes that differ. Pure: text in, findings out.
 * Source: LOINC release, `Loinc.csv` and `MapTo.csv` (column names below); RFC 4180 for CSV.
 */
import { catalogueRows } from './catalogue.ts';
import { plainText } from './plain-text.ts';

export type LoincStatus = 'ACTIVE' | 'TRIAL' | 'DISCOURAGED' | 'DEPRECATED';

export interface OfficialCode {
  loinc: string;
  name: string;
  component: string;
  property: string;
  system: string;
  scale: string;
  method: string;
  status: LoincStatus;
}

export interface Finding {
  loinc: string;
  row: string;
  problem: 'unknown' | 'deprecated' | 'discouraged' | 'other-property' | 'other-name';
  /** What the release says: the replacing codes, the official property or name. */
  official: string;
}

/**
 * Codes of `Loinc.csv`, by number. Only the columns used here are needed.
 * @throws Error when a column is missing: another file, or another edition of the format
 */
export function readLoincTable(csv: string): Map<string, OfficialCode> {
  const lines = readCsvTable(csv, [
    'LOINC_NUM',
    'COMPONENT',
    'PROPERTY',
    'SYSTEM',
    'SCALE_TYP',
    'METHOD_TYP',
    'STATUS',
    'LONG_COMMON_NAME',
  ]);
  return new Map(
    lines.map(([loinc = '', component = '', property = '', system = '', scale = '', method = '', status = '', name = '']) => [
      loinc,
      { loinc, name, component, property, system, scale, method, status: status as LoincStatus },
    ]),
  );
}

/** Replacements of `MapTo.csv`. A code with several replacements needs a person: it is left out of the automatic table. */
export function readLoincReplacements(csv: string): { replacedCodes: Map<string, string>; ambiguous: Map<string, readonly string[]> } {
  const byCode = Map.groupBy(readCsvTable(csv, ['LOINC', 'MAP_TO']), ([from = '']) => from);
  const targets = [...byCode].map(([from, lines]) => [from, [...new Set(lines.map(([, to = '']) => to))]] as const);
  return {
    replacedCodes: new Map(
      targets.flatMap(([from, [to, ...others]]) => (to !== undefined && others.length === 0 ? [[from, to] as const] : [])),
    ),
    ambiguous: new Map(targets.filter(([, to]) => to.length > 1)),
  };
}

/** Everything of the catalogue that the release contradicts. Empty when they agree. */
export function checkCatalogue(official: ReadonlyMap<string, OfficialCode>, replaced: ReadonlyMap<string, string> = new Map()): Finding[] {
  return catalogueRows().flatMap(({ row, codes }) =>
    codes.flatMap(({ loinc, name, property }): Finding[] => {
      const known = official.get(loinc);
      const finding = (problem: Finding['problem'], says: string): Finding => ({ loinc, row, problem, official: says });
      if (!known) return [finding('unknown', '')];
      if (known.status === 'DEPRECATED') return [finding('deprecated', replaced.get(loinc) ?? '')];
      return [
        ...(known.status === 'DISCOURAGED' ? [finding('discouraged', replaced.get(loinc) ?? '')] : []),
        ...(known.property === property ? [] : [finding('other-property', known.property)]),
        ...(known.name === name ? [] : [finding('other-name', known.name)]),
      ];
    }),
  );
}

/** The columns asked for, in their order, of every line. */
function readCsvTable(csv: string, columns: readonly string[]): string[][] {
  const [head = [], ...lines] = readCsv(csv.replace(/^\ufeff/, ''));
  const places = columns.map((column) => head.indexOf(column));
  const missing = columns.filter((_, at) => places[at] === -1);
  if (missing.length > 0) throw new Error(`the file has no column ${missing.join(', ')}: is it the right file of the LOINC release?`);
  return lines.filter((line) => line.length > 1).map((line) => places.map((at) => line[at] ?? ''));
}

/**
 * Codes of a value set: a FHIR ValueSet in JSON (`expansion.contains`, else `compose.include[].concept`), or a table with a header, cells
 * separated by tabs, semicolons or commas, one column named `code`.
 * @throws Error when it is neither, or holds no code
 */
export function readValueSet(text: string): { code: string; name: string }[] {
  const plain = text.replace(/^\ufeff/, '');
  const entries = plain.trimStart().startsWith('{') ? conceptsOf(JSON.parse(plain) as ValueSet) : rowsOf(plain);
  const byCode = new Map(entries.filter(({ code }) => code !== '').map((entry) => [entry.code, entry]));
  if (byCode.size === 0) throw new Error('the value set holds no code');
  return [...byCode.values()];
}

interface Concept {
  code?: string;
  display?: string;
  contains?: Concept[];
}
interface ValueSet {
  resourceType?: string;
  expansion?: { contains?: Concept[] };
  compose?: { include?: { concept?: Concept[] }[] };
}

function conceptsOf({ resourceType, expansion, compose }: ValueSet): { code: string; name: string }[] {
  if (resourceType !== 'ValueSet') throw new Error('the file is not a FHIR ValueSet');
  const concepts = expansion?.contains ?? compose?.include?.flatMap(({ concept }) => concept ?? []) ?? [];
  const flat = (concept: Concept): Concept[] => [concept, ...(concept.contains ?? []).flatMap(flat)];
  return concepts.flatMap(flat).map(({ code = '', display = '' }) => ({ code, name: display }));
}

function rowsOf(text: string): { code: string; name: string }[] {
  const separator = ['\t', ';', ','].find((one) => (text.split(/\r?\n/, 1)[0] ?? '').includes(one)) ?? ',';
  const lines = separator === ',' ? readCsv(text) : text.split(/\r?\n/).map((line) => line.split(separator).map(unquoted));
  const [head = [], ...rows] = lines;
  const names = head.map((name) => plainText(name));
  const at = names.findIndex((name) => name === 'code' || name === 'loinc' || name === 'loinc_num');
  if (at === -1) throw new Error('the table has no column named code');
  const nameAt = names.findIndex((name) => /^(?:display|libelle|displayname|designation|name|long_common_name)/.test(name));
  return rows.map((cells) => ({ code: (cells[at] ?? '').trim(), name: (cells[nameAt] ?? '').trim() }));
}

const unquoted = (cell: string) => cell.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');

/** RFC 4180: quoted cells may hold commas, quotes (doubled) and line breaks. */
export function readCsv(csv: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (cell.lastIndex < csv.length) {
    const found = cell.exec(csv);
    if (!found) throw new Error(`the CSV cannot be read at line ${lines.length + 1}: a quote is out of place`);
    line.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') {
      if (cell.lastIndex === csv.length) line.push('');
      continue;
    }
    lines.push(line);
    line = [];
  }
  if (line.length > 0) lines.push(line);
  return lines;
}
