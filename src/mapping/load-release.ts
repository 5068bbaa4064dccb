import { type Db, StartError, uuidv7 } from '#kernel';
import {
  catalogueRows,
  checkCatalogue,
  type Finding,
  type OfficialCode,
  readLoincReplacements,
  readLoincTable,
  readValueSet,
} from '#terminology';
import { noteFollowed, rereadAll, rulesWith } from './follow-rules.ts';
import { lockVersions, tellChange } from './store.ts';
import { addRelease, type OfficialEntry, type ReleaseKind } from './store-releases.ts';

export interface ReleaseToLoad {
  version: string;
  /** `YYYY-MM-DD` */
  inForceFrom: string;
  loadedBy: string;
  now: Date;
}

export interface Loaded {
  kind: ReleaseKind;
  codes: number;
  replaced: number;
  /** Codes with several successors: a person has to choose, none is followed. */
  ambiguous: number;
  /** What the release says against the catalogue. */
  findings: Finding[];
  /** Laboratories whose history is read again: none when the release is not in force yet. */
  reread: number;
}

/**
 * Loads an official file: `Loinc.csv` of a LOINC release, with its `MapTo.csv` when given; or a value set, as a FHIR ValueSet or as a table with
 * a column of codes. From the day it is in force, replaced codes join the row of their successor.
 * @param texts of the files, in any order
 * @throws StartError when they are not such files, or the day is not a day
 */
export async function loadRelease(db: Db, texts: readonly string[], asked: ReleaseToLoad): Promise<Loaded> {
  if (!isDay(asked.inForceFrom)) throw new StartError(`${asked.inForceFrom} is not a day: write it 2026-12-01.`);
  const { kind, codes, replacements, ambiguous, findings } = read(texts);
  const { version, inForceFrom, loadedBy, now } = asked;
  const reread = await db.transaction(async (tx) => {
    await lockVersions(tx);
    await addRelease(tx, { releaseId: uuidv7(now.getTime()), kind, version, inForceFrom, loadedBy, loadedAt: now }, codes, replacements);
    const isInForce = kind === 'loinc' && inForceFrom <= dayOf(now);
    if (isInForce) await noteFollowed(tx, rulesWith({ version }), now);
    const laboratories = isInForce ? await rereadAll(tx, now) : 0;
    await tellChange(tx);
    return laboratories;
  });
  return { kind, codes: codes.length, replaced: replacements.size, ambiguous, findings, reread };
}

/** The day of an instant, UTC. */
export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(new Date(text)) === text;

interface Read {
  kind: ReleaseKind;
  codes: OfficialEntry[];
  replacements: ReadonlyMap<string, string>;
  ambiguous: number;
  findings: Finding[];
}

function read(texts: readonly string[]): Read {
  const [table, ...others] = texts.toSorted((a, b) => Number(isMapTo(a)) - Number(isMapTo(b)));
  if (table === undefined || isMapTo(table) || others.length > 1 || !others.every(isMapTo))
    throw new StartError('Give one table of codes (Loinc.csv, or a value set), and its MapTo.csv if there is one.');
  try {
    return isLoincTable(table) ? readLoinc(table, others[0]) : readSet(table);
  } catch (error) {
    throw new StartError(`The files cannot be read: ${(error as Error).message}.`);
  }
}

const headOf = (text: string) => text.slice(0, 2_000).split(/\r?\n/, 1)[0] ?? '';
const isMapTo = (text: string) => /"?MAP_TO"?/.test(headOf(text));
const isLoincTable = (text: string) => /"?LOINC_NUM"?/.test(headOf(text));

function readLoinc(table: string, mapTo: string | undefined): Read {
  const official = readLoincTable(table);
  const { replacedCodes, ambiguous } = mapTo === undefined ? NOTHING_REPLACED : readLoincReplacements(mapTo);
  const codes = [...official.values()].map(({ loinc, name, status }: OfficialCode) => ({ code: loinc, name, status }));
  return {
    kind: 'loinc',
    codes,
    replacements: replacedCodes,
    ambiguous: ambiguous.size,
    findings: checkCatalogue(official, replacedCodes),
  };
}

const NOTHING_REPLACED = { replacedCodes: new Map<string, string>(), ambiguous: new Map<string, readonly string[]>() };

/** A value set says which codes the country uses: those of the catalogue that it does not hold are told. */
function readSet(text: string): Read {
  const entries = readValueSet(text);
  const known = new Set(entries.map(({ code }) => code));
  const findings = catalogueRows().flatMap(({ row, codes }) =>
    codes.filter(({ loinc }) => !known.has(loinc)).map(({ loinc }): Finding => ({ loinc, row, problem: 'unknown', official: '' })),
  );
  return {
    kind: 'value-set',
    codes: entries.map((entry) => ({ ...entry, status: 'ACTIVE' })),
    replacements: new Map(),
    ambiguous: 0,
    findings,
  };
}
