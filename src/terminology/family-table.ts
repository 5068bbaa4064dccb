/**
 * A region's own table of sensitive families: who reads what, and when, in force from a day. Pure: text in, rules out. A family that the file
 * does not name keeps the strict default, and nothing that the law closes can be opened by it.
 *
 * Tab-separated text, one or several versions, each begun by its line; `#` begins a comment:
 *
 *     version  Délibération 12  from  2027-01-01
 *     family  professionals  patient  pushed  representatives  basis
 *     hiv  care-team  after-told  no  no  Délibération 12 du comité d’éthique
 */
import { FAMILIES, FAMILY_RULES, type Family, type FamilyRule, type FamilyRules } from './families.ts';

export interface FamilyTable {
  /** As the region names it; kept with each decision made by it. */
  version: string;
  /** First day in force, `YYYY-MM-DD`. */
  from: string;
  rules: FamilyRules;
  /** The families that the region settled; the others keep the strict default. */
  settled: readonly Family[];
}

/** Why a table is refused: a closed list. What to do is said by the message. */
export type FamilyTableFault =
  | 'families.no-version'
  | 'families.version-unclear'
  | 'families.version-twice'
  | 'families.columns'
  | 'families.cells'
  | 'families.family-unknown'
  | 'families.family-twice'
  | 'families.value-unknown'
  | 'families.basis-missing'
  | 'families.closed-by-law';

export class FamilyTableError extends Error {
  override readonly name = 'FamilyTableError';
  readonly code: FamilyTableFault;
  /** Line of the file, from 1. */
  readonly line: number;

  constructor(code: FamilyTableFault, line: number, what: string) {
    super(`${code} at line ${line}: ${what}`);
    this.code = code;
    this.line = line;
  }
}

const COLUMNS = ['family', 'professionals', 'patient', 'pushed', 'representatives', 'basis'];
const PROFESSIONALS = ['care-team', 'treating-doctor-prescriber-laboratory', 'prescriber-laboratory', 'none'] as const;
const PATIENT = ['at-once', 'after-told', 'after-told-by-prescriber', 'none'] as const;
/** It is written in the trail of accesses: a name, in letters that anyone can copy. */
const VERSION = /^[\p{L}\p{N}][\p{L}\p{N} ._’'/-]{0,59}$/u;

/**
 * Every version of the file, the oldest first.
 * @throws FamilyTableError at the first line that cannot be applied: a table is taken whole or not at all
 */
export function readFamilyTables(text: string): FamilyTable[] {
  const tables: { version: string; from: string; rules: Map<Family, FamilyRule>; hasColumns: boolean }[] = [];
  for (const [at, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = at + 1;
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    const cells = raw.split('\t').map((cell) => cell.trim());
    const table = tables.at(-1);
    if (cells[0] === 'version') {
      const begun = readVersion(cells, line);
      if (tables.some(({ version, from }) => version === begun.version || from === begun.from))
        throw new FamilyTableError('families.version-twice', line, `${begun.version} or its day stands twice: give each its own`);
      tables.push({ ...begun, rules: new Map(), hasColumns: false });
    } else if (!table) {
      throw new FamilyTableError('families.no-version', line, 'begin with a line: version, its name, from, its first day (2027-01-01)');
    } else if (table.hasColumns) {
      const [family, rule] = readRule(cells, line);
      if (table.rules.has(family)) throw new FamilyTableError('families.family-twice', line, `${family} stands twice in ${table.version}`);
      table.rules.set(family, rule);
    } else {
      if (cells.join() !== COLUMNS.join())
        throw new FamilyTableError('families.columns', line, `after the version comes the line of the columns: ${COLUMNS.join(', ')}`);
      table.hasColumns = true;
    }
  }
  const empty = tables.find(({ rules }) => rules.size === 0);
  if (empty || tables.length === 0)
    throw new FamilyTableError('families.no-version', 1, empty ? `${empty.version} settles no family` : 'the file holds no version');
  return tables
    .map(({ version, from, rules }) => ({
      version,
      from,
      rules: { ...FAMILY_RULES, ...Object.fromEntries(rules) },
      settled: [...rules.keys()],
    }))
    .toSorted((a, b) => a.from.localeCompare(b.from));
}

/** The table in force on a day (`YYYY-MM-DD`); undefined before the first one: the strict default. */
export function familyTableOn(tables: readonly FamilyTable[], day: string): FamilyTable | undefined {
  return tables.findLast(({ from }) => from <= day);
}

function readVersion([, version = '', word, from = '']: readonly string[], line: number): { version: string; from: string } {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(from) && !Number.isNaN(Date.parse(from)) && new Date(from).toISOString().startsWith(from);
  if (!VERSION.test(version) || word !== 'from' || !isDay)
    throw new FamilyTableError(
      'families.version-unclear',
      line,
      'write: version, its name (60 letters and figures at most), from, its first day (2027-01-01)',
    );
  return { version, from };
}

function readRule(cells: readonly string[], line: number): [Family, FamilyRule] {
  if (cells.length !== COLUMNS.length)
    throw new FamilyTableError('families.cells', line, `${cells.length} cells where ${COLUMNS.length} are needed, separated by tabs`);
  const [family = '', professionals = '', patient = '', pushed = '', representatives = '', basis = ''] = cells;
  if (!isOneOf(FAMILIES, family))
    throw new FamilyTableError('families.family-unknown', line, `${family} is none of ${FAMILIES.join(', ')}`);
  if (basis === '') throw new FamilyTableError('families.basis-missing', line, `say what the rule of ${family} rests on`);
  const rule: FamilyRule = {
    professionals: valueOf(PROFESSIONALS, professionals, line),
    patient: valueOf(PATIENT, patient, line),
    isPushed: valueOf(['yes', 'no'], pushed, line) === 'yes',
    representatives: valueOf(['yes', 'no'], representatives, line) === 'yes',
    basis,
  };
  const closed = closedByLaw(family, rule);
  if (closed) throw new FamilyTableError('families.closed-by-law', line, `${family}: ${closed}`);
  return [family, rule];
}

/** What no region may open, with what it rests on (`FAMILY_RULES`); undefined when the rule opens nothing of it. */
function closedByLaw(family: Family, rule: FamilyRule): string | undefined {
  const isKeptOut = FAMILY_RULES[family].professionals === 'none';
  if (isKeptOut !== (rule.professionals === 'none'))
    return isKeptOut ? 'it enters no record, whoever asks' : 'it is care and enters the record: professionals cannot be none';
  if (isKeptOut && (rule.patient !== 'none' || rule.isPushed || rule.representatives)) return 'it enters no record, whoever asks';
  if (rule.isPushed && rule.patient === 'none') return 'what the person never sees cannot be announced to them';
  if (family === 'constitutional-genetics') {
    if (rule.professionals !== 'prescriber-laboratory') return 'only the prescriber and the laboratory read it (CSP L1131-1 and following)';
    if (rule.patient === 'at-once' || rule.patient === 'after-told') return 'the prescriber tells it (CSP L1131-1 and following)';
    if (rule.isPushed) return 'its arrival is never announced';
  }
  if (rule.representatives && OF_MINORS.has(family)) return 'the law keeps it from the parents when the minor asks (CSP L1111-5)';
  return undefined;
}

const OF_MINORS: ReadonlySet<Family> = new Set(['constitutional-genetics', 'sexual-health-of-minor', 'pregnancy-of-minor']);

function valueOf<const Values extends readonly string[]>(values: Values, text: string, line: number): Values[number] {
  if (isOneOf(values, text)) return text;
  throw new FamilyTableError('families.value-unknown', line, `${text === '' ? 'an empty cell' : text} is none of ${values.join(', ')}`);
}

function isOneOf<const Values extends readonly string[]>(values: Values, text: string): text is Values[number] {
  return values.includes(text);
}
