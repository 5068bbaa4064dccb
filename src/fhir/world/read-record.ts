import { type ItemReader, visibleItems } from '#access';
import type { Sql } from '#kernel';
import { aliasesOf, patientsByIds, type Stay, staysOfHomes } from '#identity';
import { documentsSaying, submissionsOf, visibleDocuments, visibleReports } from '#record';
import { documentReference, submissionSet } from '../make/document.ts';
import { organizationResource } from '../make/directory.ts';
import { encounter } from '../make/stay.ts';
import { documentId as ficheId, plainId } from '../wire/ids.ts';
import { mergedPatientResource, patientResource, shareable } from '../make/people.ts';
import { isRemoved } from './removed.ts';
import { type ReadReport, shelfOfReports } from './series-kept.ts';
import { shelveStated, textsToRead } from './stated.ts';
import { Shelf } from './world.ts';

export interface PatientToRead {
  patientId: string;
  /** The records read as one (`Passage`, or `personOf` of identity). */
  homes: readonly string[];
}

/** What a request looks in: reading less is quicker. */
export interface Wanted {
  /** The identity, when something may lead to it. */
  patient: boolean;
  reports: boolean;
  documents: boolean;
  /** Stays and consultations that hospitals told of. */
  stays: boolean;
  /** What documents say in coded entries. */
  stated: boolean;
  /** Where these come from, of what else is wanted. */
  provenance?: boolean;
  /** The one document that is asked for. */
  document?: string | undefined;
  /** Words that the text of a document holds, each of these. */
  words?: readonly string[];
}

/** Everything of a patient that this reader may see: the same reports, results and documents as the viewer shows them. */
export async function readRecord(
  sql: Sql,
  { patientId, homes }: PatientToRead,
  reader: ItemReader,
  { wanted, zone }: { wanted: Wanted; zone: string },
): Promise<Shelf> {
  // All asked at once: they travel to the database together.
  const ofDocuments = wanted.documents || wanted.stated;
  const [records, aliases, seen, documents, stays, texts] = await Promise.all([
    wanted.patient ? patientsByIds(sql, homes) : [],
    wanted.patient ? aliasesOf(sql, [patientId]) : undefined,
    wanted.reports || wanted.documents ? seenReports(sql, homes, reader) : new Map<string, ReadReport>(),
    ofDocuments ? seenDocuments(sql, homes, reader) : undefined,
    wanted.stays ? staysOfHomes(sql, homes, zone) : [],
    wanted.stated ? textsToRead(sql, homes, patientId) : undefined,
  ]);
  const shelf = new Shelf(wanted.reports ? shelfOfReports(patientId, [...seen.values()], zone) : undefined);
  for (const record of records.map(shareable).toSorted((a, b) => Number(b.patientId === patientId) - Number(a.patientId === patientId)))
    shelf.put(
      record.patientId === patientId
        ? patientResource(record, { aliases: aliases?.get(patientId) })
        : mergedPatientResource(record, patientId),
    );
  if (documents && wanted.documents) shelveDocuments(shelf, patientId, documents, seen);
  for (const stay of visibleItems(reader, stays, itemOfStay)) shelf.put(encounter(stay, patientId));
  if (documents && texts) shelf.later = (now) => shelveStated(shelf, texts, { patientId, items: documents.items, zone, now });
  const { document, words } = wanted;
  if (words) shelf.saying = new Set((await documentsSaying(sql, homes, reader, words)).map((id) => ficheId(patientId, id)));
  if (document !== undefined && !documents?.items.some(({ documentId }) => documentId === document))
    shelf.isRemoved = await isRemoved(sql, homes, reader, document);
  return shelf;
}

/** Whoever may read the letter of a stay may know of it, as on the screens. */
const itemOfStay = ({ structure: producer }: Stay) => ({ category: 'hospital-report' as const, producer });

async function seenReports(sql: Sql, homes: readonly string[], reader: ItemReader): Promise<Map<string, ReadReport>> {
  const { reports, standing } = await visibleReports(sql, homes, reader);
  const seen = new Map<string, ReadReport>();
  for (const { documentId, structure, setId, head, results, isPartial, isReread } of reports) {
    const place = standing.get(documentId)!;
    // A report that is a copy of another is shown once, as on the screens.
    if (place.copyOf !== undefined) continue;
    const successor = place.supersededBy === undefined ? undefined : reports.find((one) => one.documentId === place.supersededBy);
    const isOther = successor && (successor.setId !== setId || successor.structure !== structure);
    const replaced = isOther && { replacedAt: (JSON.parse(successor.head) as { receivedAt: string }).receivedAt };
    seen.set(documentId, { structure, setId, head, results, place, isPartial, isReread, ...replaced });
  }
  return seen;
}

async function seenDocuments(sql: Sql, homes: readonly string[], reader: ItemReader) {
  const [items, submissions] = await Promise.all([visibleDocuments(sql, homes, reader), submissionsOf(sql, homes)]);
  return { items, submissions };
}

function shelveDocuments(
  shelf: Shelf,
  patientId: string,
  documents: Awaited<ReturnType<typeof seenDocuments>>,
  seen: ReadonlyMap<string, ReadReport>,
): void {
  const items = documents.items.filter(({ kind, documentId }) => kind === 'document' || seen.has(documentId));
  const shown = new Map(items.map(({ documentId, receivedAt }) => [documentId, receivedAt]));
  for (const item of items) {
    const hasFile = seen.get(item.documentId)?.isPartial !== true;
    shelf.put(documentReference(item, { patientId, hasFile, receivedAt: shown }));
    if (!shelf.find('Organization', plainId(item.structure.finess))) shelf.put(organizationResource(item.structure));
  }
  for (const submission of documents.submissions) {
    const own = submission.documentIds.filter((id) => shown.has(id));
    // A set of which nothing is shown would tell that something is hidden.
    if (own.length > 0) shelf.put(submissionSet({ ...submission, documentIds: own }, { patientId, receivedAt: shown }));
  }
}
