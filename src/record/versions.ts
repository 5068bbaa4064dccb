import { copiesOf, withoutCopies } from './copies.ts';
import { compareVersions } from './version-number.ts';
import type { VersionedDocument } from './versioned-document.ts';

export interface Standing {
  current: boolean;
  conflict: boolean;
  supersededBy?: string;
  /** The same report came before by another channel: that one is shown, this one only kept. */
  copyOf?: string;
}

/**
 * Tells, for each document of one patient, whether it is current.
 *
 * A document is superseded when another one of the same structure names it in `relatedDocument` (RPLC), or when a higher
 * `versionNumber` of the same `setId` is there: so the order of arrival does not matter, and version 1 that comes after version 2
 * never becomes current. Documents that contradict one another carry `conflict`: two that replace the same parent, two that are
 * the same version of a set, one that names the report of another structure, or a circle of replacements. Where no rule says
 * which is the later one, all stay current: dropping either could drop a true value. A biologist of the structure may say which is
 * right: the others of the conflict then give way to it.
 * Source: HL7 CDA R2 §4.2.3.1 (setId, versionNumber, relatedDocument); CI-SIS structuration minimale.
 */
export function standings(all: readonly VersionedDocument[]): Map<string, Standing> {
  const copies = copiesOf(all);
  const standing = standingsOf(withoutCopies(all, copies));
  for (const [copy, first] of copies) standing.set(copy, { ...standing.get(first)!, copyOf: first });
  return standing;
}

function standingsOf(documents: readonly VersionedDocument[]): Map<string, Standing> {
  const links = linksOf(documents);
  const successors = new Map(documents.map((document) => [document, successorOf(document, links)]));
  return new Map(
    documents.map((document) => {
      const circle = circleOf(document, successors);
      const rivals = [...rivalsOf(document, links), ...circle];
      const preferred = document.isChosen ? undefined : rivals.find(({ isChosen }) => isChosen);
      const successor = circle.length > 0 ? preferred : (successors.get(document) ?? preferred);
      const isDecided = [document, ...rivals].some(({ isChosen }) => isChosen);
      const conflict = (rivals.length > 0 && !isDecided) || namesForeignReport(document, links);
      return [document.documentId, { current: !successor, conflict, ...(successor && { supersededBy: successor.documentId }) }];
    }),
  );
}

interface Links {
  bySet: Map<string, VersionedDocument[]>;
  byUniqueId: Map<string, VersionedDocument[]>;
  replacers: Map<string, VersionedDocument[]>;
}

const setOf = (document: VersionedDocument) => `${document.structure} ${document.setId}`;

function linksOf(documents: readonly VersionedDocument[]): Links {
  const replacers = new Map<string, VersionedDocument[]>();
  for (const document of documents) {
    for (const parent of document.replaces) {
      const known = replacers.get(parent);
      if (known) known.push(document);
      else replacers.set(parent, [document]);
    }
  }
  return {
    bySet: Map.groupBy(documents, setOf),
    byUniqueId: Map.groupBy(documents, ({ uniqueId }) => uniqueId),
    replacers,
  };
}

/** The latest of those that replace it. Within a set the version number wins over a link that points upwards (a sender's error). */
function successorOf(document: VersionedDocument, { bySet, replacers }: Links): VersionedDocument | undefined {
  const naming = (replacers.get(document.uniqueId) ?? []).filter(
    (other) =>
      other !== document &&
      other.structure === document.structure &&
      !(other.setId === document.setId && compareVersions(other, document) < 0),
  );
  const later = bySet.get(setOf(document))!.filter((other) => compareVersions(other, document) > 0);
  return [...naming, ...later].reduce<VersionedDocument | undefined>(
    (best, other) => (best && compareVersions(best, other) >= 0 ? best : other),
    undefined,
  );
}

/** Those that contradict it: the same version of its set, or another replacement of its parent. */
function rivalsOf(document: VersionedDocument, { bySet, replacers }: Links): VersionedDocument[] {
  const sameVersion = bySet.get(setOf(document))!.filter((other) => compareVersions(other, document) === 0);
  const sameParent = document.replaces.flatMap((parent) =>
    replacers.get(parent)!.filter((other) => other.structure === document.structure),
  );
  return [...new Set([...sameVersion, ...sameParent])].filter((other) => other !== document);
}

/** Two structures may have used one identifier: it names the report of another only when none of its own has it. */
function namesForeignReport(document: VersionedDocument, { byUniqueId }: Links): boolean {
  return document.replaces.some((parent) => byUniqueId.get(parent)?.every(({ structure }) => structure !== document.structure));
}

/** The others of a circle of replacements that it is part of; none when it is in none. */
function circleOf(document: VersionedDocument, successors: Map<VersionedDocument, VersionedDocument | undefined>): VersionedDocument[] {
  const path = new Set<VersionedDocument>();
  let next = successors.get(document);
  while (next && next !== document && !path.has(next)) {
    path.add(next);
    next = successors.get(next);
  }
  return next === document ? [...path] : [];
}
