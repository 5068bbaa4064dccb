import { setImmediate as breathe } from 'node:timers/promises';
import { readClinicalDocument } from '#formats';
import type { Sql } from '#kernel';
import { type DocumentItem, textsOfDocuments } from '#record';
import { lastChange } from '../make/document.ts';
import { organizationResource } from '../make/directory.ts';
import { statedIn } from '../make/stated.ts';
import { plainId } from '../wire/ids.ts';
import { dateSpan } from '../search/date.ts';
import { type Resource, versionedByContent } from '../wire/resource.ts';
import type { Shelf } from './world.ts';

/** Patients of whom what was read of documents is kept. A document never changes: what it says is read once. */
const MOST_PATIENTS = 200;

/** What each document of a patient says; the patient last asked for last. */
const kept = new Map<string, Map<string, readonly Resource[]>>();

/** What is known of the documents of a patient, and the texts of those that were not read yet. */
export interface DocumentTexts {
  known: Map<string, readonly Resource[]>;
  texts: ReadonlyMap<string, Buffer>;
}

/** Asked for together with all else of the record. */
export async function textsToRead(sql: Sql, homes: readonly string[], patientId: string): Promise<DocumentTexts> {
  const known = kept.get(patientId) ?? new Map<string, readonly Resource[]>();
  kept.delete(patientId);
  kept.set(patientId, known);
  for (const oldest of kept.keys()) if (kept.size > MOST_PATIENTS) kept.delete(oldest);
  return { known, texts: await textsOfDocuments(sql, homes, [...known.keys()]) };
}

/**
 * What the documents in force that this reader may see say in coded entries. Those hidden from them are not opened, whatever was read.
 * @param items what this reader may see
 */
export async function shelveStated(
  shelf: Shelf,
  { known, texts }: DocumentTexts,
  { patientId, items, zone, now }: { patientId: string; items: readonly DocumentItem[]; zone: string; now: Date },
): Promise<void> {
  const shown = new Map(items.map(({ documentId, receivedAt }) => [documentId, receivedAt]));
  for (const item of items) {
    if (item.kind !== 'document' || !item.current || item.status === 'deleted') continue;
    const text = texts.get(item.documentId);
    let stated = known.get(item.documentId);
    if (!stated && text) {
      known.set(item.documentId, (stated = readStated(item, text, { patientId, zone })));
      // Others are answered between two documents.
      await breathe();
    }
    if (!stated || stated.length === 0) continue;
    const lastUpdated = lastChange(item, shown);
    for (const one of stated)
      shelf.put(asOf(one.meta!.lastUpdated === lastUpdated ? one : { ...one, meta: { ...one.meta!, lastUpdated } }, now, zone));
    if (!shelf.find('Organization', plainId(item.structure.finess))) shelf.put(organizationResource(item.structure));
  }
}

/** A treatment that its document gives an end is taken until then: it changed when it ended. */
function asOf(resource: Resource, now: Date, zone: string): Resource {
  if (resource['status'] !== 'active' || !resource.resourceType.startsWith('Medication')) return resource;
  const [order] = (resource['dosageInstruction'] ?? []) as { timing?: { repeat?: { boundsPeriod?: Period } } }[];
  const { end } = (resource['effectivePeriod'] as Period | undefined) ?? order?.timing?.repeat?.boundsPeriod ?? {};
  const span = end === undefined ? undefined : dateSpan(end, zone);
  if (!span || span.high >= now.getTime()) return resource;
  const ended = new Date(span.high).toISOString();
  const { lastUpdated = '' } = resource.meta!;
  return versionedByContent({
    ...resource,
    status: 'completed',
    meta: { ...resource.meta!, lastUpdated: ended > lastUpdated ? ended : lastUpdated },
  });
}

interface Period {
  end?: string;
}

/** A document that cannot be read says nothing in coded entries: it is a file, and its fiche is there. */
function readStated(item: DocumentItem, text: Buffer, context: { patientId: string; zone: string }): Resource[] {
  try {
    return statedIn(item, readClinicalDocument(text, item.mediaType), context);
  } catch {
    return [];
  }
}
