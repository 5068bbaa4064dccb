import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which profession may read, and which may feed, which category of documents: read from `matrix.tsv`, which says where each cell comes from. */

export const PROFESSIONS = [
  'doctor',
  'nurse',
  'pharmacist',
  'midwife',
  'dentist',
  'physiotherapist',
  'podiatrist',
  'biologist',
  'social-worker',
  'care-coordinator',
  'secretary',
  'patient',
] as const;
export type Profession = (typeof PROFESSIONS)[number];

export const CATEGORIES = [
  'biology-report',
  'hospital-report',
  'social-discharge',
  'delivery-report',
  'medical-summary',
  'psychiatry',
  'imaging',
  'prescription',
  'dispensation',
  'care-plan',
  'resident-project',
  'treatment-given',
  'certificate',
  'telemedicine-request',
  'reimbursement',
  'advance-directives',
  'administrative',
  'transfusion',
  'cancer-meeting',
] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Cell {
  read: boolean;
  feed: boolean;
  /** True when the reading right was found in a published source, false when it is our default. */
  readSourced: boolean;
  feedSourced: boolean;
}

export interface Matrix {
  /** Written in each audit event, so that an old decision can be understood. */
  version: string;
  /** By category and profession; a column not in effect has no cell. */
  cells: ReadonlyMap<Category, ReadonlyMap<Profession, Cell>>;
  /** What each category is called, in French. */
  labels: ReadonlyMap<Category, string>;
}

/**
 * @param text of `matrix.tsv`: `version`, then the line of the columns, which of them are in effect, and one line a category
 * @throws Error with the line: a matrix that cannot be read stops the start, it never opens anything
 */
export function readMatrix(text: string): Matrix {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [version, columns, inEffect, ...rows] = lines.map((line) => line.split('\t'));
  if (version?.[0] !== 'version' || !version[1]) throw new Error('the matrix of rights has no version');
  if (columns?.slice(2).join() !== PROFESSIONS.join()) throw new Error('the columns of the matrix of rights are not the professions known');
  if (inEffect?.length !== columns.length) throw new Error('the matrix of rights does not say which columns are in effect');
  const cells = new Map(rows.map((row) => readRow(row, inEffect)));
  const missing = CATEGORIES.filter((category) => !cells.has(category));
  if (missing.length > 0 || cells.size !== rows.length)
    throw new Error(`the matrix of rights lacks or repeats ${missing.join() || 'a category'}`);
  return { version: version[1], cells, labels: new Map(rows.map(([category, label = '']) => [category as Category, label])) };
}

function readRow(row: readonly string[], inEffect: readonly string[]): [Category, Map<Profession, Cell>] {
  const [category, , ...letters] = row;
  if (!CATEGORIES.includes(category as Category)) throw new Error(`the matrix of rights has an unknown category: ${category}`);
  if (letters.length !== PROFESSIONS.length) throw new Error(`the matrix of rights has ${letters.length} columns at ${category}`);
  const cells = new Map<Profession, Cell>();
  for (const [column, profession] of PROFESSIONS.entries()) {
    if (inEffect[column + 2] === 'on') cells.set(profession, readCell(letters[column]!, category!));
  }
  return [category as Category, cells];
}

function readCell(letters: string, category: string): Cell {
  if (!/^[yn]{2}$/i.test(letters)) throw new Error(`the matrix of rights has a cell "${letters}" at ${category}`);
  const [read, feed] = [letters[0]!, letters[1]!];
  const isYes = (letter: string) => letter === 'Y' || letter === 'y';
  const isSourced = (letter: string) => letter === letter.toUpperCase();
  return { read: isYes(read), feed: isYes(feed), readSourced: isSourced(read), feedSourced: isSourced(feed) };
}

const matrix = readMatrix(readFileSync(join(import.meta.dirname, 'matrix.tsv'), 'utf8'));

/** Version of the rights in force: matrix and actions. */
export const RIGHTS_VERSION = matrix.version;

/** The whole matrix in force, for who reads it on a screen. */
export const MATRIX_IN_FORCE: Matrix = matrix;

/** Is this category open to this profession, for reading or for feeding? */
export function isOpenIn(category: Category, profession: Profession, direction: 'read' | 'feed'): boolean {
  return matrixCell(category, profession)?.[direction] ?? false;
}

/** The cell of the matrix, and undefined when there is none: no right. */
export function matrixCell(category: Category, profession: Profession): Cell | undefined {
  return matrix.cells.get(category)?.get(profession);
}
