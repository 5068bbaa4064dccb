import { compareVersions } from './version-number.ts';
import type { VersionedDocument } from './versioned-document.ts';

/**
 * Documents that are one report come by another channel: by documentId, the one to show instead. Two reports of one structure that say the
 * same, from different senders or in different formats, are one; from one source they are two, since their sender says so. A report that
 * came after its look-alike was corrected stands on its own: it may be what corrects the correction.
 */
export function copiesOf(documents: readonly VersionedDocument[]): Map<string, string> {
  const copies = new Map<string, string>();
  for (const group of alike(documents)) {
    if (group.length < 2) continue;
    const inOrder = group.toSorted((a, b) => orderOf(a).localeCompare(orderOf(b)));
    for (const [n, document] of inOrder.entries()) {
      const first = inOrder
        .slice(0, n)
        .find((other) => other.source !== document.source && !copies.has(other.documentId) && isUncorrectedAt(documents, other, document));
      if (first) copies.set(document.documentId, first.documentId);
    }
  }
  return copies;
}

/**
 * Pairs of reports of one structure that say the same and came by different ways, in whatever order: enough of them to join each such group. A late one
 * stands on its own when the first was corrected meanwhile, and is still what was hidden with the first.
 */
export function alikeByOtherWays(documents: readonly VersionedDocument[]): [VersionedDocument, VersionedDocument][] {
  return alike(documents).flatMap((group) =>
    group.flatMap((one): [VersionedDocument, VersionedDocument][] => {
      const other = group.find(({ source }) => source !== one.source);
      return other ? [[one, other]] : [];
    }),
  );
}

/** Reports of one structure that say the same, together. */
function alike(documents: readonly VersionedDocument[]): VersionedDocument[][] {
  const saying = documents.filter(({ contentKey }) => contentKey);
  return [...Map.groupBy(saying, ({ structure, contentKey }) => `${structure} ${contentKey}`).values()];
}

/** Document ids are made at reception, in order of time (UUID version 7). */
const orderOf = ({ documentId }: VersionedDocument) => documentId;

function isUncorrectedAt(documents: readonly VersionedDocument[], first: VersionedDocument, document: VersionedDocument): boolean {
  return !documents.some((other) => orderOf(other) < orderOf(document) && corrects(other, first));
}

function corrects(other: VersionedDocument, one: VersionedDocument): boolean {
  if (other.structure !== one.structure) return false;
  return other.replaces.includes(one.uniqueId) || (other.setId === one.setId && compareVersions(other, one) > 0);
}

/** The documents to judge between: without copies, and what corrects a copy corrects the one shown. */
export function withoutCopies(documents: readonly VersionedDocument[], copies: ReadonlyMap<string, string>): VersionedDocument[] {
  if (copies.size === 0) return [...documents];
  const byId = new Map(documents.map((document) => [document.documentId, document]));
  return documents
    .filter(({ documentId }) => !copies.has(documentId))
    .map((document) => {
      const corrected = [...copies].flatMap(([copy, first]) =>
        first !== document.documentId && corrects(document, byId.get(copy)!) ? [byId.get(first)!.uniqueId] : [],
      );
      return corrected.length === 0 ? document : { ...document, replaces: [...new Set([...document.replaces, ...corrected])] };
    });
}
