import { Refusal } from '#kernel';
import { type FiledDocument, idText, type Mask, structureOf } from '#record';
import type { DocumentHeader } from '#formats';
import type { Asking } from '../world/door.ts';
import { attachmentOf, checkEntry, checkFiche, contentTypeOf, decoded, placeOf, readHeader, submissionOf, supersededBy } from './fiche.ts';
import { labelsOf, mustBeHidden } from './labels.ts';
import { relationsSaid } from './relations.ts';
import { checkSubject } from './subject.ts';
import { documentId, seriesId } from '../wire/ids.ts';
import type { JsonObject } from '../wire/json.ts';
import type { Bundle, Resource, Written } from '../wire/resource.ts';
import { mustBeSystem } from '../write/write.ts';
import type { BatchEntry, Deposited, DepositToTake, WriteDeps } from '../write/deps.ts';

/**
 * Publishing documents as PDSm and IHE MHD do: one fiche with its bytes (ITI-105), or a submission set of documents that are kept together or not
 * at all (ITI-65). A document goes by the same journey as by any other door, and it is what it says that counts: a fiche that says otherwise is
 * refused; what it adds is from whom the document is hidden from the start.
 * Source: PDSm 3.1.1; IHE MHD 4.2.
 */

/** Documents of one submission: a stay in hospital has some ten. */
const MOST_DOCUMENTS = 30;

/** ITI-105: `POST /fhir/DocumentReference` with `content.attachment.data`, and no url. */
export async function publishOne(deps: WriteDeps, asking: Asking, fiche: JsonObject): Promise<Written> {
  mustBeSystem(asking.who);
  const { data, url } = attachmentOf(fiche);
  if (data === undefined || url !== undefined)
    throw new Refusal('request.invalid', 'a fiche published alone holds its document (content.attachment.data) and no url', {
      at: 'DocumentReference.content.attachment',
    });
  const document = documentOf(asking, fiche, decoded(data));
  if (document.header) await checkSubject(deps, asking, document.header, { type: 'DocumentReference', said: fiche, beside: new Map() });
  const deposited = await deps.deposit({ ...document.toTake, ...(await saidOf(deps, asking, fiche, document, new Map())) });
  const filed = await filedOf(deps, document, deposited);
  const { base } = asking;
  const location = filed
    ? `${base}/DocumentReference/${idOf(filed)}`
    : `${base.replace(/\/fhir$/, '')}/api/deposits/${deposited.receipt.depositId}`;
  return {
    status: Number(statusOf(deposited).slice(0, 3)),
    resource: publishedFiche(fiche, filed && idOf(filed)),
    location,
  };
}

/** The fiche as it was said, its bytes named by their address instead of being in it. */
function publishedFiche(fiche: JsonObject, id: string | undefined): Resource {
  const [first, ...others] = fiche['content'] as { attachment: JsonObject }[];
  const { data: _data, ...attachment } = first!.attachment;
  const content = [{ ...first, attachment: { ...attachment, ...(id !== undefined && { url: `Binary/${id}` }) } }, ...others];
  return { ...fiche, ...(id !== undefined && { id }), content } as unknown as Resource;
}

/**
 * ITI-65: a transaction of one submission set (List), fiches and their Binary; a fiche that one of them replaces may be patched as superseded.
 * @param identities patients that come with it
 */
export async function publishSubmission(
  deps: WriteDeps,
  asking: Asking,
  entries: readonly BatchEntry[],
  identities: readonly BatchEntry[],
): Promise<Bundle> {
  mustBeSystem(asking.who);
  const ofType = (type: string) =>
    entries.filter(({ resource, request }) => request.method === 'POST' && resource?.['resourceType'] === type);
  const [list, ...otherLists] = ofType('List');
  const fiches = ofType('DocumentReference');
  if (!list || otherLists.length > 0)
    throw new Refusal('request.invalid', 'a submission has one List of code submissionset', { at: 'Bundle.entry' });
  if (fiches.length > MOST_DOCUMENTS)
    throw new Refusal('request.invalid', `more than ${MOST_DOCUMENTS} documents in one submission`, { at: 'Bundle.entry' });
  const set = submissionOf(list.resource!, fiches);
  for (const entry of entries) checkEntry(entry);
  const binaries = new Map(ofType('Binary').map(({ fullUrl, resource }) => [fullUrl, resource?.['data']]));
  const documents = fiches.map(({ resource }) => documentOf(asking, resource!, bytesOf(resource!, binaries)));
  checkOnePatient(documents);
  await checkSubjects(deps, asking, { list, fiches, documents, identities });
  await checkSuperseded(deps, entries, documents);
  const within = new Map(
    fiches.flatMap(({ fullUrl }, n) => {
      const { header } = documents[n]!;
      return fullUrl !== undefined && header ? [[fullUrl, idText(header.id)] as const] : [];
    }),
  );
  const metadata = JSON.stringify(list.resource);
  const submission = { ...set, submittedAt: set.submittedAt.toISOString(), metadata };
  const toTake = await Promise.all(
    documents.map(async (document, n) => ({
      ...document.toTake,
      ...(await saidOf(deps, asking, fiches[n]!.resource!, document, within)),
      submission,
    })),
  );
  const deposited = await deps.depositTogether(toTake);
  const filed = await Promise.all(documents.map((document, n) => filedOf(deps, document, deposited[n]!)));
  const kept = filed.filter((one) => one !== undefined);
  if (kept[0])
    await deps.keepSubmission({
      ...set,
      patientId: kept[0].patientId,
      documentIds: kept.map((one) => one.documentId),
      metadata,
    });
  const answerTo = (entry: BatchEntry) => {
    // A fiche, or the fiche of this file; the set is answered as its first document.
    const own = fiches.findIndex((fiche) => fiche === entry || attachmentOf(fiche.resource!).url === entry.fullUrl);
    const n = Math.max(0, own);
    return answerOf(entry, { deposited: deposited[n]!, filed: filed[n], set: set.uniqueId });
  };
  return { resourceType: 'Bundle', type: 'transaction-response', entry: entries.map(answerTo) };
}

function bytesOf(fiche: JsonObject, binaries: ReadonlyMap<string | undefined, unknown>): Buffer {
  const { url, data } = attachmentOf(fiche);
  const text = data ?? binaries.get(url);
  if (typeof text !== 'string')
    throw new Refusal('request.invalid', 'the document is not in the Bundle', { at: 'DocumentReference.content.attachment.url' });
  return decoded(text);
}

/** A document with what it says of itself: nothing when it cannot be read, and its deposit will be refused. */
interface Published {
  toTake: DepositToTake & { masks: readonly Mask[] };
  header: DocumentHeader | undefined;
}

function documentOf({ who, now }: Asking, fiche: JsonObject, bytes: Buffer): Published {
  const mediaType = contentTypeOf(fiche);
  const header = readHeader(bytes, mediaType);
  if (header) checkFiche(fiche, header, bytes);
  const place = placeOf(fiche);
  const { masks } = labelsOf(fiche['securityLabel'], 'DocumentReference.securityLabel');
  return { toTake: { bytes, mediaType, sender: who, receivedAt: now, masks, ...(place && { place }) }, header };
}

/** What is said of other documents; nothing of one that cannot be read. */
const saidOf = async (deps: WriteDeps, asking: Asking, fiche: JsonObject, { header }: Published, within: ReadonlyMap<string, string>) =>
  header ? relationsSaid(deps, asking, fiche, header, within) : {};

/** What is said to be superseded is replaced by a document of the submission, or nothing would make it so. */
async function checkSuperseded(deps: WriteDeps, entries: readonly BatchEntry[], documents: readonly Published[]): Promise<void> {
  const patches = entries.filter(({ request }) => request.method === 'PATCH');
  if (patches.length === 0) return;
  const replaced = documents.flatMap(({ header }) => (header ? header.replaces.map((id) => ({ uniqueId: idText(id), header })) : []));
  const names = new Set(replaced.map(({ uniqueId }) => uniqueId));
  const filed = await Promise.all(replaced.map(({ uniqueId, header }) => deps.filed(uniqueId, structureOf(header).finess)));
  const ids = new Set(filed.flatMap((one) => (one ? [idOf(one)] : [])));
  for (const entry of patches) {
    const target = supersededBy(entry);
    const isReplaced = 'id' in target ? ids.has(target.id) : target.uniqueId !== undefined && names.has(target.uniqueId);
    if (!isReplaced)
      throw new Refusal('request.invalid', 'no document of the submission replaces the one that it says is superseded', {
        at: 'Bundle.entry.request.url',
      });
  }
}

interface Submitted {
  list: BatchEntry;
  fiches: readonly BatchEntry[];
  /** In the order of their fiches. */
  documents: readonly Published[];
  identities: readonly BatchEntry[];
}

async function checkSubjects(deps: WriteDeps, asking: Asking, { list, fiches, documents, identities }: Submitted): Promise<void> {
  const beside = new Map(
    identities.flatMap(({ fullUrl, resource }) => (fullUrl !== undefined && resource ? [[fullUrl, resource] as const] : [])),
  );
  for (const [n, { header }] of documents.entries()) {
    if (!header) continue;
    await checkSubject(deps, asking, header, { type: 'DocumentReference', said: fiches[n]!.resource!, beside });
    await checkSubject(deps, asking, header, { type: 'List', said: list.resource!, beside });
  }
}

/** A submission set is of one patient (MHD). */
function checkOnePatient(documents: readonly Published[]): void {
  const patients = new Set(documents.flatMap(({ header }) => (header ? [JSON.stringify(header.patient.ids.map(idText).toSorted())] : [])));
  if (patients.size > 1)
    throw new Refusal('request.invalid', 'the documents of a submission are of one patient', { at: 'DocumentReference.subject' });
}

/** @throws Refusal `request.precondition` when the very document was there before, and is not hidden as its sender now says */
async function filedOf(deps: WriteDeps, { header, toTake }: Published, { isNew }: Deposited): Promise<FiledDocument | undefined> {
  const filed = header && (await deps.filed(idText(header.id), structureOf(header).finess));
  if (filed && !isNew) await mustBeHidden(deps, filed, toTake.masks, 'DocumentReference.securityLabel');
  return filed;
}

const statusOf = ({ receipt, isNew }: Deposited) => (receipt.state === 'identity' ? '202 Accepted' : isNew ? '201 Created' : '200 OK');

function answerOf(
  entry: BatchEntry,
  { deposited, filed, set }: { deposited: Deposited; filed: FiledDocument | undefined; set: string },
): Record<string, unknown> {
  if (entry.request.method === 'PATCH') return { response: { status: '200 OK' } };
  const type = entry.resource?.['resourceType'];
  const id = filed && (type === 'List' ? seriesId(filed.patientId, 'submission', set) : idOf(filed));
  const location = id === undefined ? {} : { location: `${String(type)}/${id}` };
  return { response: { status: statusOf(deposited), lastModified: deposited.receipt.receivedAt, ...location } };
}

const idOf = ({ patientId, documentId: document }: FiledDocument) => documentId(patientId, document);
