import { type Item, type ItemReader, visibleItems } from '#access';
import { homesOf } from '#identity';
import type { Sql } from '#kernel';
import type { Family } from '#terminology/contract';
import type { DocumentItem } from './document-contract.ts';
import type { PatientEvent } from './contract.ts';
import { documentsOf } from './registry.ts';
import { reportsToJudgeAmong } from './kept-reports.ts';
import { RIGHTS_OF_NOW } from './report-rights.ts';
import { headsOf, type PatientEventRow } from './store.ts';
import { documentEventsOf } from './store-registry.ts';
import { itemOfDocument } from './visible-documents.ts';
import { itemOf, judge, type ReportToJudge, standingsOf } from './visible-reports.ts';

/** What happened to a document, on its way to open pages: with what decides which of them hear of it. */
export interface HeardEvent extends PatientEvent {
  item: Item;
  /** Of a report: families of its sensitive results, and how many results have just these. */
  sensitive: [families: Family[], results: number][];
}

type Judged = Pick<HeardEvent, 'item' | 'sensitive'>;

/** These events with what decides who hears of them; a document that is not in the record any more is not among them. */
export async function withItems<E extends PatientEventRow>(sql: Sql, events: readonly E[]): Promise<(E & HeardEvent)[]> {
  if (events.length === 0) return [];
  const homes = await homesOf(sql, [...new Set(events.map(({ patientId }) => patientId))]);
  const items = new Map([...(await ofReports(sql, events, homes)), ...(await ofDocuments(sql, events, homes))]);
  return events.flatMap((event) => {
    const item = items.get(event.documentId);
    return item ? [{ ...event, ...item }] : [];
  });
}

/** A mask holds for all versions, in whichever of the records read as one they are. */
async function ofReports(
  sql: Sql,
  events: readonly PatientEventRow[],
  homes: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Judged>> {
  const patients = [...homes.keys()];
  const [documents, deeds] = await Promise.all([
    reportsToJudgeAmong(
      sql,
      patients,
      events.map(({ documentId }) => documentId),
      RIGHTS_OF_NOW,
    ),
    documentEventsOf(sql, [...new Set([...homes.values()].flat())]),
  ]);
  const items = new Map<string, Judged>();
  for (const document of documents) {
    const own = homes.get(document.patientId) ?? [document.patientId];
    const done = deeds.filter(({ patientId }) => own.includes(patientId));
    const heads = done.length > 0 ? await headsOf(sql, own) : [];
    items.set(document.documentId, judgedReport(judge(document, standingsOf(heads, done)(document.documentId))));
  }
  return items;
}

function judgedReport(report: ReportToJudge): Judged {
  const groups = Map.groupBy(Object.values(report.rights.families), (families) => families.join());
  return { item: itemOf(report), sensitive: [...groups.values()].map((group) => [group[0]!, group.length]) };
}

async function ofDocuments(
  sql: Sql,
  events: readonly PatientEventRow[],
  homes: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Judged>> {
  const items = new Map<string, Judged>();
  const concerned = Map.groupBy(
    events.filter(({ kind }) => kind.startsWith('document-')),
    ({ patientId }) => patientId,
  );
  for (const [patientId, own] of concerned) {
    const asked = new Set(own.map(({ documentId }) => documentId));
    for (const item of await documentsOf(sql, homes.get(patientId) ?? [patientId])) {
      if (item.kind === 'document' && asked.has(item.documentId)) items.set(item.documentId, judgedDocument(item));
    }
  }
  return items;
}

const judgedDocument = (item: DocumentItem): Judged => ({ item: itemOfDocument(item), sensitive: [] });

/** What decides who hears of one document as it stands now, as JSON text; null when it is not there. */
export async function judgedText(sql: Sql, { patientId, documentId }: { patientId: string; documentId: string }): Promise<string | null> {
  const event = { patientId, documentId, kind: 'document-changed' as const, laboratory: '', results: 0, isCorrection: false };
  const [told] = await withItems(sql, [event]);
  return told ? JSON.stringify({ item: told.item, sensitive: told.sensitive } satisfies Judged) : null;
}

/** The event as this reader may hear of it; undefined when nothing of it is for them. */
export function heardBy(reader: ItemReader, { item, sensitive, ...event }: HeardEvent): PatientEvent | undefined {
  const { kind, documentId, laboratory, results, isCorrection } = event;
  const isOpen = (families: Family[]) =>
    visibleItems(reader, [{ ...item, families: [...(item.families ?? []), ...families] }], (one) => one, { pushed: true }).length > 0;
  if (!isOpen([])) return undefined;
  const hidden = sensitive.reduce((sum, [families, count]) => sum + (isOpen(families) ? 0 : count), 0);
  return hidden > 0 && hidden === results ? undefined : { kind, documentId, laboratory, results: results - hidden, isCorrection };
}
