import { hash } from 'node:crypto';
import { metadataOf } from '#formats';
import { uuidv7 } from '#kernel';
import {
  announcerOf,
  contentKey,
  documentHead,
  type DocumentToStore,
  entryOfReport,
  idText,
  type Mask,
  type MaskToPut,
  packOriginal,
  reportHead,
  type RelationToStore,
  type ReportToStore,
  rightsOfReport,
  type StoredResult,
} from '#record';
import { answering, type InHand } from './read-arrival.ts';

export interface Kept {
  patientId: string;
  joinedBy: string;
  documentId: string;
}

export const isReport = (document: ReportToStore | DocumentToStore): document is ReportToStore => 'results' in document;

/** Everything of a document in hand, as the record stores it. `zone`: IANA zone of printed times that carry no offset. */
export function toStore(zone: string, inHand: InHand, kept: Kept, results: readonly StoredResult[]): ReportToStore | DocumentToStore {
  const { header, bytes, sha256, mediaType, receivedAt, depositId, sender, channel, read } = inHand;
  const identified = { ...kept, receivedAt: receivedAt.toISOString(), zone };
  const common = { patientId: kept.patientId, deposit: { depositId, senderId: sender.id }, eventId: uuidv7(), took: inHand.took };
  if (read.kind === 'laboratory-report') {
    const { report } = read;
    const file = { mediaType, sizeBytes: bytes.length, sha1: hash('sha1', bytes, 'base64') };
    const entry = entryOfReport(report, inHand.place);
    const head = { ...reportHead(report, results, identified), original: file, ...(entry && { entry }) };
    return {
      ...common,
      head,
      results: JSON.stringify(results),
      resultCount: results.length,
      rights: rightsOfReport(report, results, head.sampledAt),
      original: { ...packOriginal(bytes, report.pdf?.base64), sha256, mediaType },
      channel,
      contentKey: contentKey(head, results),
      source: sourceOf(inHand),
      masks: masksOf([], inHand),
      relations: relationsOf(inHand),
    };
  }
  const { document } = read;
  const deduced = metadataOf(
    { ...document, templates: document.templates.map(({ root }) => root), format: undefined },
    { bytes, mimeType: 'text/xml', ...(document.body && { bodyType: document.body.mediaType }) },
    zone,
  );
  const { facilityType = deduced.healthcareFacilityType, practiceSetting = deduced.practiceSetting } = inHand.place ?? {};
  const said = { ...deduced, healthcareFacilityType: facilityType, practiceSetting };
  const { replaces } = header;
  const head = documentHead(said, { ...identified, channel, structure: answering(inHand), replaces, hasPdf: document.pdf !== undefined });
  return {
    ...common,
    head,
    // Who the patient is is known: their traits are kept once, in the original and in identity.
    metadata: JSON.stringify({ ...said, sourcePatient: { ids: said.sourcePatient.ids } }),
    relations: relationsOf(inHand),
    masks: masksOf(said.visibility, inHand),
    original: { ...packOriginal(bytes, document.pdf?.base64), sha256, mediaType },
  };
}

/** Sender and format. */
export function sourceOf({ sender, read }: InHand): string {
  return `${sender.id} ${read.kind === 'laboratory-report' ? read.report.format : read.document.format}`;
}

/** What the document says of others, and what was said of it by whoever sent it. The same twice is once. */
function relationsOf({ header: { related = [] }, relations = [] }: InHand): RelationToStore[] {
  const own = related.flatMap(({ type, ids }) =>
    type === 'APND' || type === 'XFRM' ? ids.map((id) => ({ kind: type as 'APND' | 'XFRM', target: idText(id) })) : [],
  );
  return [...new Map([...own, ...relations].map((one) => [`${one.kind} ${one.target}`, one])).values()];
}

/** Days that a professional has to tell the patient of a document that comes hidden from them, when its sender says no more: our default. */
const DAYS_TO_ANNOUNCE = 15;
/** They are reminded so many days before. */
const DAYS_REMINDED = 1;
const DAY_MS = 86_400_000;

/** The masks that come with a document: in force from the instant it is stored. What hides it from the patient has who tells them, and by when. */
function masksOf(visibility: readonly Mask[], inHand: InHand): MaskToPut[] {
  const { sender, receivedAt, header, masks = [] } = inHand;
  const after = (days: number) => new Date(receivedAt.getTime() + days * DAY_MS).toISOString();
  const announcement = {
    ...(announcerOf(header) ?? { owner: sender.id, ownerName: answering(inHand).name }),
    dueAt: after(DAYS_TO_ANNOUNCE),
    remindAt: after(DAYS_TO_ANNOUNCE - DAYS_REMINDED),
  };
  return [...new Set([...visibility, ...masks])].map((mask) => ({
    eventId: uuidv7(receivedAt.getTime()),
    mask,
    at: receivedAt.toISOString(),
    actor: sender.id,
    actorName: sender.name ?? sender.id,
    role: sender.role ?? 'laboratory-system',
    ...(mask === 'INVISIBLE_PATIENT' && announcement),
  }));
}
