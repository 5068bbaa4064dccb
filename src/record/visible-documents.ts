import { type Item, type ItemReader, visibleItems } from '#access';
import type { Sql } from '#kernel';
import type { DocumentItem } from './document-contract.ts';
import { headOfReport } from './document-head.ts';
import { withoutAccents } from './fold-words.ts';
import { documentById, documentsOf } from './registry.ts';
import { textsHolding } from './store-text.ts';
import type { ReportHead } from './stored-report.ts';
import { reportItem, visibleReportHeads } from './visible-reports.ts';

/**
 * The documents of a person that this reader may see, of every kind, latest first. Which version is current is told from all of them; what is
 * hidden leaves no trace: not in a relation, not in what replaces what, not in a count.
 * @param homes the records read as one (`personOf` of identity)
 */
export async function visibleDocuments(sql: Sql, homes: readonly string[], reader: ItemReader): Promise<DocumentItem[]> {
  return (await readableDocuments(sql, homes, reader)).documents;
}

/** The same, with the ids of those whose whole text is open to this reader: a report of which a part is hidden is searched by nobody. */
export async function readableDocuments(
  sql: Sql,
  homes: readonly string[],
  reader: ItemReader,
): Promise<{ documents: DocumentItem[]; whole: string[] }> {
  const [all, reports] = await Promise.all([documentsOf(sql, homes), visibleReportHeads(sql, homes, reader)]);
  const heads = new Map(reports.map(({ documentId, head }) => [documentId, head]));
  const shown = all.flatMap((item) => (item.kind === 'document' ? visibleItems(reader, [item], itemOfDocument) : partOf(item, heads)));
  const ids = new Set(shown.map(({ documentId }) => documentId));
  const partial = new Set(reports.filter(({ isPartial }) => isPartial).map(({ documentId }) => documentId));
  return { documents: shown.map((item) => withoutTraces(item, ids)), whole: [...ids].filter((id) => !partial.has(id)) };
}

/** Documents whose text holds all of these words, among those whose whole text is open to this reader. */
export async function documentsSaying(sql: Sql, homes: readonly string[], reader: ItemReader, words: readonly string[]): Promise<string[]> {
  const asked = words.join(' ');
  const { whole } = await readableDocuments(sql, homes, reader);
  return textsHolding(sql, homes, whole, { asked, folded: withoutAccents(asked) });
}

/** A report of biology with the chapters and files that this reader may know of. */
function partOf(item: DocumentItem, heads: ReadonlyMap<string, string>): DocumentItem[] {
  const head = heads.get(item.documentId);
  if (head === undefined) return [];
  const { detail, hasPdf } = headOfReport(JSON.parse(head) as ReportHead, item.channel);
  const { detail: _, ...rest } = item;
  return [{ ...rest, hasPdf, ...(detail !== undefined && { detail }) }];
}

function withoutTraces(item: DocumentItem, ids: ReadonlySet<string>): DocumentItem {
  const { supersededBy, relations, ...rest } = item;
  const known = relations.filter(({ documentId }) => documentId !== undefined && ids.has(documentId));
  return { ...rest, relations: known, ...(supersededBy !== undefined && ids.has(supersededBy) && { supersededBy }) };
}

/**
 * What the reading of one document of any kind is decided by, for the door; undefined when these records have no such document.
 * @param what `file` for what cannot be cut: the PDF, the original
 */
export async function itemToOpen(sql: Sql, homes: readonly string[], documentId: string, what: 'view' | 'file'): Promise<Item | undefined> {
  const report = await reportItem(sql, homes, documentId, what);
  if (report) return report;
  const found = await documentById(sql, homes, documentId);
  return found && itemOfDocument(found);
}

/** What the reading of a document of another kind than biology is decided by. */
export function itemOfDocument({ category, structure, authors, status, masks, toldBy, confidentiality }: DocumentItem): Item {
  const announcement = masks.find(({ mask }) => mask === 'INVISIBLE_PATIENT')?.announcement;
  return {
    category,
    producer: structure.finess,
    authors: authors.flatMap(({ id }) => id ?? []),
    status,
    // What its author calls very restricted is open to no wider a circle than what the patient hides.
    ...((confidentiality === 'V' || masks.some(({ mask }) => mask === 'MASQUE_PS')) && { masked: true }),
    ...(announcement && { awaits: { owner: announcement.owner, due: announcement.dueAt } }),
    ...(masks.some(({ mask }) => mask === 'INVISIBLE_REPRESENTANTS_LEGAUX') && { notForRepresentatives: true }),
    ...(toldBy !== undefined && { toldBy: 'professional' as const }),
  };
}
