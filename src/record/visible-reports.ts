import { type Item, type ItemReader, type Principal, visibleItems } from '#access';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import type { Family } from '#terminology/contract';
import type { StoredReport, StoredResult } from './contract.ts';
import { type DocumentStanding, documentStandings } from './document-standing.ts';
import { RIGHTS_OF_NOW, type ReportRights, readRights } from './report-rights.ts';
import { reportsOf, reportsToJudge } from './kept-reports.ts';
import { findReport, headsOf, type StoredDocument } from './store.ts';
import { documentEventsOf, writeDocumentEvent } from './store-registry.ts';
import { type Standing, standings } from './versions.ts';
import type { VersionedDocument } from './versioned-document.ts';

/** A report with what decides who reads it. */
export interface ReportToJudge {
  document: StoredDocument;
  rights: ReportRights;
  standing: DocumentStanding;
}

/** A report as one reader sees it: without the results hidden from them, and without what would name these. */
export interface VisibleReport extends StoredDocument {
  /** Something of it is hidden: its narrative, its PDF and its original, which cannot be cut, are not shown. */
  isPartial: boolean;
}

/** Which version of each report is the one to read is told from all of them: what is hidden does not bring back what it replaced. */
export interface ReaderReports {
  reports: VisibleReport[];
  standing: ReadonlyMap<string, Standing>;
}

/** The laboratory reports of a person as this reader may see them, latest sampling first. `homes`: the records read as one. */
export async function visibleReports(sql: Sql, homes: readonly string[], reader: ItemReader): Promise<ReaderReports> {
  return visibleAmong(await judged(sql, homes, reportsOf), reader);
}

/** The same without the results, for a list: which reports, and whether a part of them is hidden. */
export async function visibleReportHeads(
  sql: Sql,
  homes: readonly string[],
  reader: ItemReader,
): Promise<Omit<VisibleReport, 'results'>[]> {
  return visibleAmong(await judged(sql, homes, withoutPlainResults), reader).reports;
}

/**
 * One of them with its results, and which version each is, without reading the results of the others; undefined when this reader may not see
 * it. Shown of it: what a list shows.
 */
export async function visibleReport(
  sql: Sql,
  homes: readonly string[],
  documentId: string,
  reader: ItemReader,
): Promise<{ report: VisibleReport; others: Omit<VisibleReport, 'results'>[]; standing: ReaderReports['standing'] } | undefined> {
  const [all, found] = await Promise.all([judged(sql, homes, withoutPlainResults), findReport(sql, homes, documentId)]);
  const asked = all.documents.find(({ document }) => document.documentId === documentId);
  const report = found && asked && visiblePart(reader, judge(found, asked.standing));
  if (!report) return undefined;
  const { reports: others, standing } = visibleAmong(all, reader);
  return { report, others, standing };
}

function visibleAmong({ all, documents }: Judged, reader: ItemReader): ReaderReports {
  const reports = documents.flatMap((document) => visiblePart(reader, document) ?? []);
  const standing = standingsKept(all);
  if (reports.length === all.length) return { reports, standing };
  const shown = new Set(reports.map(({ documentId }) => documentId));
  const entries = [...standing].map(([documentId, { supersededBy, ...rest }]): [string, Standing] => [
    documentId,
    supersededBy !== undefined && shown.has(supersededBy) ? { ...rest, supersededBy } : rest,
  ]);
  return { reports, standing: new Map(entries) };
}

const standingsOfAll = new WeakMap<readonly StoredDocument[], ReadonlyMap<string, Standing>>();

/** The same reports stand the same. */
function standingsKept(all: readonly StoredDocument[]): ReadonlyMap<string, Standing> {
  let standing = standingsOfAll.get(all);
  if (!standing) standingsOfAll.set(all, (standing = standings(all)));
  return standing;
}

const withoutPlainResults: typeof reportsOf = (sql, homes) => reportsToJudge(sql, homes, RIGHTS_OF_NOW);

/** All the reports of a person, as they were read and as they are to be judged. */
interface Judged {
  all: readonly StoredDocument[];
  documents: ReportToJudge[];
}

async function judged(sql: Sql, homes: readonly string[], read: typeof reportsOf): Promise<Judged> {
  const [documents, events] = await Promise.all([read(sql, homes), documentEventsOf(sql, homes)]);
  const standingOf = standingsOf(documents, events);
  return { all: documents, documents: documents.map((document) => judge(document, standingOf(document.documentId))) };
}

/** A copy that came by another channel is hidden as the first one is. */
export function standingsOf(
  documents: readonly VersionedDocument[],
  events: Parameters<typeof documentStandings>[1],
): (documentId: string) => DocumentStanding {
  const standingOf = documentStandings(documents, events);
  if (events.length === 0) return standingOf;
  const versions = standings(documents);
  return (documentId) => standingOf(versions.get(documentId)?.copyOf ?? documentId);
}

export function judge(document: StoredDocument, standing: DocumentStanding): ReportToJudge {
  return { document, rights: readRights(document), standing };
}

/**
 * What the reading of one report is decided by, for the door: `view` is hidden when each of its results is, `file` — the PDF, the original —
 * when any is. Undefined when the person has no such report.
 */
export async function reportItem(sql: Sql, homes: readonly string[], documentId: string, what: 'view' | 'file'): Promise<Item | undefined> {
  const [found, heads, events] = await Promise.all([findReport(sql, homes, documentId), headsOf(sql, homes), documentEventsOf(sql, homes)]);
  if (!found) return undefined;
  const report = judge(found, standingsOf(heads, events)(documentId));
  const families = Object.values(report.rights.families);
  if (what === 'file') return { ...itemOf(report), families: familiesIn(report.rights) };
  const count = (JSON.parse(found.results) as unknown[]).length;
  const isAllSensitive = count > 0 && families.length === count;
  return isAllSensitive ? { ...itemOf(report), parts: families } : itemOf(report);
}

/** Families of the sensitive results of a report, and of what its words name. */
export const familiesOfReport = (report: StoredDocument): Family[] => familiesIn(readRights(report));

const familiesIn = ({ families, told }: ReportRights): Family[] => [
  ...new Set([...Object.values(families).flat(), ...(told?.families ?? [])]),
];

function visiblePart(reader: ItemReader, report: ReportToJudge): VisibleReport | undefined {
  const { document, rights } = report;
  const whole = itemOf(report);
  if (visibleItems(reader, [whole], (item) => item).length === 0) return undefined;
  const isCut = rights.told !== undefined && visibleItems(reader, [withTold(whole, rights)], (item) => item).length === 0;
  if (Object.keys(rights.families).length === 0) return isCut ? cut(document, rights) : { ...document, isPartial: false };
  const results = JSON.parse(document.results) as StoredResult[];
  const visible = visibleItems(reader, results, ({ n }) => ({ ...whole, families: rights.families[n] ?? [] }));
  if (visible.length === results.length) return isCut ? cut(document, rights) : { ...document, isPartial: false };
  if (visible.length === 0) return undefined;
  return { ...document, head: partialHead(document.head, rights, visible), results: JSON.stringify(visible), isPartial: true };
}

/** All its results may be read, and not its narrative, which names more. */
function cut(document: StoredDocument, rights: ReportRights): VisibleReport {
  const results = JSON.parse(document.results) as StoredResult[];
  return { ...document, head: partialHead(document.head, rights, results), isPartial: true };
}

/** With what its words name beside its results: for what cannot be cut. */
const withTold = (item: Item, { told }: ReportRights): Item =>
  told ? { ...item, families: [...new Set([...(item.families ?? []), ...told.families])] } : item;

/** The names of the chapters would tell of the results that are not there. */
function partialHead(head: string, { chapters: titles = {} }: ReportRights, visible: readonly StoredResult[]): string {
  const chapters = [...new Set(visible.map(({ chapter }) => (chapter === undefined ? undefined : titles[chapter])))];
  // Of a file that is not shown, not even the size is told; a conclusion is drawn from all the results.
  const {
    original: _original,
    conclusion: _conclusion,
    specimens: _specimens,
    isolates: _isolates,
    ...shown
  } = JSON.parse(head) as StoredReport;
  return JSON.stringify({
    ...shown,
    chapters: chapters.filter((title) => title !== undefined),
    hasPdf: false,
  });
}

/** What a report and each of its results share. */
export function itemOf({ document, rights, standing }: ReportToJudge): Item {
  const { prescribers, authors } = rights;
  const { status, masks, toldBy } = standing;
  const announcement = masks.find(({ mask }) => mask === 'INVISIBLE_PATIENT')?.announcement;
  return {
    category: 'biology-report',
    producer: document.structure,
    authors,
    prescribers,
    status,
    ...(rights.told?.isAll && { families: rights.told.families }),
    ...((rights.veryRestricted || masks.some(({ mask }) => mask === 'MASQUE_PS')) && { masked: true }),
    ...(announcement && { awaits: { owner: announcement.owner, due: announcement.dueAt } }),
    ...(masks.some(({ mask }) => mask === 'INVISIBLE_REPRESENTANTS_LEGAUX') && { notForRepresentatives: true }),
    ...(toldBy !== undefined && { toldBy: prescribers.includes(toldBy) ? 'prescriber' : 'professional' }),
  };
}

/** The last time that a professional noted having told the patient of a report. */
export async function lastTelling(sql: Sql, homes: readonly string[], documentId: string): Promise<{ at: string; by: string } | undefined> {
  const tellings = (await documentEventsOf(sql, homes)).filter((event) => event.kind === 'tell' && event.documentId === documentId);
  const last = tellings.at(-1);
  return last && { at: last.at.toISOString(), by: last.actorName };
}

/** Notes that a professional told the patient of a report. */
export async function noteTold(tx: Sql, homes: readonly string[], documentId: string, told: { who: Principal; at: Date }): Promise<void> {
  const found = await findReport(tx, homes, documentId);
  if (!found) throw new Refusal('request.not-found', 'this patient has no such document');
  const { id: actor, name: actorName, role } = told.who;
  const event = { kind: 'tell' as const, mask: null, at: told.at.toISOString(), actor, actorName, role };
  await writeDocumentEvent(tx, { ...event, patientId: found.patientId, documentId, eventId: uuidv7() });
}
