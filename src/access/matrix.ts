/**
 * Which profession may read, and which may feed, which category of documents: versioned data, default deny.
 *
 * A cell is two letters, reading then feeding. Capital: found in a published source. Small: our default, to be confirmed against
 * the annex of the arrêté of 26 October 2023 (19 professions, 87 types of documents in 11 categories), which takes its place as
 * it is. Sources of the capitals: Ordre des pédicures-podologues, Ordre des chirurgiens-dentistes, Ordre infirmier and regional
 * presentations of the matrix (2023–2025). Feeding is nowhere sourced but for the secretariat; by default a health professional
 * feeds what they may read.
 */

/** The data of every decision: written in each audit event, so that an old decision can be understood. */
export const RIGHTS_VERSION = '2026-11-22';

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

/**
 * Columns not in effect: professions in the care team by their role and not by a health profession. The published matrix is
 * under appeal for them; a territory may switch them on.
 */
export const NOT_IN_EFFECT: ReadonlySet<Profession> = new Set(['social-worker', 'care-coordinator']);

/* eslint-disable-next-line -- one line a category, columns in the order of PROFESSIONS */
const TABLE = `
biology-report         Yy Yy yy yy yy yy yy yy nn nn nn Yn
hospital-report        Yy Yy yy yy yy yy yy yy nn yn nY Yn
social-discharge       Yy Yy yy yy Nn yy yy nn yy yy nY Yn
delivery-report        Yy yy nn yy nn nn Nn nn nn nn nY Yn
medical-summary        Yy yy yy yy yy yy yy yy nn yn nn Yn
psychiatry             Yy Nn nn nn Nn nn nn nn nn nn nn Yn
imaging                Yy yy nn yy yy yy yy nn nn nn nY Yn
prescription           Yy yy yy yy yy yy yy yy nn nn nn Yn
dispensation           Yy yy yy yy yy nn nn nn nn nn nn Yn
care-plan              Yy Yy yy yy yy yy yy nn yy yy nn Yn
resident-project       Yy yy yy nn Nn yy yy nn yy yy nn Yn
treatment-given        Yy yy yy yy yy yy nn nn nn nn nn Yn
certificate            Yy Nn nn yy nn nn nn nn nn nn nn Yn
telemedicine-request   Yy Nn nn yy Nn nn nn nn nn nn nn Yn
reimbursement          Yn yn yn yn yn nn nn nn nn nn nn Yn
advance-directives     Yy yy yy yy Nn nn nn nn nn nn nn Yy
administrative         Nn nn nn nn nn nn nn nn yy nn nn Yy
transfusion            Yy yy nn yy nn nn nn Yy nn nn nn Yn
cancer-meeting         Yy yy yy nn yy nn nn nn nn yn nY Yn
`;

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

const cells: ReadonlyMap<string, Cell> = readTable(TABLE);

function readTable(table: string): Map<string, Cell> {
  const read = new Map<string, Cell>();
  for (const line of table.trim().split('\n')) {
    const [category, ...letters] = line.split(/\s+/);
    if (letters.length !== PROFESSIONS.length) throw new Error(`the matrix of rights has ${letters.length} columns at ${category}`);
    for (const [column, profession] of PROFESSIONS.entries()) read.set(`${category} ${profession}`, readCell(letters[column]!));
  }
  return read;
}

function readCell(letters: string): Cell {
  const [read, feed] = [letters[0]!, letters[1]!];
  const isYes = (letter: string) => letter === 'Y' || letter === 'y';
  const isSourced = (letter: string) => letter === letter.toUpperCase();
  return { read: isYes(read), feed: isYes(feed), readSourced: isSourced(read), feedSourced: isSourced(feed) };
}

/** The cell of the matrix, and undefined when there is none: no right. */
export function matrixCell(category: Category, profession: Profession): Cell | undefined {
  return NOT_IN_EFFECT.has(profession) ? undefined : cells.get(`${category} ${profession}`);
}
