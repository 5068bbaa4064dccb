import { entryUuidOf } from '#formats';
import type { Sql } from '#kernel';
import type { DocumentHead, DocumentItem, DocumentRelation } from './document-contract.ts';
import { headOfReport } from './document-head.ts';
import { documentStandings } from './document-standing.ts';
import {
  arrivalsOf,
  type ArrivalRow,
  documentEventsOf,
  type DocumentEventRow,
  entriesOf,
  type EntryRow,
  relationsOf,
  type RelationRow,
} from './store-registry.ts';
import type { ReportHead } from './stored-report.ts';
import { standings } from './versions.ts';

/**
 * Every document of a person as it stands now, of every kind, latest first: current and replaced, hidden and shown, archived and withdrawn.
 * `homes`: the records read as one (`personOf` of identity). Who may see which of them is not decided here: give what this returns to nobody before `visibleItems` of access.
 */
export async function documentsOf(sql: Sql, homes: readonly string[]): Promise<DocumentItem[]> {
  const [entries, events, relations, arrivals] = await Promise.all([
    entriesOf(sql, homes),
    documentEventsOf(sql, homes),
    relationsOf(sql, homes),
    arrivalsOf(sql, homes),
  ]);
  return assemble(entries, events, relations, arrivals);
}

/** One document among the others of its person; undefined when they have no such document. */
export async function documentById(sql: Sql, homes: readonly string[], documentId: string): Promise<DocumentItem | undefined> {
  return (await documentsOf(sql, homes)).find((item) => item.documentId === documentId);
}

/** What is new, replaced, or whose visibility or status changed after an instant. */
export async function documentsSince(sql: Sql, homes: readonly string[], since: Date): Promise<DocumentItem[]> {
  return changedSince(await documentsOf(sql, homes), since.toISOString());
}

/** A replaced document changes when the one that replaces it arrives. */
export function changedSince(items: readonly DocumentItem[], since: string): DocumentItem[] {
  const receivedAt = new Map(items.map((item) => [item.documentId, item.receivedAt]));
  const lastOf = ({ receivedAt: own, changedAt = '', supersededBy = '', arrivals }: DocumentItem) =>
    [own, changedAt, receivedAt.get(supersededBy) ?? '', ...arrivals.map(({ at }) => at)].reduce((a, b) => (a > b ? a : b));
  return items.filter((item) => lastOf(item) > since);
}

function assemble(
  entries: readonly EntryRow[],
  events: readonly DocumentEventRow[],
  relations: readonly RelationRow[],
  arrivals: readonly ArrivalRow[],
): DocumentItem[] {
  const version = standings(entries);
  const standing = documentStandings(entries, events);
  const related = Map.groupBy(relations, ({ documentId }) => documentId);
  const arrived = Map.groupBy(arrivals, ({ documentId }) => documentId);
  const byUniqueId = Map.groupBy(entries, ({ uniqueId }) => uniqueId);
  const copies = Map.groupBy(
    entries.filter(({ documentId }) => version.get(documentId)!.copyOf !== undefined),
    ({ documentId }) => version.get(documentId)!.copyOf!,
  );
  const shown = entries.filter(({ documentId }) => version.get(documentId)!.copyOf === undefined);
  return shown.map((entry) => {
    const { documentId } = entry;
    return {
      ...headOf(entry),
      patientId: entry.patientId,
      ...version.get(documentId)!,
      ...standing(documentId),
      relations: relationsOfEntry(entry, related.get(documentId) ?? [], byUniqueId),
      arrivals: [
        ...(arrived.get(documentId) ?? []).map(({ at, channel, sender }) => ({ at: at.toISOString(), channel, sender })),
        ...(copies.get(documentId) ?? []).map((copy) => ({
          at: headOf(copy).receivedAt,
          channel: copy.channel,
          sender: senderOf(copy.source),
        })),
      ],
    };
  });
}

export function headOf({ kind, head, channel }: Pick<EntryRow, 'kind' | 'head' | 'channel'>): DocumentHead {
  return kind === 'document' ? (JSON.parse(head) as DocumentHead) : headOfReport(JSON.parse(head) as ReportHead, channel);
}

const senderOf = (source = '') => source.split(' ')[0]!;

const RELATIONS = { APND: 'adds-to', XFRM: 'transforms', signs: 'signs' } as const;

/**
 * A structure names its own document before another's that uses the same identifier. An archive names a document by its entry: the one that its
 * sender gave it, or the one that we drew from its identifier when we gave it away.
 */
function relationsOfEntry(
  { replaces, structure }: EntryRow,
  related: readonly RelationRow[],
  byUniqueId: ReadonlyMap<string, EntryRow[]>,
): DocumentRelation[] {
  const towards = [
    ...replaces.map((target) => ({ kind: 'replaces' as const, target, entryOf: null })),
    ...related.map(({ kind, target, entryOf }) => ({ kind: RELATIONS[kind], target, entryOf })),
  ];
  return towards.map(({ kind, target, entryOf }) => {
    if (entryOf !== null) return { kind, uniqueId: target, documentId: entryOf };
    const found = byUniqueId.get(target) ?? ofEntry(target, byUniqueId);
    const documentId = (found.find((other) => other.structure === structure) ?? found[0])?.documentId;
    return { kind, uniqueId: target, ...(documentId !== undefined && { documentId }) };
  });
}

/** Documents whose identifier gives this entry. */
function ofEntry(target: string, byUniqueId: ReadonlyMap<string, EntryRow[]>): EntryRow[] {
  if (!target.startsWith('urn:uuid:')) return [];
  return [...byUniqueId].flatMap(([uniqueId, entries]) => (entryUuidOf(idOfText(uniqueId)) === target ? entries : []));
}

function idOfText(text: string): { root: string; extension?: string } {
  const [root = '', ...rest] = text.split('^');
  return rest.length > 0 ? { root, extension: rest.join('^') } : { root };
}
