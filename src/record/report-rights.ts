import { type Coded, type LabReport, narrativeToText, type Participant, type Section } from '#formats';
import { completedYears, FAMILIES_VERSION, type Family, familiesOf } from '#terminology/contract';
import type { StoredResult } from './contract.ts';
import { principalOf } from './stored-report.ts';

/**
 * What decides who reads a report and each of its results, kept beside it and never shown: made once, when the report is stored, so that
 * a record of five hundred reports is decided without reading five thousand results.
 */
export interface ReportRights {
  /** Version of the table of families. */
  version: string;
  /** Principal ids of those who wrote or validated it, and of those who ordered it. */
  authors: string[];
  prescribers: string[];
  /** Confidentiality V: what its author calls very restricted is open to no wider a circle than what the patient hides. */
  veryRestricted?: true;
  /** Completed years of the patient at the sampling; absent when not known, which counts as a minor. */
  ageYears?: number;
  /** Families of the sensitive results, by their `n`. */
  families: Record<string, Family[]>;
  /**
   * Families that its words name where no result is coded: its title and acts when it has no results (a PDF alone), its headings without results.
   * `isAll`: it has no results, so it is hidden whole; otherwise it loses what cannot be cut.
   */
  told?: { families: Family[]; isAll: boolean };
  /** Titles of the chapters by code, kept only when a reader may have to be shown some of them. */
  chapters?: Record<string, string>;
}

/** How kept rights begin when they were made by the table of families of now: `version` is their first field. */
export const RIGHTS_OF_NOW = `{"version":${JSON.stringify(FAMILIES_VERSION)},`;

/** @param sampledAt ISO 8601, the report's earliest sampling */
export function rightsOfReport(report: LabReport, results: readonly StoredResult[], sampledAt: string): ReportRights {
  const born = /^(\d{4})(\d{2})(\d{2})/.exec(report.patient.birthDate ?? '');
  const ageYears = born ? completedYears(`${born[1]}-${born[2]}-${born[3]}`, sampledAt) : undefined;
  const families = familiesOfResults(results, ageYears);
  const told = familiesTold(report, results.length === 0, ageYears);
  const writers = [...report.authors, ...report.validators, ...(report.legalAuthenticator ? [report.legalAuthenticator] : [])];
  return {
    version: FAMILIES_VERSION,
    authors: principalsOf(writers),
    prescribers: principalsOf(report.participants.filter(({ type }) => type === 'REF')),
    ...(report.confidentiality.code === 'V' && { veryRestricted: true as const }),
    ...(ageYears !== undefined && { ageYears }),
    families,
    ...(told.length > 0 && { told: { families: told, isAll: results.length === 0 } }),
    ...((Object.keys(families).length > 0 || told.length > 0) && { chapters: chapterTitles(report) }),
  };
}

/**
 * What was kept, brought up to the table of families and the readings of now. A result that was sensitive as first read stays so: a newer
 * reading never opens what was closed.
 */
export function readRights(document: RightsKept): ReportRights {
  let read = rightsRead.get(document);
  if (!read) rightsRead.set(document, (read = bringUp(document)));
  return read;
}

type RightsKept = Readonly<{ rights: string | null; results: string; isReread: boolean }>;

/** What was read of a report that is kept: neither changes. */
const rightsRead = new WeakMap<RightsKept, ReportRights>();

function bringUp(document: RightsKept): ReportRights {
  const kept: ReportRights = document.rights === null ? UNKNOWN : (JSON.parse(document.rights) as ReportRights);
  if (kept.version === FAMILIES_VERSION && !document.isReread) return kept;
  const families = familiesOfResults(JSON.parse(document.results) as StoredResult[], kept.ageYears);
  const first = document.isReread ? Object.entries(kept.families) : [];
  for (const [n, own] of first) families[n] = [...new Set([...own, ...(families[n] ?? [])])];
  return { ...kept, families };
}

const UNKNOWN: ReportRights = { version: '', authors: [], prescribers: [], families: {} };

function familiesOfResults(results: readonly StoredResult[], ageYears: number | undefined): Record<string, Family[]> {
  const context = ageYears === undefined ? {} : { ageYears };
  return Object.fromEntries(
    results.flatMap(({ n, label, loinc, normalised: { row } }) => {
      const families = familiesOf({ row, label, loinc }, context);
      return families.length > 0 ? [[n, families]] : [];
    }),
  );
}

/** What no coded result says, words may. What a PDF says inside is not read for this. */
function familiesTold(report: LabReport, hasNoResults: boolean, ageYears: number | undefined): Family[] {
  const context = ageYears === undefined ? {} : { ageYears };
  const { title, events, orderDetails = [], sections } = report;
  const codes = [...events.map(({ code }) => code), ...orderDetails.map(({ code }) => code)];
  const ofAll = hasNoResults ? [title, ...codes.flatMap(wordsOfCode)] : [];
  const words = [...ofAll, ...sections.flatMap(wordsWithoutResults)].filter((said) => said !== undefined && said !== '');
  return [...new Set(words.flatMap((label) => familiesOf({ row: '', label: label! }, context)))];
}

const wordsOfCode = (code: Coded | undefined) => [code?.display, code?.originalText];

/** Title, code and text of the headings that hold no entry, theirs or below. */
function wordsWithoutResults({ title, code, narrative, entries, sections }: Section): (string | undefined)[] {
  const below = sections.flatMap(wordsWithoutResults);
  if (entries.length > 0 || sections.some((inner) => inner.entries.length > 0)) return below;
  return [title, ...wordsOfCode(code), ...(narrative === undefined ? [] : [narrativeToText(narrative)]), ...below];
}

function principalsOf(people: readonly Participant[]): string[] {
  return [...new Set(people.flatMap(({ ids }) => ids.map(principalOf)).filter((id) => id !== undefined))];
}

function chapterTitles({ sections }: LabReport): Record<string, string> {
  return Object.fromEntries(
    sections.flatMap(({ code, title }) => {
      const name = title ?? code?.display;
      return code?.code !== undefined && name !== undefined ? [[code.code, name]] : [];
    }),
  );
}
